import { createElement, memo, useMemo } from "react";

import { useLagging } from "../../ui/hooks/useLagging";
import { componentOf } from "./panels/components";
import type { PanelProps } from "./panels/panel";

const Drawn = memo((props: PanelProps) => createElement(componentOf(props.panel.id), props));

/** A panel of what is shown now; out of sight it follows once all that is seen has been drawn. */
export function PanelContent({ panel, comparison, source, workspace, inSight }: PanelProps & { inSight: boolean }) {
  const latest = useMemo(() => ({ comparison, source, workspace }), [comparison, source, workspace]);
  return <Drawn panel={panel} {...useLagging(latest, inSight)} />;
}
