import { Button, Skeleton } from "@mantine/core";
import { Link } from "react-router";

import { useAudit } from "../../api/queries";
import type { AuditItem } from "../../api/types";
import { VERBS } from "./audit";
import { formatDateTime } from "../../lib/format";
import { Age } from "../../ui/Age";
import { Card } from "../../ui/Card";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import classes from "./Access.module.css";

function Entry({ entry }: { entry: AuditItem }) {
  const { subject } = entry;
  return (
    <li className={classes["item"]}>
      <span className={classes["act"]}>
        <span className={classes["name"]}>{entry.who}</span> {VERBS[entry.action]}
        {subject !== "" &&
          (entry.experiment_id !== null && entry.action !== "delete" ? (
            <>
              {" "}
              <Link to={`/experiments/${entry.experiment_id}`}>{subject}</Link>
            </>
          ) : (
            ` ${subject}`
          ))}
      </span>
      <span className={classes["dim"]} title={formatDateTime(entry.at)}>
        <Age at={entry.at} />
      </span>
    </li>
  );
}

/** Who launched, cancelled, deleted, shared and let in, the newest first. */
export function AuditCard() {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useAudit();
  const entries = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="Audit log" caption="Launches, cancellations, retries, deletions, links, tokens and sign-ins.">
      {!data && !error && <Skeleton height={120} radius="md" />}
      {error && <ErrorAlert error={error} onRetry={() => void refetch()} />}
      {data && entries.length === 0 && <p className={classes["note"]}>No entries yet.</p>}
      {entries.length > 0 && (
        <ul className={classes["list"]} aria-label="Audit log">
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button mt="sm" size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older
        </Button>
      )}
    </Card>
  );
}
