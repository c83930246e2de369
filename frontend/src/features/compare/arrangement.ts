import { PANELS, type Panel, type PanelId } from "../../figures/panels";

/** Which panels stand on the page, and which of them fills it. */
export interface Arrangement {
  /** In the order of `PANELS`; null stands for those that a comparison opens with. */
  panels: PanelId[] | null;
  maximised: PanelId | null;
}

// A character that query strings hold as it is, and no id of a panel has.
const SEPARATOR = ".";
// An empty list has to differ from none.
const NOTHING = "none";

function byDefault(): PanelId[] {
  return PANELS.filter((panel) => panel.shown).map(({ id }) => id);
}

function known(id: string | null): PanelId | null {
  return PANELS.find((panel) => panel.id === id)?.id ?? null;
}

/** Reads the arrangement from the query string; panels that there are not are left out. */
export function readArrangement(params: URLSearchParams): Arrangement {
  const text = params.get("panels");
  const named = new Set(text?.split(SEPARATOR));
  const maximised = known(params.get("max"));
  const arrangement: Arrangement = {
    panels: text === null ? null : PANELS.filter(({ id }) => named.has(id)).map(({ id }) => id),
    maximised: null,
  };
  const shown = maximised !== null && shownPanels(arrangement).some(({ id }) => id === maximised);
  return { ...arrangement, maximised: shown ? maximised : null };
}

/** Writes the arrangement into a query string that may hold more; what is usual is not written. */
export function writeArrangement(arrangement: Arrangement, params: URLSearchParams): URLSearchParams {
  const written = new URLSearchParams(params);
  written.delete("panels");
  written.delete("max");
  if (arrangement.panels !== null) {
    written.set("panels", arrangement.panels.join(SEPARATOR) || NOTHING);
  }
  if (arrangement.maximised !== null) {
    written.set("max", arrangement.maximised);
  }
  return written;
}

/** The panels that stand on the page, in their order. */
export function shownPanels({ panels }: Arrangement): Panel[] {
  const ids = panels ?? byDefault();
  return PANELS.filter(({ id }) => ids.includes(id));
}

/** The arrangement with a panel put on the page. */
export function withPanel(arrangement: Arrangement, id: PanelId): Arrangement {
  return { ...arrangement, panels: settled([...(arrangement.panels ?? byDefault()), id]) };
}

/** The arrangement with a panel taken off the page. */
export function withoutPanel(arrangement: Arrangement, id: PanelId): Arrangement {
  const panels = settled((arrangement.panels ?? byDefault()).filter((other) => other !== id));
  return { panels, maximised: arrangement.maximised === id ? null : arrangement.maximised };
}

/** Panels in their order; null where they are the usual ones, so that one arrangement has one address. */
function settled(ids: readonly PanelId[]): PanelId[] | null {
  const ordered = PANELS.filter(({ id }) => ids.includes(id)).map(({ id }) => id);
  return ordered.join() === byDefault().join() ? null : ordered;
}
