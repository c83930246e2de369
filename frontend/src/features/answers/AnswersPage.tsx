import { Button, Loader, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, useMemo } from "react";
import { Link, useParams, useSearchParams } from "react-router";

import { fetchWhenMade, saveBlob } from "../../api/download";
import { answerFigures } from "../../figures/queries";
import { keys } from "../../api/keys";
import { errorMessage, isNotFound } from "../../api/problem";
import { answersQuery, paperQuery, useExperiment } from "../../api/queries";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { FigureCard } from "../../figures/FigureCard";
import { Page } from "../../ui/Page";
import classes from "../paper/Paper.module.css";
import { fileStem } from "../../lib/format";
import { formatSeeds } from "../../lib/seeds";
import { MissingPage } from "../../ui/feedback/MissingPage";

const FORMS = ["md", "html"] as const;
type Form = (typeof FORMS)[number];
const PATIENCE_MS = 900_000;

/** Questions one seed cannot answer: four questions answered over seeds, and the report. */
export function AnswersPage() {
  const { id = "" } = useParams();
  const other = useSearchParams()[0].get("other");
  const experiment = useExperiment(id);
  const queryClient = useQueryClient();
  const { data, error } = useQuery(answersQuery(id, other));
  const source = useMemo(() => data && answerFigures(data.id), [data]);
  const name = experiment.data?.name ?? "";
  const save = useMutation({
    mutationFn: async (form: Form) => {
      const first = data?.arms[0]?.experiment_id ?? id;
      // The report shows the paper's panels too: whoever wants it asks for them.
      await queryClient.fetchQuery(paperQuery(first, null));
      return fetchWhenMade(`/api/answers/${data?.id}/report.${form}`, PATIENCE_MS);
    },
    onSuccess: (file, form) => saveBlob(file, `${fileStem(name, "report")}.${form}`),
  });
  const failure = experiment.error ?? error;
  if (failure && isNotFound(failure)) {
    return <MissingPage title="Not found">{errorMessage(failure)}</MissingPage>;
  }
  const ready = data?.state === "completed";
  const again = () => void queryClient.resetQueries({ queryKey: keys.answers(id, other) });
  return (
    <Page
      title={`Answers over seeds: ${name}`}
      heading="Questions one seed cannot answer"
      above={
        <>
          <Link to={`/experiments/${id}`}>{name || "Runs and curves"}</Link> ·{" "}
          <Link to={`/experiments/${id}/paper`}>The paper</Link> ·{" "}
          <Link to={`/experiments/${id}/compare`}>Compare</Link>
        </>
      }
      below={data?.arms.map((arm, place) => (
        <Fragment key={arm.experiment_id}>
          {place > 0 && " · "}
          <Link to={`/experiments/${arm.experiment_id}`}>{arm.initialisation} initialisation</Link>
          {arm.seeds.length > 0 && `, ${arm.seeds.length === 1 ? "seed" : "seeds"} ${formatSeeds(arm.seeds)}`}
        </Fragment>
      ))}
      actions={
        <>
          {data?.arms.length === 1 && (
            <Button component={Link} to={`/new?from=${id}&arm=other`} variant="default">
              Launch the other arm
            </Button>
          )}
          {ready &&
            FORMS.map((form) => (
              <Button
                key={form}
                variant={form === "html" ? "filled" : "default"}
                loading={save.isPending && save.variables === form}
                onClick={() => save.mutate(form)}
              >
                {form === "html" ? "Report" : "Markdown"}
              </Button>
            ))}
        </>
      }
    >
      {save.error && <ErrorAlert error={save.error} onRetry={() => save.mutate(save.variables)} />}
      {failure && <ErrorAlert error={failure} onRetry={again} />}
      {!data && !failure && <Skeleton height={360} radius="lg" />}
      <p role="status" className={classes["waiting"]}>
        {save.isPending && "The report is saved once the paper’s panels have been computed, which can take minutes."}
        {data && !ready && !data.error && data.state !== "cancelled" && (
          <>
            <Loader size="xs" aria-hidden /> The answers are being computed.
          </>
        )}
      </p>
      {data && (data.error !== null || data.state === "cancelled") && (
        <ErrorAlert error={data.error ?? "It was cancelled before it was computed."} onRetry={again} />
      )}
      {data && source && (
        <>
          {data.answers.map((answer) => (
            <section key={answer.name} className={classes["section"]} aria-label={answer.question}>
              <h2 className={classes["title"]}>{answer.question}</h2>
              <p className={classes["verdict"]}>{answer.headline || "Not answered: see what is missing."}</p>
              <FigureCard name={answer.name} source={source} called={answer.question} fileName={name} />
              <details className={classes["more"]} open={answer.headline === ""}>
                <summary>{answer.headline === "" ? "What is missing" : "Details and limits"}</summary>
                <ul>
                  {[...answer.verdicts, ...answer.limits].map((sentence) => (
                    <li key={sentence}>{sentence}</li>
                  ))}
                </ul>
              </details>
            </section>
          ))}
          {ready && (
            <p className={classes["more"]}>
              Computed by analysis <code>{data.id}</code>
            </p>
          )}
        </>
      )}
    </Page>
  );
}
