import { expect, test } from "vitest";

import type { PaperPanel, PaperView } from "../../api/types";
import { catalog } from "../../testing/catalog";
import { readView } from "../compare/compareView";
import { beside, compareHref, tally, verdictText, waitingText } from "./paper";

const address = (name: PaperPanel["name"]) =>
  readView(new URL(compareHref("e", { name }), "http://x").searchParams, catalog);
const of = (obstacles: string[]) => beside({ citation: "A paper", obstacles, remarks: ["One seed."] } as never);
const panel = (verdict: PaperPanel["verdict"]) => ({ verdict }) as PaperPanel;
const view = (state: PaperView["state"]) => ({ state, completed: 2, runs: 5 }) as PaperView;

test("verdicts are counted in words", () => {
  expect(tally([panel("agrees"), panel("differs"), panel("differs"), panel(null)])).toBe(
    "Of 4 tables and figures: 1 agrees, 2 differ, 1 without numbers",
  );
  expect(tally([panel("not_comparable")])).toBe("Of 1 tables and figures: 1 cannot be compared");
});

test("a page without panels says what it waits for", () => {
  expect(waitingText(view("training"))).toContain("2 of 5 runs have completed");
  expect(waitingText(view("empty"))).toContain("No run has completed");
  expect(waitingText(view("computing"))).toBe("");
});

test("a panel leads to the comparison that it is made of", () => {
  expect(address("figure-9")).toMatchObject({
    subset: "bp_correct_method_wrong",
    images: "validation_and_test",
    estimator: "minibatch",
    matrices: "beside",
  });
  expect(address("figure-5").subset).toBe("all");
});

test("a verdict has words of its own, also while there is none", () => {
  expect(verdictText({ state: "ready", verdict: "not_comparable" })).toBe("Not comparable");
  expect(verdictText({ state: "computing", verdict: null })).toBe("Computing");
  expect(verdictText({ state: "missing", verdict: null })).toBe("Missing");
});

test("what is not as in the paper is said once", () => {
  expect(of(["fewer epochs", "other images"])).toBe(
    "Compared with A paper. Not the paper’s settings: fewer epochs; other images. One seed.",
  );
  expect(of([])).toBe("Compared with A paper. One seed.");
});
