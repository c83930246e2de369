import { useDisclosure } from "@mantine/hooks";
import { useCallback, useMemo, useRef } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { comparisonFigures } from "../../figures/queries";
import { OwnerOnly } from "../../api/session";
import type { Catalog, Comparison, Experiment } from "../../api/types";
import { currentParams } from "../../lib/address";
import { readView, selectedRuns, toRequest, writeView, type CompareView as View } from "./compareView";
import { neighbours } from "./epochs";
import { settingsText } from "../../api/names";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { Page } from "../../ui/Page";
import { ShareButton } from "../sharing/ShareButton";
import classes from "./CompareView.module.css";
import { ComparisonPanels } from "./ComparisonPanels";
import { ControlStrip } from "./controls/ControlStrip";
import { ExportMenu } from "./export/ExportMenu";
import { FailedComparison } from "./FailedComparison";
import { MissingExperiments } from "./runs/MissingExperiments";
import { NumbersButton } from "./export/NumbersButton";
import { RunPicker } from "./runs/RunPicker";
import { useChosenRuns } from "./runs/useChosenRuns";
import { useComparison } from "./useComparison";
import { useNeighbours } from "./useNeighbours";
import { WorkStatus } from "../../figures/WorkStatus";

// Moves of the slider that follow each other so soon are one step of the browser's history.
const ONE_MOVE_MS = 1000;

interface CompareViewProps {
  experiment: Experiment;
  catalog: Catalog;
}

/** The comparison of completed runs, as the URL asks for it. */
export function CompareView({ experiment, catalog }: CompareViewProps) {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const view = useMemo(() => readView(params, catalog), [params, catalog]);
  const chosen = useChosenRuns(experiment, view);
  const { runs } = chosen;
  const [choosing, { open, close }] = useDisclosure();
  const { request, comparison, error, shown, askAgain } = useComparison(
    experiment.id,
    view,
    runs,
    catalog,
    !chosen.reading,
  );

  const failed = error !== null || comparison?.state === "failed";
  const cancelled = comparison?.state === "cancelled";
  const computing = request !== null && !failed && comparison?.state !== "completed";
  const isSettled = comparison?.state === "completed" && (comparison.pending ?? []).length === 0;
  useNeighbours(
    experiment.id,
    isSettled
      ? neighbours(view.epoch, selectedRuns(view, runs)).flatMap(
          (epoch) => toRequest({ ...view, epoch }, runs, catalog) ?? [],
        )
      : [],
    runs.map((run) => run.id),
  );
  const source = useMemo(() => shown && comparisonFigures(shown), [shown]);

  const moved = useRef(-Infinity);
  const write = useCallback(
    (changes: Partial<View>, options: { replace?: boolean; flushSync?: boolean } = {}) => {
      const old = currentParams();
      const search = writeView({ ...readView(old, catalog), ...changes }, old).toString();
      void navigate({ search }, { preventScrollReset: true, ...options });
    },
    [navigate, catalog],
  );
  const change = useCallback((changes: Partial<View>) => write(changes), [write]);
  const workspace = useMemo(() => ({ view, onChange: change }), [view, change]);
  const scrub = (epoch: View["epoch"]) => {
    const now = performance.now();
    // At once: what is drawn has to follow the hand.
    write({ epoch }, { replace: now - moved.current < ONE_MOVE_MS, flushSync: true });
    moved.current = now;
  };

  return (
    <Page
      title={`Compare: ${shown?.title ?? experiment.name}`}
      heading={shown?.title ?? experiment.name}
      above={
        <>
          <Link to={`/experiments/${experiment.id}`}>Runs and curves</Link> ·{" "}
          <Link to={`/experiments/${experiment.id}/paper`}>The paper</Link> ·{" "}
          <Link to={`/experiments/${experiment.id}/answers`}>Answers over seeds</Link> ·{" "}
          {settingsText(experiment, catalog)}
        </>
      }
      below={lettered(shown)}
      actions={
        comparison?.state === "completed" && (
          <>
            <ExportMenu comparison={comparison} />
            <NumbersButton comparison={comparison} />
            <OwnerOnly>
              <ShareButton comparison={comparison} />
            </OwnerOnly>
          </>
        )
      }
    >
      {runs.length > 0 && (
        <ControlStrip
          view={view}
          runs={runs}
          selected={selectedRuns(view, runs)}
          catalog={catalog}
          architecture={experiment.architecture}
          classNames={shown?.class_names ?? []}
          onChange={change}
          onScrub={scrub}
          onChooseRuns={open}
        />
      )}
      <RunPicker opened={choosing} onClose={close} view={view} chosen={chosen} catalog={catalog} onChange={change} />
      <MissingExperiments
        ids={chosen.missing}
        onRemove={() => change({ added: view.added.filter(({ experiment: id }) => !chosen.missing.includes(id)) })}
      />
      <WorkStatus work={comparison?.work ?? []} onAskAgain={askAgain} />
      {request === null && !chosen.reading && (
        <p className={classes["nothing"]}>
          {runs.length === 0
            ? "No run has completed yet. The comparison opens when the first run completes."
            : "None of the selected runs has completed. Choose runs above."}
        </p>
      )}
      {error !== null && <ErrorAlert error={error} onRetry={askAgain} />}
      {error === null && comparison?.state === "failed" && (
        <FailedComparison reason={comparison.error} onRetry={askAgain} />
      )}
      {shown !== null && source !== null && !failed && request !== null && (
        <ComparisonPanels comparison={shown} source={source} outdated={computing && !cancelled} workspace={workspace} />
      )}
    </Page>
  );
}

/** What the letters of rules stand for, where there are several experiments. */
function lettered(comparison: Comparison | null): string | undefined {
  const experiments = comparison?.experiments ?? [];
  return experiments.length > 1 ? experiments.map(({ letter, name }) => `${letter}: ${name}`).join(" · ") : undefined;
}
