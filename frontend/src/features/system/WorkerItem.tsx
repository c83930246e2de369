import { Link } from "react-router";

import type { Worker } from "../../api/types";
import { formatBytes, formatDuration, plural } from "../../lib/format";
import { Age } from "../../ui/Age";
import classes from "./WorkerItem.module.css";

interface WorkerItemProps {
  worker: Worker;
  /** The service's own version: a worker of another one is told apart. */
  version: string;
}

/** One worker: what it is, and what it is doing. */
export function WorkerItem({ worker, version }: WorkerItemProps) {
  const { name, device, memory_bytes, queues, concurrency, jobs, seconds_since_seen } = worker;
  return (
    <li className={classes["worker"]}>
      <div className={classes["what"]}>
        <h3 className={classes["name"]}>{name}</h3>
        <p className={classes["facts"]}>
          {device}
          {memory_bytes > 0 && `, ${formatBytes(memory_bytes)} of memory`}
        </p>
        <p className={classes["facts"]}>
          {queues.length > 1 ? "Queues" : "Queue"} {queues.join(" and ")} · {plural(concurrency, "job")} at a time
        </p>
        <p className={classes["facts"]}>
          Feedback Atlas {worker.version} · Python {worker.python_version} · PyTorch {worker.torch_version}
        </p>
        {worker.version !== version && (
          <p className={classes["old"]}>This worker does not run the service's version, {version}: update it.</p>
        )}
      </div>
      <div>
        {jobs.length === 0 ? (
          <p className={classes["facts"]}>Idle</p>
        ) : (
          <ul className={classes["jobs"]} aria-label={`What ${name} is doing`}>
            {jobs.map((job) => (
              <li key={job.id}>
                <Link to={`/experiments/${job.experiment_id}${job.kind === "analysis" ? "/compare" : ""}`}>
                  {job.what}
                </Link>
                <p className={classes["facts"]}>
                  {job.experiment_name}
                  {job.since !== null && (
                    <>
                      {" "}
                      · started <Age at={job.since} />
                    </>
                  )}
                </p>
              </li>
            ))}
          </ul>
        )}
        <p className={classes["seen"]}>Reported {formatDuration(seconds_since_seen)} ago</p>
      </div>
    </li>
  );
}
