import { describe, expect, it } from "vitest";

import { AS_MEASURED, readCurveView, SMOOTHINGS, smoothingPlace, withCurveView } from "./curveView";

describe("how curves are drawn, in the URL", () => {
  it.each(["", "smoothing=1.5&x=days&scale=cubic&lines=all", "smoothing=-1", "smoothing=NaN"])(
    "is as measured where %j says nothing that is known",
    (query) => {
      expect(readCurveView(new URLSearchParams(query))).toEqual(AS_MEASURED);
    },
  );

  it.each(["smoothing=0.9", "smoothing=0.305&x=epoch", "x=epoch&scale=log&lines=runs"])("reads back %s", (query) => {
    const view = readCurveView(new URLSearchParams(query));
    expect(withCurveView(new URLSearchParams(), view).toString()).toBe(query);
  });

  it("leaves the rest of the address alone, and writes no default", () => {
    const params = new URLSearchParams("epoch=3&smoothing=0.5&x=epoch");
    expect(withCurveView(params, { ...AS_MEASURED, lines: "runs" }).toString()).toBe("epoch=3&lines=runs");
    expect(params.get("smoothing")).toBe("0.5");
  });
});

describe("the slider", () => {
  it("stands at the weight, or at the nearest one", () => {
    SMOOTHINGS.forEach((weight, place) => expect(smoothingPlace(weight)).toBe(place));
    expect(smoothingPlace(0.88)).toBe(SMOOTHINGS.indexOf(0.9));
    expect(smoothingPlace(0.01)).toBe(0);
  });
});
