import { describe, expect, it } from "vitest";

import type { Work } from "../api/types";
import { describeWork } from "./work";

function work(figure: Work["figure"], state: Work["state"], waits: string | null = null): Work {
  return { id: figure, figure, state, needed: false, started_at: null, waits_for: waits };
}

describe("what is being computed", () => {
  it("is named, and so is what comes then", () => {
    const going = [
      work("rdms", "running"),
      work("result", "queued", "Next in line."),
      work("exemplars", "queued"),
      // Two analyses are for one panel.
      work("result", "queued"),
    ];
    expect(describeWork(going)).toBe("Computing dissimilarity matrices. Then result and channels and their images.");
  });

  it("waits for something, where nothing of it runs", () => {
    const reason = "No worker for analyses is running.";
    expect(describeWork([work("rdms", "queued", reason)])).toBe(`Waiting: dissimilarity matrices. ${reason}`);
    expect(describeWork([work("rdms", "queued", "Waits for 3 others.")])).toContain("Waits for 3 others.");
  });
});
