import { Skeleton } from "@mantine/core";
import { skipToken, useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";

import { experimentQuery, useCatalog, usePresets, useSharedSpec } from "../../api/queries";
import { useIsOwner } from "../../api/session";
import type { Experiment, ExperimentSpec, Preset } from "../../api/types";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { ExperimentForm } from "./ExperimentForm";
import { Page } from "../../ui/Page";
import { cloneSpec, otherArm } from "./specForm";
import { MissingPage } from "../../ui/feedback/MissingPage";

/** What the form is filled in with, and a line on it. */
function start(
  presets: Preset[],
  preset: string | null,
  original: Experiment | undefined,
  shared: ExperimentSpec | undefined,
  other: boolean,
) {
  if (shared) {
    return {
      spec: cloneSpec(shared),
      below: "Filled in from the shared experiment. Change any setting before launch.",
    };
  }
  if (original && other) {
    return {
      spec: otherArm(original.spec),
      below: (
        <>
          The other arm of <Link to={`/experiments/${original.id}`}>{original.name}</Link>: identical except for the
          initial weights. Launch it unchanged.
        </>
      ),
    };
  }
  if (original) {
    return {
      spec: cloneSpec(original.spec),
      below: (
        <>
          Filled in from <Link to={`/experiments/${original.id}`}>{original.name}</Link>. Change any setting before
          launch.
        </>
      ),
    };
  }
  const chosen = presets.find(({ id }) => id === preset) ?? presets[0];
  return chosen && { spec: chosen.spec, below: "Filled in from a preset. Change any setting before launch." };
}

export function NewExperimentPage() {
  return useIsOwner() ? (
    <NewExperiment />
  ) : (
    <MissingPage title="Only owners launch experiments">
      You are signed in as a viewer: you can see everything but change nothing.
    </MissingPage>
  );
}

function NewExperiment() {
  const [params, setParams] = useSearchParams();
  const from = params.get("from");
  const catalog = useCatalog();
  const presets = usePresets();
  const original = useQuery(
    from === null ? { queryKey: ["experiment", ""], queryFn: skipToken } : experimentQuery(from),
  );
  const token = params.get("shared");
  const shared = useSharedSpec(token);
  const ready = (from === null || original.data !== undefined) && (token === null || shared.data !== undefined);
  const beginning =
    presets.data && ready
      ? start(presets.data, params.get("preset"), original.data, shared.data, params.get("arm") === "other")
      : undefined;
  const error = catalog.error ?? presets.error ?? (ready ? null : (original.error ?? shared.error));
  return (
    <Page title="New experiment" below={beginning?.below ?? "Choose what to train and see the estimated cost."}>
      {catalog.data && presets.data && beginning ? (
        <ExperimentForm
          key={from ?? token}
          catalog={catalog.data}
          presets={presets.data}
          initial={beginning.spec}
          onSource={(preset) =>
            setParams(preset === null ? {} : { preset }, { replace: true, preventScrollReset: true })
          }
        />
      ) : error ? (
        <ErrorAlert
          error={error}
          onRetry={() => {
            void catalog.refetch();
            void presets.refetch();
            // One that reads nothing has nothing to try again.
            void (from === null ? shared : original).refetch();
          }}
        />
      ) : (
        <Skeleton height={480} radius="lg" />
      )}
    </Page>
  );
}
