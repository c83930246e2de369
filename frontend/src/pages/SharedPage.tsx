import { Skeleton } from "@mantine/core";
import { IconSnowflake } from "@tabler/icons-react";
import { useMemo } from "react";
import { useParams } from "react-router";

import { sharedFigures } from "../api/figures";
import { isNotFound } from "../api/problem";
import { useShared } from "../api/queries";
import type { SharedComparison } from "../api/types";
import { ExportMenu } from "../components/compare/ExportMenu";
import { ComparisonPanels } from "../components/compare/ComparisonPanels";
import { ErrorAlert } from "../components/ErrorAlert";
import { Page } from "../components/Page";
import { SharedFrame } from "../components/SharedFrame";
import { SharedSettings } from "../components/SharedSettings";
import { formatDate, formatDateTime } from "../lib/format";
import classes from "./SharedPage.module.css";

function SharedView({ token, shared }: { token: string; shared: SharedComparison }) {
  const { comparison, created_at: createdAt } = shared;
  const source = useMemo(() => sharedFigures(token), [token]);
  return (
    <Page
      title={comparison.title}
      above={comparison.subtitle}
      actions={<ExportMenu comparison={comparison} token={token} />}
      below={
        <span className={classes["banner"]}>
          <IconSnowflake size={15} stroke={1.75} aria-hidden />
          <span>
            Shared on{" "}
            <time dateTime={createdAt} title={formatDateTime(createdAt)}>
              {formatDate(createdAt)}
            </time>
            , frozen and read-only.
          </span>
        </span>
      }
    >
      <ComparisonPanels comparison={comparison} source={source} />
      <SharedSettings shared={shared} />
    </Page>
  );
}

/** A comparison behind a link: the same panels, from the frozen copy alone. */
export function SharedPage() {
  const { token = "" } = useParams();
  const { data, error, refetch } = useShared(token);
  return (
    <SharedFrame>
      {data ? (
        <SharedView token={token} shared={data} />
      ) : error && isNotFound(error) ? (
        <Page title="This link leads nowhere" narrow>
          <p style={{ margin: 0, maxWidth: "60ch" }}>
            It was revoked, or it was copied incompletely. Ask whoever sent it to you for a new one.
          </p>
        </Page>
      ) : (
        <Page title="Shared comparison">
          {error ? <ErrorAlert error={error} onRetry={() => void refetch()} /> : <Skeleton height={480} radius="lg" />}
        </Page>
      )}
    </SharedFrame>
  );
}
