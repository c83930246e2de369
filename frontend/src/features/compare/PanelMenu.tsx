import { Button, Menu } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";

import { withPanel, type Arrangement } from "./arrangement";
import type { Panel } from "../../api/types";

interface PanelMenuProps {
  all: readonly Panel[];
  /** Panels that this comparison has and that do not stand on the page. */
  hidden: readonly Panel[];
  arrangement: Arrangement;
  onArrange: (next: Arrangement) => void;
}

/** Puts panels back on the page. */
export function PanelMenu({ all, hidden, arrangement, onArrange }: PanelMenuProps) {
  const everything = hidden.reduce((next, { id }) => withPanel(next, id, all), arrangement);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={15} stroke={1.75} aria-hidden />}
          disabled={hidden.length === 0}
        >
          {hidden.length === 0 ? "All panels are shown" : "Add panel"}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {hidden.map((panel) => (
          <Menu.Item key={panel.id} onClick={() => onArrange(withPanel(arrangement, panel.id, all))}>
            {panel.title}
          </Menu.Item>
        ))}
        {hidden.length > 1 && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => onArrange(everything)}>All panels</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
