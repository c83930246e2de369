import { Skeleton } from "@mantine/core";

import { useCatalog, useDefaultSpec } from "../api/queries";
import { ErrorAlert } from "../components/ErrorAlert";
import { ExperimentForm } from "../components/form/ExperimentForm";
import { Page } from "../components/Page";

export function NewExperimentPage() {
  const catalog = useCatalog();
  const defaults = useDefaultSpec();
  const error = catalog.error ?? defaults.error;
  return (
    <Page
      title="New experiment"
      below="Filled in with the quickest real comparison: five rules on digits. Change what you like."
    >
      {catalog.data && defaults.data ? (
        <ExperimentForm catalog={catalog.data} initial={defaults.data} />
      ) : error ? (
        <ErrorAlert
          error={error}
          onRetry={() => {
            void catalog.refetch();
            void defaults.refetch();
          }}
        />
      ) : (
        <Skeleton height={480} radius="lg" />
      )}
    </Page>
  );
}
