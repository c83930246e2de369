import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import { useSearchParams } from "react-router";

import type { ResultTable as Table } from "../../../api/types";
import { nextSort, readSort, RULE_COLUMN, sortRows, writeSort, type Sort } from "./resultSort";
import { ErrorAlert } from "../../../ui/feedback/ErrorAlert";
import { RuleDot } from "../../../ui/RuleDot";
import { ResultCell } from "./ResultCell";
import classes from "./ResultTable.module.css";

const SORT_PARAMETER = "sort";

interface HeadProps {
  id: string;
  name: string;
  unit?: string;
  help?: string;
  numeric: boolean;
  /** Whether a group begins with it. */
  first?: boolean;
  /** Rows of the head that it spans. */
  rows?: number;
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
}

function Head({ id, name, unit = "", help, numeric, first = false, rows = 1, sort, onSort }: HeadProps) {
  const direction = sort?.column === id ? (sort.descending ? "descending" : "ascending") : "none";
  const Icon = { none: IconArrowsSort, ascending: IconArrowUp, descending: IconArrowDown }[direction];
  return (
    <th
      scope="col"
      rowSpan={rows}
      aria-sort={direction}
      data-column={id}
      data-number={numeric || undefined}
      data-first={first || undefined}
    >
      <UnstyledButton className={classes["sort"]} title={help} onClick={() => onSort(nextSort(sort, id, numeric))}>
        <span>
          {name}
          {unit !== "" && <span className={classes["unit"]}> {unit}</span>}
        </span>
        <Icon size={12} stroke={2} aria-hidden className={classes["arrow"]} />
      </UnstyledButton>
    </th>
  );
}

/** Neighbouring columns of one group, and how many there are. */
function groupsOf(columns: Table["columns"]): { name: string; count: number }[] {
  const groups: { name: string; count: number }[] = [];
  for (const { group } of columns) {
    const last = groups.at(-1);
    if (last?.name === group) {
      last.count += 1;
    } else {
      groups.push({ name: group, count: 1 });
    }
  }
  return groups;
}

interface ResultTableProps {
  table: Table | undefined;
  error: Error | null;
  onRetry: () => void;
}

/** A row a rule, sorted by whichever column is pressed; the address holds the order. */
export function ResultTable({ table, error, onRetry }: ResultTableProps) {
  const [params, setParams] = useSearchParams();
  if (table === undefined) {
    return error === null ? null : <ErrorAlert error={error} onRetry={onRetry} />;
  }
  const sort = readSort(params.get(SORT_PARAMETER), table.columns);
  const change = (next: Sort | null) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        after.delete(SORT_PARAMETER);
        const text = writeSort(next);
        if (text !== null) {
          after.set(SORT_PARAMETER, text);
        }
        return after;
      },
      { preventScrollReset: true },
    );
  const groups = groupsOf(table.columns);
  const starts = new Set(
    table.columns.flatMap(({ group }, at) => (table.columns[at - 1]?.group === group ? [] : [at])),
  );
  return (
    <section className={classes["scroll"]} tabIndex={0} aria-label="Result, scrolls horizontally">
      <table className={classes["table"]} aria-label="Result">
        <thead>
          <tr className={classes["groups"]}>
            <Head id={RULE_COLUMN} name="Rule" rows={2} numeric={false} sort={sort} onSort={change} />
            {groups.map(({ name, count }) => (
              <th key={name} scope="colgroup" colSpan={count} data-first>
                {name}
              </th>
            ))}
          </tr>
          <tr>
            {table.columns.map((column, at) => (
              <Head key={column.id} {...column} first={starts.has(at)} sort={sort} onSort={change} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sortRows(table, sort).map((row) => (
            <tr key={row.rule}>
              <th scope="row">
                <span className={classes["rule"]}>
                  <RuleDot of={row} />
                  {row.name}
                </span>
              </th>
              {row.cells.map((cell, at) => (
                <td
                  key={table.columns[at]?.id ?? at}
                  title={cell.note || undefined}
                  data-number={table.columns[at]?.numeric || undefined}
                  data-first={starts.has(at) || undefined}
                >
                  <ResultCell cell={cell} />
                  {cell.note !== "" && <VisuallyHidden> ({cell.note})</VisuallyHidden>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
