import type { ListQuery } from "../../api/types";

/** What the list of experiments shows, as its URL holds it. */
export interface ListView {
  q: string;
  state: NonNullable<ListQuery["state"]> | null;
  dataset: string | null;
  tag: string | null;
  archived: NonNullable<ListQuery["archived"]>;
  sort: NonNullable<ListQuery["sort"]>;
  reverse: boolean;
  /** Where the page begins or ends; null is the first page. */
  cursor: string | null;
}

export const STATES = ["active", "completed", "failed", "cancelled"] as const;
const ARCHIVED = ["hide", "only", "include"] as const;
const SORTS = ["newest", "name", "progress", "accuracy"] as const;

export const ALL: ListView = {
  q: "",
  state: null,
  dataset: null,
  tag: null,
  archived: "hide",
  sort: "newest",
  reverse: false,
  cursor: null,
};

/** Reads the view from the query string; what is missing or unknown takes its default. */
export function readListView(params: URLSearchParams): ListView {
  const known = <T extends string>(options: readonly T[], name: string) =>
    options.find((option) => option === params.get(name));
  return {
    q: (params.get("q") ?? "").slice(0, 200),
    state: known(STATES, "state") ?? null,
    dataset: params.get("dataset") || null,
    tag: params.get("tag") || null,
    archived: known(ARCHIVED, "archived") ?? "hide",
    sort: known(SORTS, "sort") ?? "newest",
    reverse: params.get("reverse") === "1",
    cursor: params.get("cursor") || null,
  };
}

/** Writes the view as a query string, without what is at its default. */
export function writeListView(view: ListView): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of ["q", "state", "dataset", "tag", "archived", "sort", "cursor"] as const) {
    const value = view[name];
    if (value !== null && value !== ALL[name]) {
      params.set(name, value);
    }
  }
  if (view.reverse) {
    params.set("reverse", "1");
  }
  return params;
}

/** The view with changes, from its first page again: a cursor belongs to one list in one order. */
export function changeList(view: ListView, changes: Partial<ListView>): ListView {
  return { ...view, cursor: null, ...changes };
}

/** What the API is asked for. */
export function listQuery(view: ListView): ListQuery {
  const { q, state, dataset, tag, cursor, ...order } = view;
  return {
    ...order,
    ...(q.trim() !== "" && { q }),
    ...(state !== null && { state }),
    ...(dataset !== null && { dataset }),
    ...(tag !== null && { tag }),
    ...(cursor !== null && { cursor }),
  };
}

/** Whether something is left out that the list shows by itself. */
export function isNarrowed(view: ListView): boolean {
  return view.q.trim() !== "" || view.state !== null || view.dataset !== null || view.tag !== null;
}

/** The direction in words, as it stands on the button that turns it round. */
export function orderText({ sort, reverse }: Pick<ListView, "sort" | "reverse">): string {
  const [first, other] = {
    newest: ["Newest first", "Oldest first"],
    name: ["A to Z", "Z to A"],
    progress: ["Least finished first", "Most finished first"],
    accuracy: ["Best first", "Worst first"],
  }[sort] as [string, string];
  return reverse ? other : first;
}

/** `26–50 of 500`. */
export function rangeText(offset: number, shown: number, total: number): string {
  return shown === 0 ? `0 of ${total}` : `${offset + 1}–${offset + shown} of ${total}`;
}

/** The address of a comparison of experiments, beginning with the first. */
export function comparePath([first, ...others]: readonly string[]): string {
  const params = new URLSearchParams(others.map((id) => ["with", id]));
  return `/experiments/${first}/compare${others.length > 0 ? `?${params.toString()}` : ""}`;
}
