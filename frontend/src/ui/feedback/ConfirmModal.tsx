import { Button, Group, Modal } from "@mantine/core";
import type { ReactNode } from "react";

import { ErrorAlert } from "./ErrorAlert";

interface ConfirmModalProps {
  opened: boolean;
  title: string;
  /** What happens once it is confirmed. */
  children: ReactNode;
  error: Error | null;
  /** What the two buttons say. */
  keep: string;
  confirm: string;
  loading: boolean;
  onKeep: () => void;
  onConfirm: () => void;
}

/** Asks before something is done that cannot be taken back. */
export function ConfirmModal(props: ConfirmModalProps) {
  const { opened, title, children, error, keep, confirm, loading, onKeep, onConfirm } = props;
  return (
    <Modal opened={opened} onClose={onKeep} title={title}>
      {children}
      {error && <ErrorAlert error={error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onKeep}>
          {keep}
        </Button>
        <Button color="red.8" loading={loading} onClick={onConfirm}>
          {confirm}
        </Button>
      </Group>
    </Modal>
  );
}
