import { Button, Skeleton } from "@mantine/core";
import { IconChartDots3, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";

import { useCatalog, useExperiments } from "../../api/queries";
import { OwnerOnly } from "../../api/session";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { NoExperiments, NothingFound } from "./EmptyList";
import { ExperimentRow } from "./ExperimentRow";
import { ListControls } from "./ListControls";
import { Pager } from "./Pager";
import { Page } from "../../ui/Page";
import { plural } from "../../lib/format";
import {
  ALL,
  changeList,
  comparePath,
  isNarrowed,
  listQuery,
  readListView,
  writeListView,
  type ListView,
} from "./listView";
import classes from "./ExperimentsPage.module.css";

export function ExperimentsPage() {
  const [params, setParams] = useSearchParams();
  const view = readListView(params);
  const { data, error, isPending, isPlaceholderData, refetch } = useExperiments(listQuery(view));
  const { data: catalog } = useCatalog();
  const change = (changes: Partial<ListView>, replace = false) =>
    setParams((old) => writeListView(changeList(readListView(old), changes)), { replace, preventScrollReset: replace });
  // In the order of choosing, and across pages of the list: the first is what others are laid beside.
  const [selected, setSelected] = useState<string[]>([]);
  const none = data !== undefined && data.total === 0;
  const untouched = none && !isNarrowed(view) && view.archived !== "include";
  const bare = untouched && view.archived === "hide";

  return (
    <Page
      title="Experiments"
      {...(!bare && {
        actions: (
          <OwnerOnly>
            <Button component={Link} to="/new" leftSection={<IconPlus size={17} aria-hidden />}>
              New experiment
            </Button>
          </OwnerOnly>
        ),
      })}
    >
      {!bare && <ListControls view={view} catalog={catalog} states={data?.states} onChange={change} />}
      {isPending && [0, 1, 2].map((place) => <Skeleton key={place} height={92} radius="lg" />)}
      {error && <ErrorAlert error={error} onRetry={() => (view.cursor ? change({}) : void refetch())} />}
      {untouched && <NoExperiments archived={view.archived} onArchived={() => change({ archived: "only" })} />}
      {none && !untouched && <NothingFound onClear={() => setParams(writeListView({ ...ALL, sort: view.sort }))} />}
      {data !== undefined && data.items.length > 0 && (
        <>
          <ul className={classes["list"]} aria-label="Experiments" data-old={isPlaceholderData || undefined}>
            {data.items.map((experiment) => (
              <ExperimentRow
                key={experiment.id}
                experiment={experiment}
                catalog={catalog}
                onTag={(tag) => change({ tag })}
                selected={selected.includes(experiment.id)}
                onSelect={(on) =>
                  setSelected((old) => (on ? [...old, experiment.id] : old.filter((id) => id !== experiment.id)))
                }
              />
            ))}
          </ul>
          {selected.length > 0 && (
            <div className={classes["selected"]} role="status">
              {plural(selected.length, "experiment")} selected
              <Button
                component={Link}
                to={comparePath(selected)}
                size="xs"
                leftSection={<IconChartDots3 size={16} aria-hidden />}
              >
                {selected.length > 1 ? "Compare them" : "Compare its runs"}
              </Button>
              <Button size="xs" variant="default" onClick={() => setSelected([])}>
                Clear selection
              </Button>
            </div>
          )}
          <Pager page={data} onCursor={(cursor) => change({ cursor })} />
        </>
      )}
      {data !== undefined && data.items.length === 0 && data.total > 0 && (
        <Button variant="default" onClick={() => change({})}>
          This page of the list is now empty: show the first page
        </Button>
      )}
    </Page>
  );
}
