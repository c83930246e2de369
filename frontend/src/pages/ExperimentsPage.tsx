import { Button, Skeleton } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link } from "react-router";

import { useCatalog, useExperiments } from "../api/queries";
import { ErrorAlert } from "../components/ErrorAlert";
import { ExperimentRow } from "../components/ExperimentRow";
import { Page } from "../components/Page";
import classes from "./ExperimentsPage.module.css";

function NewExperimentButton({ size = "sm" }: { size?: string }) {
  return (
    <Button component={Link} to="/new" size={size} leftSection={<IconPlus size={17} aria-hidden />}>
      New experiment
    </Button>
  );
}

export function ExperimentsPage() {
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useExperiments();
  const { data: catalog } = useCatalog();
  const experiments = data?.pages.flatMap((page) => page.items) ?? [];
  const empty = data !== undefined && experiments.length === 0;

  return (
    <Page title="Experiments" {...(empty ? {} : { actions: <NewExperimentButton /> })}>
      {isPending && [0, 1, 2].map((place) => <Skeleton key={place} height={92} radius="lg" />)}
      {error && data === undefined && <ErrorAlert error={error} onRetry={() => void refetch()} />}
      {empty && (
        <div className={classes["empty"]}>
          <img src="/favicon.svg" alt="" width={56} height={56} />
          <p>
            An experiment trains the same network by several learning rules and shows whether they arrive at the same
            representation.
          </p>
          <NewExperimentButton size="md" />
        </div>
      )}
      {experiments.length > 0 && (
        <ul className={classes["list"]}>
          {experiments.map((experiment) => (
            <ExperimentRow key={experiment.id} experiment={experiment} catalog={catalog} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <div className={classes["more"]}>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </Page>
  );
}
