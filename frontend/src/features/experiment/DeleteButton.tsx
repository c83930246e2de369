import { Button, List, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "react-router";

import { useDeleteExperiment } from "../../api/mutations";
import { linksThatKeep } from "../../api/problem";
import type { Experiment } from "../../api/types";
import { plural } from "../../lib/format";
import { ConfirmModal } from "../../ui/feedback/ConfirmModal";

/** Deletes an experiment, once that is confirmed; and once more where links show its comparisons. */
export function DeleteButton({ experiment }: { experiment: Experiment }) {
  const [opened, { open, close }] = useDisclosure();
  const navigate = useNavigate();
  const remove = useDeleteExperiment(experiment.id);
  const links = linksThatKeep(remove.error);
  const leave = () => {
    remove.reset();
    close();
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        Delete
      </Button>
      <ConfirmModal
        opened={opened}
        title={links.length > 0 ? "Delete this shared experiment?" : "Delete this experiment?"}
        error={links.length > 0 ? null : remove.error}
        keep="Keep it"
        confirm={links.length > 0 ? "Delete, keep the links" : "Delete permanently"}
        loading={remove.isPending}
        onKeep={leave}
        onConfirm={() => remove.mutate({ force: links.length > 0 }, { onSuccess: () => void navigate("/") })}
      >
        {links.length > 0 ? (
          <div role="alert">
            <Text size="sm">
              {plural(links.length, "link")} still {links.length > 1 ? "show" : "shows"} its comparisons:
            </Text>
            <List size="sm" my="xs">
              {links.map((link, index) => (
                <List.Item key={index}>{link}</List.Item>
              ))}
            </List>
            <Text size="sm">
              Anyone with such a link will still see a frozen copy of the same numbers. Once the experiment is deleted,
              this page can no longer revoke the links: revoke those that should end first, with <em>Share</em> above a
              comparison.
            </Text>
          </div>
        ) : (
          <Text size="sm" mb="md">
            “{experiment.name}” and its {plural(experiment.runs.length, "run")}
            {experiment.trials.length > 0 ? ` and ${plural(experiment.trials.length, "trial")}` : ""} will be deleted,
            with all checkpoints, activations and comparisons. This cannot be undone.
          </Text>
        )}
      </ConfirmModal>
    </>
  );
}
