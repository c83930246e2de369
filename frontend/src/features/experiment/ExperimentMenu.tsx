import { ActionIcon, Menu, Text } from "@mantine/core";
import { IconArchive, IconArchiveOff, IconCopy, IconDots, IconDownload } from "@tabler/icons-react";
import { Link } from "react-router";

import { useEditExperiment } from "../../api/mutations";
import { errorMessage } from "../../api/problem";
import { OwnerOnly } from "../../api/session";

interface ExperimentMenuProps {
  id: string;
  name: string;
  archived: boolean;
}

/** What can be done with an experiment besides looking at it. */
export function ExperimentMenu({ id, name, archived }: ExperimentMenuProps) {
  const edit = useEditExperiment(id);
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`More actions for ${name}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <OwnerOnly>
          <Menu.Item component={Link} to={`/new?from=${id}`} leftSection={<IconCopy size={16} aria-hidden />}>
            Clone into the form
          </Menu.Item>
        </OwnerOnly>
        <Menu.Item
          component="a"
          href={`/api/experiments/${id}/spec.yaml`}
          download
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          Save as YAML
        </Menu.Item>
        <OwnerOnly>
          <Menu.Item
            closeMenuOnClick={false}
            disabled={edit.isPending}
            onClick={() => edit.mutate({ archived: !archived })}
            leftSection={archived ? <IconArchiveOff size={16} aria-hidden /> : <IconArchive size={16} aria-hidden />}
          >
            {archived ? "Restore from the archive" : "Archive"}
          </Menu.Item>
        </OwnerOnly>
        {edit.error && (
          <Text role="alert" size="sm" c="var(--mantine-color-error)" px="sm" py={6} maw={280}>
            {errorMessage(edit.error)}
          </Text>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
