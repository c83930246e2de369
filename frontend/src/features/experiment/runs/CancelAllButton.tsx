import { Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";

import { useCancelExperiment } from "../../../api/mutations";
import type { Experiment } from "../../../api/types";
import { plural } from "../../../lib/format";
import { isActive } from "../../../api/runs";
import { ErrorAlert } from "../../../ui/feedback/ErrorAlert";

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
      <Modal
        opened={opened}
        onClose={close}
        title={active === 1 ? "Stop the unfinished run?" : `Stop all ${plural(active, "unfinished run")}?`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm" mb="md">
          Each stops at its next step and keeps its last checkpoint; <em>Retry</em> resumes from there. Completed runs
          are not affected.
        </Text>
        {cancel.error && <ErrorAlert error={cancel.error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>
            Keep training
          </Button>
          <Button
            color="red.8"
            loading={cancel.isPending}
            onClick={() => cancel.mutate(undefined, { onSuccess: close })}
          >
            Stop training
          </Button>
        </Group>
      </Modal>
    </>
  );
}
