import { Button, Skeleton } from "@mantine/core";
import { IconCopyPlus, IconSnowflake } from "@tabler/icons-react";
import { useMemo } from "react";
import { Link, useParams } from "react-router";

import { sharedFigures } from "../../figures/queries";
import { isNotFound } from "../../api/problem";
import { useLinkAccess, useShared } from "../../api/queries";
import type { SharedComparison } from "../../api/types";
import { ComparisonPanels } from "../compare/ComparisonPanels";
import { ExportMenu } from "../compare/export/ExportMenu";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { Page } from "../../ui/Page";
import { SharedFrame } from "./SharedFrame";
import { SharedSettings } from "./SharedSettings";
import { PassphraseForm } from "./PassphraseForm";
import { useRedraw } from "./useRedraw";
import { formatDate, formatDateTime } from "../../lib/format";
import classes from "./SharedPage.module.css";

function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatDate(at)}
    </time>
  );
}

/** Fills in the form with the settings, for who may launch them here; a file for everyone else. */
function CloneButton({ token, shared }: { token: string; shared: SharedComparison }) {
  const look = { variant: "default", leftSection: <IconCopyPlus size={17} aria-hidden /> };
  // The form may not be shown in a frame.
  return shared.may_launch && window.self === window.top ? (
    <Button {...look} component={Link} to={`/new?shared=${encodeURIComponent(token)}`}>
      Clone settings
    </Button>
  ) : (
    <Button
      {...look}
      component="a"
      href={`/api/shared/${encodeURIComponent(token)}/spec.yaml`}
      download
      title="A YAML file for the form or `atlas launch` of any Feedback Atlas"
    >
      Clone settings
    </Button>
  );
}

function SharedView({ token, shared }: { token: string; shared: SharedComparison }) {
  const { comparison } = shared;
  const redraw = useRedraw(shared);
  const source = useMemo(() => sharedFigures(token, redraw), [token, redraw]);
  return (
    <Page
      title={comparison.title}
      above={comparison.subtitle}
      actions={
        <>
          <CloneButton token={token} shared={shared} />
          <ExportMenu comparison={comparison} token={token} />
        </>
      }
      below={
        <span className={classes["banner"]}>
          <IconSnowflake size={15} stroke={1.75} aria-hidden />
          <span>
            Shared on <Moment at={shared.created_at} />, frozen and read-only.
            {shared.expires_at !== null && (
              <>
                {" "}
                The link works until <Moment at={shared.expires_at} />.
              </>
            )}
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
  const access = useLinkAccess(token);
  const shared = useShared(token, access.data?.needs_passphrase === false);
  const error = access.error ?? shared.error;
  return (
    <SharedFrame>
      {error && isNotFound(error) ? (
        <Page title="This link does not work" narrow>
          <p className={classes["text"]}>
            It was revoked, has expired or was copied incompletely. Ask the sender for a new one.
          </p>
        </Page>
      ) : access.data?.needs_passphrase ? (
        <Page title="This link has a passphrase" narrow>
          <PassphraseForm token={token} />
        </Page>
      ) : shared.data ? (
        <SharedView token={token} shared={shared.data} />
      ) : (
        <Page title="Shared comparison">
          {error ? (
            <ErrorAlert error={error} onRetry={() => void (access.data ? shared : access).refetch()} />
          ) : (
            <Skeleton height={480} radius="lg" />
          )}
        </Page>
      )}
    </SharedFrame>
  );
}
