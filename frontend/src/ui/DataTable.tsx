import { Button, VisuallyHidden } from "@mantine/core";
import { useState } from "react";

import type { Table } from "../api/types";
import { formatCell, formatInteger } from "../lib/format";
import classes from "./DataTable.module.css";

const ROWS_AT_A_TIME = 200;

/** The numbers of a figure. Long tables are shown a piece at a time; the CSV has all of them. */
export function DataTable({ table, title }: { table: Table; title: string }) {
  const [limit, setLimit] = useState(ROWS_AT_A_TIME);
  const rest = table.rows.length - limit;
  const isNumber = (column: number) => (table.formats[column] ?? "text") !== "text";
  return (
    <section className={classes["scroll"]} tabIndex={0} aria-label={`${title}: data table`}>
      <table className={classes["table"]}>
        <caption>
          <VisuallyHidden>{title}</VisuallyHidden>
        </caption>
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <th key={column} scope="col" data-number={isNumber(index) || undefined}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.slice(0, limit).map((row, place) => (
            <tr key={place}>
              {row.map((value, index) => (
                <td key={table.columns[index] ?? index} data-number={isNumber(index) || undefined}>
                  {formatCell(value, table.formats[index] ?? "text")}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.rows.length === 0 && <p className={classes["note"]}>No values yet.</p>}
      {rest > 0 && (
        <p className={classes["note"]}>
          <Button size="compact-xs" variant="default" onClick={() => setLimit(limit + ROWS_AT_A_TIME)}>
            Show {formatInteger(Math.min(ROWS_AT_A_TIME, rest))} more
          </Button>{" "}
          of {formatInteger(table.rows.length)} rows. The CSV contains all rows.
        </p>
      )}
    </section>
  );
}
