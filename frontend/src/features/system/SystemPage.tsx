import { Code, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";

import { useSystem } from "../../api/queries";
import { OwnerOnly, useSession } from "../../api/session";
import type { System } from "../../api/types";
import { Card } from "../../ui/Card";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { Page } from "../../ui/Page";
import { LinksCard } from "../sharing/LinksCard";
import { AuditCard } from "../access/AuditCard";
import { TokensCard } from "../access/TokensCard";
import { WorkerItem } from "./WorkerItem";
import { formatBytes, formatFree, plural } from "../../lib/format";
import classes from "./SystemPage.module.css";

/** `3 runs, 1 analysis`. */
function work(runs: number, analyses: number): string {
  return `${plural(runs, "run")}, ${plural(analyses, "analysis", "analyses")}`;
}

function facts(system: System): [term: string, value: ReactNode][] {
  return [
    ["In progress", work(system.running_runs, system.running_analyses)],
    ["Queued", work(system.queued_runs, system.queued_analyses)],
    ["Stored by runs", formatBytes(system.artifact_bytes)],
    ["Free disk", formatFree(system.free_bytes)],
    ...(system.data_folder === null
      ? []
      : [["Data folder", <Code key="folder">{system.data_folder}</Code>] satisfies [string, ReactNode]]),
    ["Broker", system.broker === "filesystem" ? "file system (in the data folder)" : system.broker],
  ];
}

function versions(system: System): [term: string, value: ReactNode][] {
  return [
    ["Feedback Atlas", system.version],
    ...system.versions.map((part): [string, string] => [part.name, part.version]),
  ];
}

function Facts({ of }: { of: [term: string, value: ReactNode][] }) {
  return (
    <dl className={classes["facts"]}>
      {of.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Workers({ system }: { system: System }) {
  if (system.workers.length === 0) {
    return (
      <p className={classes["note"]}>
        No worker has reported in the last 30 seconds, so queued runs are waiting. <Code>make up</Code> starts one
        together with the service; on another machine, run <Code>atlas worker</Code>.
      </p>
    );
  }
  return (
    <ul className={classes["workers"]} aria-label="Workers">
      {system.workers.map((worker) => (
        <WorkerItem key={worker.name} worker={worker} version={system.version} />
      ))}
    </ul>
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
        <p className={classes["note"]}>None: experiments can only use the built-in data sets.</p>
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
  const { data: session } = useSession();
  return (
    <Page title="System">
      {error && !data && <ErrorAlert error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={300} radius="lg" />}
      {data && (
        <>
          <Card title="Service">
            <Facts of={facts(data)} />
          </Card>
          <Card title="Workers">
            <Workers system={data} />
          </Card>
          <Card title="Versions">
            <Facts of={versions(data)} />
          </Card>
          <OwnerOnly>
            <Card title="Folders that experiments may use">
              <FolderRoots roots={data.folder_roots} />
            </Card>
            {session && <TokensCard required={session.required} own={session.required ? session.name : null} />}
            <LinksCard />
            <AuditCard />
          </OwnerOnly>
        </>
      )}
    </Page>
  );
}
