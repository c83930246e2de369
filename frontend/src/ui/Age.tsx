import { formatAge, formatDateTime } from "../lib/format";
import { useNow } from "./hooks/useNow";

/** How long ago; the exact time on hover. */
export function Age({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatAge(at, now)}
    </time>
  );
}
