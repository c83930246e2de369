import type { PaperPanel, PaperView } from "../../api/types";

/** How many panels there are of each verdict, in a heading. */
export function tally(panels: readonly PaperPanel[]): string {
  const count = (verdict: PaperPanel["verdict"]) => panels.filter((panel) => panel.verdict === verdict).length;
  const [agree, differ, not, open] = [count("agrees"), count("differs"), count("not_comparable"), count(null)];
  const parts = [
    agree > 0 && `${agree} ${agree === 1 ? "agrees" : "agree"}`,
    differ > 0 && `${differ} ${differ === 1 ? "differs" : "differ"}`,
    not > 0 && `${not} cannot be compared`,
    open > 0 && `${open} without numbers`,
  ];
  return `Of ${panels.length} tables and figures: ${parts.filter(Boolean).join(", ")}`;
}

/** The paper, and what of its setting this experiment does not have. */
export function beside({ citation, obstacles, remarks }: PaperView): string {
  const other = obstacles.length > 0 ? [`Not the paper’s settings: ${obstacles.join("; ")}.`] : [];
  return [`Compared with ${citation}.`, ...other, ...remarks].join(" ");
}

/** A panel's verdict in a few words. */
export function verdictText({ state, verdict }: Pick<PaperPanel, "state" | "verdict">): string {
  switch (verdict) {
    case "agrees":
      return "Agrees";
    case "differs":
      return "Differs";
    case "not_comparable":
      return "Not comparable";
    case null:
      return state === "computing" ? "Computing" : "Missing";
  }
}

/** Why there are no panels yet; empty where there are. */
export function waitingText({ state, completed, runs }: PaperView): string {
  if (state === "training") {
    return `${completed} of ${runs} runs have completed. The comparison with the paper starts when all runs have ended.`;
  }
  return state === "empty" ? "No run has completed, so there is nothing to compare with the paper." : "";
}

const SUBSETS: Readonly<Record<string, string>> = {
  "figure-8": "&subset=both_correct",
  "figure-9": "&subset=bp_correct_method_wrong",
};

/** The comparison that a panel's numbers are of, on the page where its runs can be looked at further. */
export function compareHref(experimentId: string, { name }: Pick<PaperPanel, "name">): string {
  const subset = SUBSETS[name] ?? "";
  return `/experiments/${experimentId}/compare?estimator=minibatch&images=validation_and_test&matrices=beside${subset}`;
}
