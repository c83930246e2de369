import { ActionIcon } from "@mantine/core";
import { IconArchive, IconArchiveOff, IconCopy, IconDots, IconDownload } from "@tabler/icons-react";

import { useEditExperiment } from "../../api/mutations";
import { errorMessage } from "../../api/problem";
import { OwnerOnly } from "../../api/session";
import { ActionMenu, MenuItem, MenuProblem } from "../../ui/controls/ActionMenu";

interface ExperimentMenuProps {
  id: string;
  name: string;
  archived: boolean;
}

/** What can be done with an experiment besides looking at it. */
export function ExperimentMenu({ id, name, archived }: ExperimentMenuProps) {
  const edit = useEditExperiment(id);
  return (
    <ActionMenu
      button={
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`More about ${name}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      }
    >
      <OwnerOnly>
        <MenuItem to={`/new?from=${id}`} icon={<IconCopy size={16} aria-hidden />}>
          Clone into the form
        </MenuItem>
      </OwnerOnly>
      <MenuItem href={`/api/experiments/${id}/spec.yaml`} icon={<IconDownload size={16} aria-hidden />}>
        Save as YAML
      </MenuItem>
      <OwnerOnly>
        <MenuItem
          staysOpen
          disabled={edit.isPending}
          onClick={() => edit.mutate({ archived: !archived })}
          icon={archived ? <IconArchiveOff size={16} aria-hidden /> : <IconArchive size={16} aria-hidden />}
        >
          {archived ? "Bring back from the archive" : "Archive"}
        </MenuItem>
      </OwnerOnly>
      {edit.error && <MenuProblem>{errorMessage(edit.error)}</MenuProblem>}
    </ActionMenu>
  );
}
