import { Skeleton } from "@mantine/core";
import { useParams } from "react-router";

import { errorMessage, isNotFound } from "../../api/problem";
import { useCatalog, useExperiment } from "../../api/queries";
import { CompareView } from "./CompareView";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { Page } from "../../ui/Page";
import { MissingPage } from "../../ui/feedback/MissingPage";

export function ComparePage() {
  const { id = "" } = useParams();
  const experiment = useExperiment(id);
  const catalog = useCatalog();
  const error = experiment.error ?? catalog.error;
  if (error && isNotFound(error)) {
    return <MissingPage title="Not found">{errorMessage(error)}</MissingPage>;
  }
  if (experiment.data && catalog.data) {
    return <CompareView key={id} experiment={experiment.data} catalog={catalog.data} />;
  }
  return (
    <Page title="Compare">
      {error ? (
        <ErrorAlert
          error={error}
          onRetry={() => {
            void experiment.refetch();
            void catalog.refetch();
          }}
        />
      ) : (
        <Skeleton height={480} radius="lg" />
      )}
    </Page>
  );
}
