import { Loader } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";

import { comparisonFigures } from "../../api/figures";
import { useComparison } from "../../api/queries";
import type { Catalog, Comparison, Experiment } from "../../api/types";
import {
  comparableRuns,
  readView,
  selectedRuns,
  toRequest,
  writeView,
  type CompareView as View,
} from "../../lib/compareView";
import { settingsText } from "../../lib/names";
import { ErrorAlert } from "../ErrorAlert";
import { Page } from "../Page";
import classes from "./CompareView.module.css";
import { ComparisonPanels } from "./ComparisonPanels";
import { ControlStrip } from "./ControlStrip";
import { ExportMenu } from "./ExportMenu";
import { FailedComparison } from "./FailedComparison";
import { NumbersButton } from "./NumbersButton";
import { ExemplarControls, MapControls } from "./PanelControls";
import { ShareButton } from "./ShareButton";

interface CompareViewProps {
  experiment: Experiment;
  catalog: Catalog;
}

/** The comparison of an experiment's completed runs, as the URL asks for it. */
export function CompareView({ experiment, catalog }: CompareViewProps) {
  const [params, setParams] = useSearchParams();
  const view = readView(params);
  const runs = comparableRuns(experiment.runs);
  const request = toRequest(view, runs);
  const { data: comparison, error, refetch } = useComparison(experiment.id, request);

  const [shown, setShown] = useState<Comparison | null>(null);
  if (comparison?.state === "completed" && comparison !== shown) {
    setShown(comparison);
  }
  const source = useMemo(() => comparisonFigures(shown?.id ?? ""), [shown?.id]);
  const failed = error !== null || comparison?.state === "failed";
  const computing = request !== null && !failed && comparison?.state !== "completed";

  const change = (changes: Partial<View>) =>
    setParams(writeView({ ...view, ...changes }), { preventScrollReset: true, replace: false });

  return (
    <Page
      title={`Compare: ${experiment.name}`}
      heading={experiment.name}
      above={
        <>
          <Link to={`/experiments/${experiment.id}`}>Runs and curves</Link> · {settingsText(experiment, catalog)}
        </>
      }
      actions={
        comparison?.state === "completed" && (
          <>
            <ExportMenu comparison={comparison} />
            <NumbersButton comparison={comparison} />
            <ShareButton experimentId={experiment.id} comparison={comparison} />
          </>
        )
      }
    >
      {runs.length > 0 && (
        <ControlStrip
          view={view}
          runs={runs}
          selected={selectedRuns(view, runs).length}
          catalog={catalog}
          architecture={experiment.architecture}
          classNames={shown?.class_names ?? []}
          onChange={change}
        />
      )}
      <div aria-live="polite" className={computing ? classes["computing"] : classes["idle"]}>
        {computing && (
          <>
            <Loader size="xs" aria-hidden />
            Computing similarities and dissimilarities of {request.run_ids?.length ?? runs.length} networks…
          </>
        )}
      </div>
      {request === null && (
        <p className={classes["nothing"]}>
          {runs.length === 0
            ? "No run has completed yet. The comparison opens with the first one that does."
            : "This address selects no run that has completed. Choose runs above."}
        </p>
      )}
      {error !== null && <ErrorAlert error={error} onRetry={() => void refetch()} />}
      {error === null && comparison?.state === "failed" && (
        <FailedComparison reason={comparison.error} onRetry={() => void refetch()} />
      )}
      {shown !== null && !failed && request !== null && (
        <ComparisonPanels
          comparison={shown}
          source={source}
          outdated={computing}
          controls={{
            "geometry-map": <MapControls view={view} onChange={change} />,
            exemplars: (
              <ExemplarControls
                view={view}
                convolutions={shown.layers.filter((layer) => !layer.startsWith("fc"))}
                classNames={shown.class_names ?? []}
                onChange={change}
              />
            ),
          }}
        />
      )}
    </Page>
  );
}
