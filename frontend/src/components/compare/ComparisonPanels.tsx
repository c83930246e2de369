import type { FigureSource } from "../../api/figures";
import type { Comparison, ComparisonFigureName } from "../../api/types";
import { PANELS, rowsOf, type Panel } from "../../lib/panels";
import classes from "./ComparisonPanels.module.css";
import { FindingsCard } from "./FindingsCard";
import { componentOf } from "./panels/components";
import type { Workspace } from "./panels/panel";

interface ComparisonPanelsProps {
  comparison: Comparison;
  source: FigureSource<ComparisonFigureName>;
  /** Shown figures belong to an earlier view while the one asked for is computed. */
  outdated?: boolean;
  /** What panels change; a shared comparison has none. */
  workspace?: Workspace | null;
}

/** Whether a comparison has anything to show in a panel, if only why it cannot. */
function has(comparison: Comparison, { id }: Panel): boolean {
  return id === "result" || comparison.figures.includes(id) || comparison.unavailable[id] !== undefined;
}

/** Everything that a comparison shows. The same for the workspace and for a shared link. */
export function ComparisonPanels({ comparison, source, outdated = false, workspace = null }: ComparisonPanelsProps) {
  const panels = PANELS.filter((panel) => panel.shown && has(comparison, panel));
  return (
    <div className={classes["panels"]} data-outdated={outdated || undefined} aria-busy={outdated}>
      <FindingsCard comparison={comparison} />
      {rowsOf(panels).map((row) => (
        <div key={row[0]?.id} className={classes["row"]} data-panels={row.length}>
          {row.map((panel) => {
            const Component = componentOf(panel.id);
            return (
              <Component key={panel.id} panel={panel} comparison={comparison} source={source} workspace={workspace} />
            );
          })}
        </div>
      ))}
    </div>
  );
}
