import { describe, expect, it } from "vitest";

import { readArrangement, shownPanels, withoutPanel, withPanel, writeArrangement } from "./arrangement";
import { PANELS } from "../../figures/panels";

const usual = readArrangement(new URLSearchParams());

function written(arrangement: ReturnType<typeof readArrangement>, query = ""): string {
  return writeArrangement(arrangement, new URLSearchParams(query)).toString();
}

describe("the arrangement in the URL", () => {
  it("is the usual one where nothing is said, and then says nothing", () => {
    expect(shownPanels(usual)).toEqual(PANELS.filter((panel) => panel.shown));
    expect(written(usual)).toBe("");
  });

  it.each(["panels=result.rdms", "panels=rdms&max=rdms", "panels=none", "max=loss"])("reads back %s", (query) => {
    expect(written(readArrangement(new URLSearchParams(query)))).toBe(query);
  });

  it("knows no panel that there is not, and maximises none that is not shown", () => {
    expect(written(readArrangement(new URLSearchParams("panels=rdms.nothing&max=accuracy")))).toBe("panels=rdms");
  });

  it("keeps what else the query string holds", () => {
    expect(written({ panels: ["accuracy"], maximised: null }, "epoch=3&panels=rdms&max=rdms")).toBe(
      "epoch=3&panels=accuracy",
    );
  });
});

describe("panels", () => {
  it("go and come back in their place, to the usual address", () => {
    const without = withoutPanel(usual, "rdms");
    expect(shownPanels(without).map(({ id }) => id)).not.toContain("rdms");
    expect(withPanel(without, "rdms")).toEqual(usual);
  });

  it("can all go", () => {
    const nothing = PANELS.reduce((arrangement, { id }) => withoutPanel(arrangement, id), usual);
    expect(shownPanels(nothing)).toEqual([]);
    expect(shownPanels(readArrangement(writeArrangement(nothing, new URLSearchParams())))).toEqual([]);
  });

  it("leave the full window when they go", () => {
    expect(withoutPanel({ panels: null, maximised: "rdms" }, "rdms").maximised).toBeNull();
    expect(withoutPanel({ panels: null, maximised: "rdms" }, "loss").maximised).toBe("rdms");
  });
});
