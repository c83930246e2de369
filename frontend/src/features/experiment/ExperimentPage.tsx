import { Skeleton } from "@mantine/core";
import { useParams } from "react-router";

import { errorMessage, isNotFound } from "../../api/problem";
import { useCatalog, useExperiment } from "../../api/queries";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { ExperimentView } from "./ExperimentView";
import { Page } from "../../ui/Page";
import { MissingPage } from "../../ui/feedback/MissingPage";

export function ExperimentPage() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useExperiment(id);
  const { data: catalog } = useCatalog();
  if (error && isNotFound(error)) {
    return <MissingPage title="Not found">{errorMessage(error)}</MissingPage>;
  }
  if (data) {
    return <ExperimentView experiment={data} catalog={catalog} />;
  }
  return (
    <Page title="Experiment">
      {error ? <ErrorAlert error={error} onRetry={() => void refetch()} /> : <Skeleton height={360} radius="lg" />}
    </Page>
  );
}
