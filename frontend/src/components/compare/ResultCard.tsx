import type { Comparison } from "../../api/types";
import { accuracyTable, type Spread } from "../../lib/accuracyTable";
import { formatFixed, formatInteger } from "../../lib/format";
import { Card } from "../Card";
import { RuleDot } from "../RuleDot";
import classes from "./ResultCard.module.css";

function Percent({ value }: { value: Spread | null }) {
  return (
    <>
      {value === null ? "–" : formatFixed(value.mean * 100, 1)}
      {value !== null && value.deviation !== null && (
        <span className={classes["dim"]}>
          {" "}
          ±{"\u202f"}
          {formatFixed(value.deviation * 100, 1)}
        </span>
      )}
    </>
  );
}

function points(difference: number | null): string {
  if (difference === null) {
    return "–";
  }
  const text = formatFixed(difference * 100, 1);
  return difference > 0 && text !== "0.0" ? `+${text}` : text;
}

/** How well each rule learned, one row a rule. */
export function ResultCard({ comparison }: { comparison: Comparison }) {
  const rows = accuracyTable(comparison.runs, comparison.reference);
  const several = comparison.seeds.length > 1;
  const reference = rows.find((row) => row.run.rule === comparison.reference)?.run.rule_name;
  return (
    <Card
      title="Result"
      caption={
        several
          ? "Accuracy in percent, mean ± standard deviation over seeds; test accuracy at the best validation epoch."
          : "Accuracy in percent; test accuracy at the best validation epoch."
      }
    >
      <div className={classes["scroll"]}>
        <table className={classes["table"]} aria-label="Result">
          <thead>
            <tr>
              <th scope="col">Rule</th>
              {several && <th scope="col">Seeds</th>}
              <th scope="col">Best val</th>
              <th scope="col">Test</th>
              {reference !== undefined && (
                <th scope="col" title={`Test accuracy less that of ${reference}, in points`}>
                  vs {reference}
                </th>
              )}
              {!several && <th scope="col">Best epoch</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.run.rule}>
                <th scope="row">
                  <span className={classes["rule"]}>
                    <RuleDot of={row.run} />
                    {row.run.rule_name}
                  </span>
                </th>
                {several && <td>{formatInteger(row.seeds)}</td>}
                <td>
                  <Percent value={row.bestVal} />
                </td>
                <td>
                  <Percent value={row.test} />
                </td>
                {reference !== undefined && <td>{points(row.difference)}</td>}
                {!several && <td>{row.bestEpoch === null ? "–" : formatInteger(row.bestEpoch.mean)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
