import type { ComparisonSource } from "../../figures/queries";
import type { Comparison } from "../../api/types";
import { shownPanels, withoutPanel } from "./arrangement";
import { PANELS, rowsOf, type Panel } from "../../figures/panels";
import { useArrangement } from "./useArrangement";
import classes from "./ComparisonPanels.module.css";
import { EmptyWorkspace } from "./EmptyWorkspace";
import { PanelBox } from "./PanelBox";
import { PanelMenu } from "./PanelMenu";
import { PanelContent } from "./PanelContent";
import type { Workspace } from "./panels/panel";

interface ComparisonPanelsProps {
  comparison: Comparison;
  source: ComparisonSource;
  /** Shown figures belong to an earlier view while the one asked for is computed. */
  outdated?: boolean;
  /** What panels change; a shared comparison has none. */
  workspace?: Workspace | null;
}

/** Whether a comparison has anything to show in a panel, if only why it cannot. */
function has(comparison: Comparison, { id }: Panel): boolean {
  if (id === "findings") {
    return comparison.findings.length + comparison.caveats.length > 0;
  }
  if (id === "result" || id === "alignment") {
    return true;
  }
  return comparison.figures.includes(id) || comparison.unavailable[id] !== undefined;
}

/** Everything that a comparison shows. The same for the workspace and for a shared link. */
export function ComparisonPanels({ comparison, source, outdated = false, workspace = null }: ComparisonPanelsProps) {
  const [arrangement, arrange] = useArrangement();
  const available = PANELS.filter((panel) => has(comparison, panel));
  const panels = shownPanels(arrangement).filter((panel) => available.includes(panel));
  const hidden = available.filter((panel) => !panels.includes(panel));
  return (
    <div className={classes["panels"]} data-outdated={outdated || undefined} aria-busy={outdated}>
      <div className={classes["grid"]}>
        {rowsOf(panels).flatMap((row) =>
          row.map((panel) => (
            <PanelBox
              key={panel.id}
              panel={panel}
              alone={row.length === 1}
              maximised={arrangement.maximised === panel.id}
              onMaximise={(on) => arrange({ ...arrangement, maximised: on ? panel.id : null })}
              onRemove={() => arrange(withoutPanel(arrangement, panel.id))}
            >
              {(inSight) => (
                <PanelContent
                  panel={panel}
                  comparison={comparison}
                  source={source}
                  workspace={workspace}
                  inSight={inSight}
                />
              )}
            </PanelBox>
          )),
        )}
      </div>
      {panels.length === 0 ? (
        <EmptyWorkspace panels={available} arrangement={arrangement} onArrange={arrange} />
      ) : (
        <div>
          <PanelMenu hidden={hidden} arrangement={arrangement} onArrange={arrange} />
        </div>
      )}
    </div>
  );
}
