import type { Panel } from "../../../api/types";

/** Panels in rows: a full one alone, halves in pairs, a half without a neighbour alone. */
export function rowsOf(panels: readonly Panel[]): Panel[][] {
  const rows: Panel[][] = [];
  for (const panel of panels) {
    const last = rows.at(-1);
    if (panel.size === "half" && last?.length === 1 && last[0]?.size === "half") {
      last.push(panel);
    } else {
      rows.push([panel]);
    }
  }
  return rows;
}
