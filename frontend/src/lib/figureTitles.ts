import type { FigureName } from "../api/types";

/** What a panel is called until its figure has arrived and says so itself. */
export const FIGURE_TITLES: Record<FigureName, string> = {
  accuracy: "Accuracy",
  "layer-similarity": "Layer similarity",
  "similarity-profile": "Similarity over layers",
  rdms: "Dissimilarity matrices",
  "geometry-map": "Map of representations",
  exemplars: "Channels and their images",
  cost: "Cost of a training step",
  "local-angle": "Local alignment angle",
  "global-angle": "Alignment angle, global",
  "update-angle": "Update angle",
  "sign-concordance": "Sign concordance",
  "validation-accuracy": "Validation accuracy",
  loss: "Training loss",
};
