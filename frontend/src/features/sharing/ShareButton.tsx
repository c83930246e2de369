import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconShare } from "@tabler/icons-react";

import type { Comparison } from "../../api/types";
import { ShareDialog } from "./ShareDialog";

/** Opens the dialog in which a comparison is shared. */
export function ShareButton({ comparison }: { comparison: Comparison }) {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button leftSection={<IconShare size={17} aria-hidden />} onClick={open}>
        Share
      </Button>
      <Modal opened={opened} onClose={close} size="lg" title="Share this comparison">
        <ShareDialog comparison={comparison} />
      </Modal>
    </>
  );
}
