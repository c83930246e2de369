import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";

import { withPanel, type Arrangement } from "./arrangement";
import type { Panel } from "../../figures/panels";
import { ActionMenu, MenuItem, MenuRule } from "../../ui/controls/ActionMenu";

interface PanelMenuProps {
  /** Panels that this comparison has and that do not stand on the page. */
  hidden: readonly Panel[];
  arrangement: Arrangement;
  onArrange: (next: Arrangement) => void;
}

/** Puts panels back on the page. */
export function PanelMenu({ hidden, arrangement, onArrange }: PanelMenuProps) {
  const all = hidden.reduce((next, { id }) => withPanel(next, id), arrangement);
  return (
    <ActionMenu
      align="start"
      button={
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={15} stroke={1.75} aria-hidden />}
          disabled={hidden.length === 0}
        >
          {hidden.length === 0 ? "Every panel is shown" : "Add panel"}
        </Button>
      }
    >
      {hidden.map((panel) => (
        <MenuItem key={panel.id} onClick={() => onArrange(withPanel(arrangement, panel.id))}>
          {panel.title}
        </MenuItem>
      ))}
      {hidden.length > 1 && (
        <>
          <MenuRule />
          <MenuItem onClick={() => onArrange(all)}>All of them</MenuItem>
        </>
      )}
    </ActionMenu>
  );
}
