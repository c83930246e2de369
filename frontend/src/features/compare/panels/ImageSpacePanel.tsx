import { NativeSelect } from "@mantine/core";

import { useProbe } from "../../../figures/queries";
import { ImageMapLayer } from "../images/ImageMapLayer";
import { FigurePanel } from "./FigurePanel";
import classes from "./Controls.module.css";
import type { PanelProps, Workspace } from "./panel";

interface ImageSpaceControlsProps extends Workspace {
  layers: readonly string[];
  /** Id and name of each rule that can be mapped. */
  rules: readonly (readonly [string, string])[];
}

/** Which layer's maps of images are drawn, and of which two rules. */
function ImageSpaceControls({ view, layers, rules, onChange }: ImageSpaceControlsProps) {
  const ids = rules.map(([id]) => id);
  const asked = view.spaceRules?.every((rule) => ids.includes(rule)) ? view.spaceRules : null;
  const [first = "", second = ""] = asked ?? ids;
  const choices = rules.map(([value, label]) => ({ value, label }));
  const choose = (one: string, other: string) => onChange({ spaceRules: other === "" ? [one] : [one, other] });
  return (
    <div className={classes["controls"]}>
      <NativeSelect
        size="xs"
        aria-label="Layer of the maps"
        value={view.spaceLayer ?? layers[Math.max(layers.length - 2, 0)] ?? ""}
        onChange={(event) => onChange({ spaceLayer: event.currentTarget.value })}
        data={[...layers]}
      />
      {rules.length > 1 && (
        <>
          <NativeSelect
            size="xs"
            aria-label="Rule of the first map"
            value={first}
            onChange={({ currentTarget: { value } }) => choose(value, value === second ? first : second)}
            data={choices}
          />
          <NativeSelect
            size="xs"
            aria-label="Rule of the second map"
            value={second}
            onChange={({ currentTarget: { value } }) => choose(value === first ? second || first : first, value)}
            data={[...choices, { value: "", label: "No second map" }]}
          />
        </>
      )}
    </div>
  );
}

/** Maps of the probe's images in one layer of two networks, with one selection for both. */
export function ImageSpacePanel(props: PanelProps) {
  const { comparison, source, workspace } = props;
  const { data: probe } = useProbe(source);
  const { seed } = comparison.runs.find((run) => run.seed === workspace?.view.rdmSeed) ?? { seed: comparison.seeds[0] };
  const rules = new Map(comparison.runs.filter((run) => run.seed === seed).map((run) => [run.rule, run.rule_name]));
  return (
    <FigurePanel
      {...props}
      controls={workspace && <ImageSpaceControls {...workspace} layers={comparison.layers} rules={[...rules]} />}
    >
      {(chart) => probe && <ImageMapLayer chart={chart} probe={probe} source={source} />}
    </FigurePanel>
  );
}
