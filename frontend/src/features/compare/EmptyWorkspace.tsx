import { Button } from "@mantine/core";

import { withPanel, type Arrangement } from "./arrangement";
import type { Panel } from "../../api/types";
import classes from "./EmptyWorkspace.module.css";

interface EmptyWorkspaceProps {
  all: readonly Panel[];
  /** Those that this comparison has. */
  panels: readonly Panel[];
  arrangement: Arrangement;
  onArrange: (next: Arrangement) => void;
}

/** What stands in a workspace without panels: what each of them answers. */
export function EmptyWorkspace({ all, panels, arrangement, onArrange }: EmptyWorkspaceProps) {
  return (
    <section className={classes["empty"]} aria-label="No panels">
      <h2 className={classes["title"]}>No panels shown</h2>
      <p className={classes["text"]}>
        All panels share the runs, epoch and images selected above. Add the panels that answer your question; the page
        address keeps your selection.
      </p>
      <ul className={classes["list"]}>
        {panels.map((panel) => (
          <li key={panel.id} className={classes["item"]}>
            <Button variant="default" size="xs" onClick={() => onArrange(withPanel(arrangement, panel.id, all))}>
              {panel.title}
            </Button>
            <span>{panel.answers}</span>
          </li>
        ))}
      </ul>
      <Button size="xs" onClick={() => onArrange({ panels: null, maximised: null })}>
        Show the default panels
      </Button>
    </section>
  );
}
