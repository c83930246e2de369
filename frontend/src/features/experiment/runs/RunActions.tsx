import { Button } from "@mantine/core";

import type { useCancelRun, useRetryRun } from "../../../api/mutations";
import { OwnerOnly } from "../../../api/session";
import type { Run } from "../../../api/types";
import { canRetry, isActive } from "../../../api/runs";

interface RunActionsProps {
  run: Run;
  /** The run in words, for a screen reader. */
  who: string;
  cancel: ReturnType<typeof useCancelRun>;
  retry: ReturnType<typeof useRetryRun>;
  size?: "compact-xs" | "compact-sm";
}

/** What can be done with a run: cancel it while it is active, retry it once it has failed. */
export function RunActions({ run, who, cancel, retry, size = "compact-sm" }: RunActionsProps) {
  return (
    <OwnerOnly>
      {isActive(run) && (
        <Button
          size={size}
          variant="default"
          loading={cancel.isPending}
          disabled={run.cancel_requested}
          aria-label={`Cancel ${who}`}
          onClick={() => cancel.mutate(run.id)}
        >
          Cancel
        </Button>
      )}
      {canRetry(run) && (
        <Button
          size={size}
          variant="default"
          loading={retry.isPending}
          aria-label={`Retry ${who}`}
          onClick={() => retry.mutate(run.id)}
        >
          Retry
        </Button>
      )}
    </OwnerOnly>
  );
}
