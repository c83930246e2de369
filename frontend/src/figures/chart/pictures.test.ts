import { describe, expect, it } from "vitest";

import type { Figure } from "../../api/types";
import { differInPictures, fillPictures, withPlaces } from "./pictures";

function figure(sources: readonly string[], changes: { layout?: object; meta?: string; cmax?: number } = {}): Figure {
  return {
    name: "rdms",
    title: "",
    caption: "",
    table: { columns: [], formats: [], rows: [] },
    plotly: {
      data: [
        {
          type: "image",
          source: "data:clear",
          meta: { numbers: changes.meta ?? "a" },
          marker: { cmax: changes.cmax ?? 1 },
        },
      ],
      layout: { height: 9, images: sources.map((source, x) => ({ source, x })), ...changes.layout },
    },
  };
}

describe("pictures of a figure", () => {
  it("are what alone differs where the rest is drawn the same", () => {
    const drawn = figure(["data:a", "data:b"]);
    expect(differInPictures(drawn, figure(["data:c", "data:b"]))).toBe(true);
    expect(differInPictures(drawn, figure(["data:c", "data:d"], { meta: "b" }))).toBe(true);
    expect(differInPictures(drawn, figure(["data:a"]))).toBe(false);
    expect(differInPictures(drawn, figure(["data:a", "data:b"], { layout: { height: 8 } }))).toBe(false);
    expect(differInPictures(drawn, figure(["data:a", "data:b"], { layout: { title: "more" } }))).toBe(false);
    expect(differInPictures(drawn, figure(["data:a", "data:b"], { cmax: 2 }))).toBe(false);
    expect(differInPictures(figure([]), figure([]))).toBe(false);
  });

  it("come to the places that were drawn, each time anew", () => {
    const attributes: Record<string, string>[] = [{ href: "data:clear" }, {}, {}];
    const { images } = withPlaces({ images: [{ source: "data:a" }, { source: "data:b" }] });
    // Drawn in another order than described.
    for (const [index, image] of (images as { source: string }[]).toReversed().entries()) {
      attributes[index + 1] = { href: image.source };
    }
    const element = {
      querySelectorAll: () =>
        attributes.map((of) => ({
          getAttribute: (name: string) => of[name] ?? null,
          setAttribute: (name: string, value: string) => {
            of[name] = value;
          },
          getAttributeNS: (_: string, name: string) => of[name] ?? null,
          setAttributeNS: (_: string, name: string, value: string) => {
            of[name] = value;
          },
        })),
    } as unknown as Element;
    fillPictures(element, figure(["data:a", "data:b"]));
    expect(attributes.map((of) => of["href"])).toEqual(["data:clear", "data:b", "data:a"]);
    fillPictures(element, figure(["data:c", "data:d"]));
    expect(attributes.map((of) => of["href"])).toEqual(["data:clear", "data:d", "data:c"]);
  });

  it("leave a layout without any as it is", () => {
    const layout = { height: 3 };
    expect(withPlaces(layout)).toBe(layout);
  });
});
