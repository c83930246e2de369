import { NativeSelect } from "@mantine/core";

import { FigurePanel } from "./FigurePanel";
import classes from "./Controls.module.css";
import type { PanelProps, Workspace } from "./panel";

interface ExemplarControlsProps extends Workspace {
  /** Names of the network's convolutions, in order. */
  convolutions: readonly string[];
  classNames: readonly string[];
}

/** Of which layer and for which class channels are shown. */
function ExemplarControls({ view, convolutions, classNames, onChange }: ExemplarControlsProps) {
  return (
    <div className={classes["controls"]}>
      <NativeSelect
        size="xs"
        aria-label="Layer of the channels"
        value={view.exemplarLayer ?? convolutions.at(-1) ?? ""}
        onChange={(event) => onChange({ exemplarLayer: event.currentTarget.value })}
        data={[...convolutions]}
      />
      <NativeSelect
        size="xs"
        aria-label="Class that the channels matter for"
        value={String(view.exemplarClass)}
        onChange={(event) => onChange({ exemplarClass: Number(event.currentTarget.value) })}
        data={classNames.map((name, index) => ({ value: String(index), label: name }))}
      />
    </div>
  );
}

/** Channels of one convolution for one class, and the images that drive them. */
export function ExemplarsPanel(props: PanelProps) {
  const { comparison, workspace } = props;
  return (
    <FigurePanel
      {...props}
      controls={
        workspace && (
          <ExemplarControls
            {...workspace}
            convolutions={comparison.layers.filter((layer) => !layer.startsWith("fc"))}
            classNames={comparison.class_names ?? []}
          />
        )
      }
    />
  );
}
