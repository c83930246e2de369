import { Button, SegmentedControl } from "@mantine/core";
import { useState } from "react";

import { useLog } from "../../api/queries";
import type { Catalog } from "../../api/types";
import { byDay } from "../../api/eventLog";
import { Card } from "../../ui/Card";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import classes from "./EventLogCard.module.css";
import { EventLogEntry } from "./EventLogEntry";

interface EventLogCardProps {
  experimentId: string;
  catalog: Catalog | undefined;
}

/** What happened to the experiment and its runs, newest first, as it happens. */
export function EventLogCard({ experimentId, catalog }: EventLogCardProps) {
  const [routine, setRoutine] = useState(false);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useLog(experimentId, routine);
  const entries = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card
      title="Event log"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Log detail"
          value={routine ? "all" : "milestones"}
          onChange={(value) => setRoutine(value === "all")}
          data={[
            { value: "milestones", label: "Milestones" },
            { value: "all", label: "Every epoch" },
          ]}
        />
      }
    >
      {error !== null && data === undefined && <ErrorAlert error={error} onRetry={() => void refetch()} />}
      {data !== undefined && entries.length === 0 && <p className={classes["nothing"]}>No entries yet.</p>}
      <section className={classes["scroll"]} tabIndex={0} aria-label="Entries, newest first">
        {byDay(entries).map(({ day, entries: ofDay }) => (
          <div key={day}>
            <h3 className={classes["day"]}>{day}</h3>
            <ol className={classes["entries"]}>
              {ofDay.map((entry) => (
                <EventLogEntry
                  key={entry.id}
                  entry={entry}
                  rule={catalog?.rules.find((rule) => rule.id === entry.rule)}
                />
              ))}
            </ol>
          </div>
        ))}
        {hasNextPage && (
          <Button
            className={classes["more"]}
            size="compact-sm"
            variant="default"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            Show earlier
          </Button>
        )}
      </section>
    </Card>
  );
}
