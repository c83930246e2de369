import { Button, Loader } from "@mantine/core";

import { useCancelAnalyses } from "../api/mutations";
import { errorMessage } from "../api/problem";
import { OwnerOnly } from "../api/session";
import type { Work } from "../api/types";
import { panelTitle } from "./panels";
import { describeWork } from "./work";
import classes from "./WorkStatus.module.css";

interface WorkStatusProps {
  work: readonly Work[];
  onAskAgain: () => void;
}

/** What is being computed for the page, what it waits for, and a way to call it off. */
export function WorkStatus({ work, onAskAgain }: WorkStatusProps) {
  const cancel = useCancelAnalyses();
  const going = work.filter(({ state }) => state === "queued" || state === "running");
  const stopped = work.filter(({ state }) => state === "cancelled");
  if (going.length + stopped.length === 0) {
    return null;
  }
  return (
    <section className={classes["status"]} aria-label="Computation" data-testid="work">
      {going.length > 0 && (
        <div className={classes["line"]}>
          <Loader size="xs" aria-hidden />
          <span className={classes["what"]} aria-live="polite">
            {describeWork(going)}
          </span>
          <OwnerOnly>
            <Button
              size="compact-xs"
              variant="default"
              loading={cancel.isPending}
              onClick={() => cancel.mutate(going.map(({ id }) => id))}
            >
              Cancel
            </Button>
          </OwnerOnly>
        </div>
      )}
      {stopped.length > 0 && (
        <div className={classes["line"]}>
          <span className={classes["what"]}>
            Cancelled: {stopped.map(({ figure }) => panelTitle(figure).toLowerCase()).join(", ")}.
          </span>
          <Button size="compact-xs" variant="default" onClick={onAskAgain}>
            Compute
          </Button>
        </div>
      )}
      {cancel.error !== null && <div role="alert">{errorMessage(cancel.error)}</div>}
    </section>
  );
}
