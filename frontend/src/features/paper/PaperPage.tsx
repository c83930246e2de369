import { NativeSelect, Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link, useParams, useSearchParams } from "react-router";

import { paperFigures } from "../../figures/queries";
import { keys } from "../../api/keys";
import { errorMessage, isNotFound } from "../../api/problem";
import { paperQuery, useCatalog, useExperiment } from "../../api/queries";
import { WorkStatus } from "../../figures/WorkStatus";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { Page } from "../../ui/Page";
import { PaperSection } from "./PaperSection";
import classes from "./Paper.module.css";
import { settingsText } from "../../api/names";
import { beside, tally, verdictText, waitingText } from "./paper";
import { MissingPage } from "../../ui/feedback/MissingPage";

/** One experiment beside the paper: every table and figure, each with a verdict. */
export function PaperPage() {
  const { id = "" } = useParams();
  const [params, setParams] = useSearchParams();
  const asked = params.get("class");
  const label = asked !== null && /^\d{1,5}$/.test(asked) ? Number(asked) : null;
  const experiment = useExperiment(id);
  const { data: catalog } = useCatalog();
  const queryClient = useQueryClient();
  const { data: view, error, refetch } = useQuery(paperQuery(id, label));
  const source = useMemo(() => view && paperFigures(view), [view]);
  const failure = experiment.error ?? error;
  if (failure && isNotFound(failure)) {
    return <MissingPage title="Not found">{errorMessage(failure)}</MissingPage>;
  }
  const name = experiment.data?.name ?? "";
  return (
    <Page
      title={name === "" ? "The paper" : `The paper: ${name}`}
      heading={name === "" ? "The paper" : name}
      above={
        <>
          <Link to={`/experiments/${id}`}>Runs and curves</Link> ·{" "}
          <Link to={`/experiments/${id}/compare`}>Compare</Link> ·{" "}
          <Link to={`/experiments/${id}/answers`}>Answers over seeds</Link>
          {experiment.data && ` · ${settingsText(experiment.data, catalog)}`}
        </>
      }
      below={view && beside(view)}
    >
      {failure && <ErrorAlert error={failure} onRetry={() => void refetch()} />}
      {!view && !failure && <Skeleton height={360} radius="lg" />}
      {view && source && (
        <>
          <WorkStatus
            work={view.work}
            onAskAgain={() => void queryClient.resetQueries({ queryKey: keys.paper(id, label) })}
          />
          <p role="status" className={classes["waiting"]}>
            {waitingText(view)}
          </p>
          {view.panels.length > 0 && (
            <section className={classes["summary"]} aria-label="Verdicts">
              <h2 className={classes["title"]}>{tally(view.panels)}</h2>
              <ul>
                {view.panels.map((panel) => (
                  <li key={panel.name} data-verdict={panel.verdict}>
                    <span>
                      <a href={`#${panel.name}`}>{panel.place}</a> {panel.title}
                    </span>
                    <strong>{verdictText(panel)}</strong>
                  </li>
                ))}
              </ul>
            </section>
          )}
          {view.panels.map((panel) => (
            <PaperSection key={panel.name} panel={panel} view={view} source={source} fileName={`${name} ${panel.name}`}>
              {panel.name === "figure-6" && view.class_names.length > 0 && (
                <NativeSelect
                  size="xs"
                  w={180}
                  aria-label="Class that the channels matter for"
                  value={String(label ?? view.exemplar_class)}
                  onChange={(event) => setParams({ class: event.currentTarget.value }, { preventScrollReset: true })}
                  data={view.class_names.map((one, index) => ({ value: String(index), label: one }))}
                />
              )}
            </PaperSection>
          ))}
        </>
      )}
    </Page>
  );
}
