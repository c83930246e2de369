import type { ComparisonFigureName } from "../api/types";

/** How much of the page's width a panel takes: all of it, or half where another half stands beside it. */
export type PanelSize = "full" | "half";

/** What can stand in a comparison: figures, under their own names, and panels that are no figure. */
export type PanelId = ComparisonFigureName | "result";

export interface Panel {
  id: PanelId;
  /** What it is called until its figure has arrived and says so itself. */
  title: string;
  size: PanelSize;
  /** Whether a comparison opens with it. */
  shown: boolean;
}

/** Every panel, in the order in which they stand. */
export const PANELS: readonly Panel[] = [
  { id: "result", title: "Result", size: "half", shown: true },
  { id: "similarity-profile", title: "Similarity over layers", size: "half", shown: true },
  { id: "layer-similarity", title: "Layer similarity", size: "full", shown: true },
  { id: "rdms", title: "Dissimilarity matrices", size: "full", shown: true },
  { id: "geometry-map", title: "Map of representations", size: "half", shown: true },
  { id: "exemplars", title: "Channels and their images", size: "half", shown: true },
  { id: "accuracy", title: "Accuracy", size: "half", shown: true },
  { id: "cost", title: "Cost of a training step", size: "half", shown: true },
  { id: "local-angle", title: "Local alignment angle", size: "half", shown: true },
  { id: "global-angle", title: "Alignment angle, global", size: "half", shown: true },
  { id: "update-angle", title: "Update angle", size: "half", shown: true },
  { id: "sign-concordance", title: "Sign concordance", size: "half", shown: true },
  { id: "loss", title: "Training loss", size: "half", shown: true },
  { id: "validation-accuracy", title: "Validation accuracy", size: "half", shown: true },
];

/** Panels in rows: a full one alone, halves in pairs, a half without a neighbour alone. */
export function rowsOf(panels: readonly Panel[]): Panel[][] {
  const rows: Panel[][] = [];
  for (const panel of panels) {
    const last = rows.at(-1);
    if (panel.size === "half" && last?.length === 1 && last[0]?.size === "half") {
      last.push(panel);
    } else {
      rows.push([panel]);
    }
  }
  return rows;
}

/** What a panel is called before its figure says so. */
export function panelTitle(id: PanelId): string {
  return PANELS.find((panel) => panel.id === id)?.title ?? "";
}
