import { describe, expect, it } from "vitest";

import type { Work } from "../api/types";
import { describeWork } from "./work";

function work(title: string, state: Work["state"], waits: string | null = null): Work {
  return { id: title, figure: title, title, state, needed: false, started_at: null, waits_for: waits };
}

describe("what is being computed", () => {
  it("is named, and so is what comes then", () => {
    const going = [
      work("Dissimilarity matrices", "running"),
      work("Result", "queued", "Next in the queue."),
      work("Channels and their images", "queued"),
      // Two analyses are for one panel.
      work("Result", "queued"),
    ];
    expect(describeWork(going)).toBe("Computing dissimilarity matrices. Then result and channels and their images.");
  });

  it("waits for something, where nothing of it runs", () => {
    const reason = "No worker for analyses is running.";
    expect(describeWork([work("Dissimilarity matrices", "queued", reason)])).toBe(
      `Waiting: dissimilarity matrices. ${reason}`,
    );
    expect(describeWork([work("Dissimilarity matrices", "queued", "3 analyses ahead in the queue.")])).toContain(
      "3 analyses ahead in the queue.",
    );
  });
});
