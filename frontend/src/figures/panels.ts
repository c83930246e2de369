import type { ComparisonFigureName, FigureName } from "../api/types";
import { ALIGNMENTS, type AlignmentName } from "./alignment";

/** How much of the page's width a panel takes: all of it, or half where another half stands beside it. */
export type PanelSize = "full" | "half";

/** What can stand in a comparison: figures, under their own names, and panels of several figures or none. */
export type PanelId = Exclude<ComparisonFigureName, AlignmentName> | "alignment" | "findings" | "result";

export interface Panel {
  id: PanelId;
  /** What it is called until its figure has arrived and says so itself. */
  title: string;
  /** The question that it answers. */
  answers: string;
  size: PanelSize;
  /** Whether a comparison opens with it. */
  shown: boolean;
}

/** Every panel, in the order in which they stand. */
export const PANELS: readonly Panel[] = [
  {
    id: "findings",
    title: "Findings",
    answers: "What do the numbers say, and what can they not say?",
    size: "full",
    shown: true,
  },
  {
    id: "result",
    title: "Result",
    answers: "How well did each rule learn, how like BP, at what cost, and how plausible is it?",
    size: "full",
    shown: true,
  },
  {
    id: "layer-similarity",
    title: "Layer similarity",
    answers: "Which layer of a rule resembles which layer of BP?",
    size: "full",
    shown: true,
  },
  {
    id: "similarity-profile",
    title: "Similarity over layers",
    answers: "In which layers does a rule differ from BP, beyond what two seeds of BP differ?",
    size: "half",
    shown: true,
  },
  {
    id: "geometry-map",
    title: "Map of representations",
    answers: "How near do all networks lie to each other, and which way did training go?",
    size: "half",
    shown: true,
  },
  {
    id: "rdms",
    title: "Dissimilarity matrices",
    answers: "Which images does each layer tell apart?",
    size: "full",
    shown: true,
  },
  {
    id: "exemplars",
    title: "Channels and their images",
    answers: "What do the channels that matter for a class look for?",
    size: "full",
    shown: true,
  },
  {
    id: "image-space",
    title: "Image space",
    answers: "Which images does a layer take to be alike, and which does another rule place elsewhere?",
    size: "full",
    shown: true,
  },
  {
    id: "alignment",
    title: "Alignment over training",
    answers: "How far do errors, updates and signs of a rule point away from BP's, layer by layer?",
    size: "full",
    shown: true,
  },
  { id: "loss", title: "Training loss", answers: "How fast did each rule learn?", size: "half", shown: true },
  {
    id: "validation-accuracy",
    title: "Validation accuracy",
    answers: "How did accuracy on unseen images grow?",
    size: "half",
    shown: true,
  },
  { id: "accuracy", title: "Accuracy", answers: "How far do seeds of one rule differ?", size: "half", shown: false },
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
export function panelTitle(id: FigureName | PanelId): string {
  return [...ALIGNMENTS, ...PANELS].find((panel) => panel.id === id)?.title ?? "";
}
