import type { Comparison } from "../../api/types";
import { Card } from "../../ui/Card";
import classes from "./FindingsCard.module.css";

/** What the numbers say, and below it what they cannot say. */
export function FindingsCard({ comparison: { findings, caveats } }: { comparison: Comparison }) {
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
