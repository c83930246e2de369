import type { ComparisonSource } from "../../../figures/queries";
import type { Comparison } from "../../../api/types";
import type { CompareView } from "../compareView";
import type { Panel } from "../../../figures/panels";

/** What a panel may change of the view; a shared comparison is frozen and has none. */
export interface Workspace {
  view: CompareView;
  onChange: (changes: Partial<CompareView>) => void;
}

/** What every panel is given. It draws itself in a `Card`, which adds what any panel can do. */
export interface PanelProps {
  panel: Panel;
  comparison: Comparison;
  source: ComparisonSource;
  workspace: Workspace | null;
}
