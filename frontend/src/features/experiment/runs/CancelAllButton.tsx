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
        title={`Stop ${active === 1 ? "the run" : `all ${plural(active, "run")}`} that ${active === 1 ? "has" : "have"} not ended?`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm" mb="md">
          Each stops at its next step and keeps its last checkpoint: <em>Retry</em> goes on from there. Runs that have
          completed stay as they are.
        </Text>
        {cancel.error && <ErrorAlert error={cancel.error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>
            Let them train
          </Button>
          <Button
            color="red.8"
            loading={cancel.isPending}
            onClick={() => cancel.mutate(undefined, { onSuccess: close })}
          >
            Stop them
          </Button>
        </Group>
      </Modal>
    </>
  );
}
