import { useState } from "react";

/** A value made of plain data; while it says the same it stays the same object. */
export function useUnchanged<T>(value: T): T {
  const [kept, setKept] = useState(value);
  if (kept !== value && JSON.stringify(kept) !== JSON.stringify(value)) {
    setKept(value);
    return value;
  }
  return kept;
}
