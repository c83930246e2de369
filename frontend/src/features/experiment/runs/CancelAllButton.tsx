import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";

import { useCancelExperiment } from "../../../api/mutations";
import type { Experiment } from "../../../api/types";
import { plural } from "../../../lib/format";
import { isActive } from "../../../api/runs";
import { ConfirmModal } from "../../../ui/feedback/ConfirmModal";

/** Stops everything that waits or runs, once that is confirmed. */
export function CancelAllButton({ experiment }: { experiment: Experiment }) {
  const [opened, { open, close }] = useDisclosure();
  const cancel = useCancelExperiment(experiment.id);
  const active = [...experiment.runs, ...experiment.trials].filter(isActive).length;
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open}>
        Cancel all
      </Button>
      <ConfirmModal
        opened={opened}
        title={active === 1 ? "Stop the unfinished run?" : `Stop all ${plural(active, "unfinished run")}?`}
        error={cancel.error}
        keep="Keep training"
        confirm="Stop training"
        loading={cancel.isPending}
        onKeep={close}
        onConfirm={() => cancel.mutate(undefined, { onSuccess: close })}
      >
        <Text size="sm" mb="md">
          Each stops at its next step and keeps its last checkpoint; <em>Retry</em> resumes from there. Completed runs
          are not affected.
        </Text>
      </ConfirmModal>
    </>
  );
}
