import { Button, Menu } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";

import { withPanel, type Arrangement } from "./arrangement";
import type { Panel } from "../../figures/panels";

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
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={15} stroke={1.75} aria-hidden />}
          disabled={hidden.length === 0}
        >
          {hidden.length === 0 ? "Every panel is shown" : "Add panel"}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {hidden.map((panel) => (
          <Menu.Item key={panel.id} onClick={() => onArrange(withPanel(arrangement, panel.id))}>
            {panel.title}
          </Menu.Item>
        ))}
        {hidden.length > 1 && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => onArrange(all)}>All of them</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
