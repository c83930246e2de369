import type { ResultRow, ResultTable } from "../../../api/types";

/** By which column a result table is sorted; `rule` is the column of names. */
export interface Sort {
  column: string;
  descending: boolean;
}

export const RULE_COLUMN = "rule";

/** A sort as an address holds it: `test` upwards, `-test` downwards. Null is the catalog's order. */
export function readSort(text: string | null, columns: ResultTable["columns"]): Sort | null {
  const descending = text?.startsWith("-") ?? false;
  const column = descending ? text?.slice(1) : text;
  const known = column === RULE_COLUMN || columns.some(({ id }) => id === column);
  return known && column !== null && column !== undefined ? { column, descending } : null;
}

export function writeSort(sort: Sort | null): string | null {
  return sort === null ? null : `${sort.descending ? "-" : ""}${sort.column}`;
}

/** The sort after a column was pressed: largest number or first word first, then turned round, then none. */
export function nextSort(sort: Sort | null, column: string, numeric: boolean): Sort | null {
  if (sort?.column !== column) {
    return { column, descending: numeric };
  }
  return sort.descending === numeric ? { column, descending: !numeric } : null;
}

/** Rows in the order of a sort; what has no value comes last either way, and ties keep their order. */
export function sortRows(table: ResultTable, sort: Sort | null): ResultRow[] {
  if (sort === null) {
    return [...table.rows];
  }
  const sign = sort.descending ? -1 : 1;
  if (sort.column === RULE_COLUMN) {
    return table.rows.toSorted((one, other) => sign * one.name.localeCompare(other.name, "en"));
  }
  const place = table.columns.findIndex(({ id }) => id === sort.column);
  const valueOf = (row: ResultRow) => row.cells[place]?.value ?? null;
  return table.rows.toSorted((one, other) => {
    const [a, b] = [valueOf(one), valueOf(other)];
    if (a === null || b === null) {
      return Number(a === null) - Number(b === null);
    }
    return sign * (a - b);
  });
}
