import { Button } from "@mantine/core";

import { withPanel, type Arrangement } from "./arrangement";
import type { Panel } from "../../figures/panels";
import classes from "./EmptyWorkspace.module.css";

interface EmptyWorkspaceProps {
  panels: readonly Panel[];
  arrangement: Arrangement;
  onArrange: (next: Arrangement) => void;
}

/** What stands in a workspace without panels: what each of them answers. */
export function EmptyWorkspace({ panels, arrangement, onArrange }: EmptyWorkspaceProps) {
  return (
    <section className={classes["empty"]} aria-label="No panels">
      <h2 className={classes["title"]}>An empty workspace</h2>
      <p className={classes["text"]}>
        Every panel shows the same runs, epoch and images, as the strip above says. Add those that answer your question;
        the address keeps them.
      </p>
      <ul className={classes["list"]}>
        {panels.map((panel) => (
          <li key={panel.id} className={classes["item"]}>
            <Button variant="default" size="xs" onClick={() => onArrange(withPanel(arrangement, panel.id))}>
              {panel.title}
            </Button>
            <span>{panel.answers}</span>
          </li>
        ))}
      </ul>
      <Button size="xs" onClick={() => onArrange({ panels: null, maximised: null })}>
        Show the usual panels
      </Button>
    </section>
  );
}
