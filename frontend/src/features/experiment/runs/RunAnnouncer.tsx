import { VisuallyHidden } from "@mantine/core";
import { useState } from "react";

import type { Run } from "../../../api/types";
import { stateChanges } from "../../../api/runs";

/** Tells a screen reader which runs changed their state; progress alone is not announced. */
export function RunAnnouncer({ runs }: { runs: readonly Run[] }) {
  const [seen, setSeen] = useState(runs);
  const [message, setMessage] = useState("");
  if (seen !== runs) {
    const changes = stateChanges(seen, runs);
    setSeen(runs);
    if (changes.length > 0) {
      setMessage(changes.join(". "));
    }
  }
  return (
    <VisuallyHidden>
      <div aria-live="polite">{message}</div>
    </VisuallyHidden>
  );
}
