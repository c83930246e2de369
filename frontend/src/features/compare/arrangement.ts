import type { Panel } from "../../api/types";

/** Which panels stand on the page, and which of them fills it. */
export interface Arrangement {
  /** In the order of the page; null stands for those that a comparison opens with. */
  panels: string[] | null;
  maximised: string | null;
}

// A character that query strings hold as it is, and no id of a panel has.
const SEPARATOR = ".";
// An empty list has to differ from none.
const NOTHING = "none";

function byDefault(all: readonly Panel[]): string[] {
  return all.filter((panel) => panel.shown).map(({ id }) => id);
}

/** Reads the arrangement from the query string; panels that are not among `all` are left out. */
export function readArrangement(params: URLSearchParams, all: readonly Panel[]): Arrangement {
  const text = params.get("panels");
  const named = new Set(text?.split(SEPARATOR));
  const maximised = params.get("max");
  const arrangement: Arrangement = {
    panels: text === null ? null : all.filter(({ id }) => named.has(id)).map(({ id }) => id),
    maximised: null,
  };
  const shown = shownPanels(arrangement, all).some(({ id }) => id === maximised);
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

/** What of a query string is the arrangement. */
export function arrangementOnly(params: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...params].filter(([key]) => key === "panels" || key === "max"));
}

/** The panels that stand on the page, in their order. */
export function shownPanels({ panels }: Arrangement, all: readonly Panel[]): Panel[] {
  const ids = panels ?? byDefault(all);
  return all.filter(({ id }) => ids.includes(id));
}

/** The arrangement with a panel put on the page. */
export function withPanel(arrangement: Arrangement, id: string, all: readonly Panel[]): Arrangement {
  return { ...arrangement, panels: settled([...(arrangement.panels ?? byDefault(all)), id], all) };
}

/** The arrangement with a panel taken off the page. */
export function withoutPanel(arrangement: Arrangement, id: string, all: readonly Panel[]): Arrangement {
  const panels = settled(
    (arrangement.panels ?? byDefault(all)).filter((other) => other !== id),
    all,
  );
  return { panels, maximised: arrangement.maximised === id ? null : arrangement.maximised };
}

/** Panels in their order; null where they are the usual ones, so that one arrangement has one address. */
function settled(ids: readonly string[], all: readonly Panel[]): string[] | null {
  const ordered = all.filter(({ id }) => ids.includes(id)).map(({ id }) => id);
  return ordered.join() === byDefault(all).join() ? null : ordered;
}
