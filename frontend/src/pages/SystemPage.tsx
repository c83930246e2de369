import { Code, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";

import { useSystem } from "../api/queries";
import type { System } from "../api/types";
import { Card } from "../components/Card";
import { ErrorAlert } from "../components/ErrorAlert";
import { Page } from "../components/Page";
import { formatDuration, formatFree, formatInteger, plural } from "../lib/format";
import classes from "./SystemPage.module.css";

function facts(system: System): [term: string, value: ReactNode][] {
  return [
    ["Version", system.version],
    ["Database", system.database],
    ["Broker", system.broker],
    ["Data folder", <Code key="folder">{system.data_folder}</Code>],
    ["Free disk", formatFree(system.free_bytes)],
    ["Queue", `${plural(system.running_runs, "run")} running, ${formatInteger(system.queued_runs)} queued`],
    ["Plotly", system.plotly_version],
  ];
}

function Workers({ system }: { system: System }) {
  if (system.workers.length === 0) {
    return (
      <p className={classes["note"]}>
        No worker has reported within the last 30 seconds, so queued runs wait. <Code>make up</Code> starts one together
        with the service; on another machine, <Code>atlas worker</Code> does.
      </p>
    );
  }
  return (
    <div className={classes["scroll"]}>
      <table className={classes["table"]} aria-label="Workers">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Queue</th>
            <th scope="col">Device</th>
            <th scope="col">At work on</th>
            <th scope="col">Last seen</th>
          </tr>
        </thead>
        <tbody>
          {system.workers.map((worker) => (
            <tr key={`${worker.name} ${worker.queue}`}>
              <td>{worker.name}</td>
              <td>{worker.queue}</td>
              <td>{worker.device}</td>
              <td>{worker.busy === 0 ? "nothing" : plural(worker.busy, "run")}</td>
              <td>{formatDuration(worker.seconds_since_seen)} ago</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FolderRoots({ roots }: { roots: readonly string[] }) {
  return (
    <>
      {roots.length > 0 ? (
        <ul className={classes["roots"]}>
          {roots.map((root) => (
            <li key={root}>
              <Code>{root}</Code>
            </li>
          ))}
        </ul>
      ) : (
        <p className={classes["note"]}>None: experiments can use the embedded data sets only.</p>
      )}
      <p className={classes["note"]}>
        To change them, start the service with <Code>ATLAS_FOLDER_ROOTS=/first/folder:/second/folder</Code>, or write
        that line into the file <Code>.env</Code> beside it. Runs can then read any image folder below these.
      </p>
    </>
  );
}

export function SystemPage() {
  const { data, error, refetch } = useSystem();
  return (
    <Page title="System">
      {error && !data && <ErrorAlert error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={300} radius="lg" />}
      {data && (
        <>
          <Card title="Service">
            <dl className={classes["facts"]}>
              {facts(data).map(([term, value]) => (
                <div key={term}>
                  <dt>{term}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </Card>
          <Card title="Workers">
            <Workers system={data} />
          </Card>
          <Card title="Folders that experiments may use">
            <FolderRoots roots={data.folder_roots} />
          </Card>
        </>
      )}
    </Page>
  );
}
