// @vitest-environment happy-dom

import { expect, test } from "vitest";

import { AlignmentPanel } from "./AlignmentPanel";
import { componentOf } from "./components";
import { FigurePanel } from "./FigurePanel";
import { LayerSimilarityPanel } from "./LayerSimilarityPanel";
import { RdmsPanel } from "./RdmsPanel";

test.each([
  ["alignment", AlignmentPanel],
  ["layer-similarity", LayerSimilarityPanel],
  ["rdms", RdmsPanel],
  ["similarity-profile", FigurePanel],
  ["loss", FigurePanel],
])("the panel %s is drawn by the component of its name, else as a figure", (id, component) => {
  expect(componentOf(id)).toBe(component);
});
