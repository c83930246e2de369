import { errorMessage } from "../../../api/problem";
import type { Run } from "../../../api/types";
import { FailureDetails } from "./FailureDetails";
import classes from "./RunProblems.module.css";

/** Why a run failed, and why the service refused what was asked of it. */
export function RunProblems({ run, refusal }: { run: Run; refusal: Error | null }) {
  return (
    <>
      {run.error !== null && (
        <div className={classes["error"]} data-severe={run.state === "failed" || undefined}>
          {run.error}
          {run.state === "failed" && <FailureDetails run={run} />}
        </div>
      )}
      {refusal !== null && (
        <p className={classes["error"]} role="alert" data-severe>
          {errorMessage(refusal)}
        </p>
      )}
    </>
  );
}
