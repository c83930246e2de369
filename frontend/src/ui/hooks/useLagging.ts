import { useEffect, useState } from "react";

import { whenIdle } from "./idle";

/** A value that follows at once where that is urgent, else once the page has nothing better to do. */
export function useLagging<T>(value: T, urgent: boolean): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (settled !== value) {
      return whenIdle(() => setSettled(value));
    }
  }, [value, settled]);
  return urgent ? value : settled;
}
