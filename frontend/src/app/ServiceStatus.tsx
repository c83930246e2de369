import { useSystem } from "../api/queries";
import { plural } from "../lib/format";
import classes from "./ServiceStatus.module.css";

/** Workers and queue in two lines, at the foot of the navigation. */
export function ServiceStatus() {
  const { data } = useSystem();
  if (!data) {
    return null;
  }
  const busy = data.running_runs + data.queued_runs;
  return (
    <p className={classes["status"]}>
      <span data-down={data.workers.length === 0 || undefined}>
        {data.workers.length === 0 ? "No worker running" : plural(data.workers.length, "worker")}
      </span>
      <br />
      {busy === 0 ? "Queue empty" : `${data.running_runs} running, ${data.queued_runs} queued`}
    </p>
  );
}
