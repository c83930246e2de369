import { Card } from "../../../ui/Card";
import classes from "./FindingsPanel.module.css";
import type { PanelProps } from "./panel";

/** What the numbers say, and below it what they cannot say. */
export function FindingsPanel({ comparison: { findings, caveats } }: PanelProps) {
  return (
    <Card title="Findings">
      <div className={classes["quote"]}>
        {findings.map((finding) => (
          <p key={finding} className={classes["finding"]}>
            {finding}
          </p>
        ))}
        {caveats.length > 0 && (
          <ul className={classes["caveats"]} aria-label="Caveats">
            {caveats.map((caveat) => (
              <li key={caveat}>{caveat}</li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  );
}
