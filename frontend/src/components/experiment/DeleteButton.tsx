import { Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "react-router";

import { useDeleteExperiment } from "../../api/mutations";
import type { Experiment } from "../../api/types";
import { plural } from "../../lib/format";
import { ErrorAlert } from "../ErrorAlert";

/** Deletes an experiment, once that is confirmed. */
export function DeleteButton({ experiment }: { experiment: Experiment }) {
  const [opened, { open, close }] = useDisclosure();
  const navigate = useNavigate();
  const remove = useDeleteExperiment(experiment.id);
  return (
    <>
      <Button variant="default" onClick={open}>
        Delete
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title="Delete this experiment?"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm" mb="md">
          “{experiment.name}” and its {plural(experiment.runs.length, "run")}
          {experiment.trials.length > 0 ? ` and ${plural(experiment.trials.length, "trial")}` : ""} go, with every
          checkpoint, activation and comparison. Links that were shared keep showing their frozen copies. This cannot be
          undone.
        </Text>
        {remove.error && <ErrorAlert error={remove.error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>
            Keep it
          </Button>
          <Button
            color="red.8"
            loading={remove.isPending}
            onClick={() => remove.mutate(undefined, { onSuccess: () => void navigate("/") })}
          >
            Delete for good
          </Button>
        </Group>
      </Modal>
    </>
  );
}
