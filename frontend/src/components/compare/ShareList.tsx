import { Button } from "@mantine/core";

import { useRevokeShare } from "../../api/mutations";
import type { Share } from "../../api/types";
import { formatDateTime } from "../../lib/format";
import { ErrorAlert } from "../ErrorAlert";
import { Age } from "../Age";
import classes from "./ShareDialog.module.css";

interface ShareListProps {
  experimentId: string;
  comparisonId: string;
  shares: readonly Share[];
}

/** The links to an experiment's comparisons, each with its end. */
export function ShareList({ experimentId, comparisonId, shares }: ShareListProps) {
  const revoke = useRevokeShare(experimentId);
  if (shares.length === 0) {
    return null;
  }
  return (
    <>
      <h3 className={classes["heading"]}>Links to this experiment</h3>
      {revoke.error && <ErrorAlert error={revoke.error} />}
      <ul className={classes["list"]}>
        {shares.map((share) => {
          const name = share.label || "Unlabelled link";
          return (
            <li key={share.id} className={classes["item"]} data-revoked={share.revoked_at !== null || undefined}>
              <span>
                <span className={classes["name"]}>{name}</span>
                <br />
                <span className={classes["dim"]}>
                  {share.comparison_id === comparisonId ? "this view" : "another view"}, made{" "}
                  <Age at={share.created_at} />
                </span>
              </span>
              {share.revoked_at === null ? (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`Revoke ${name}`}
                  loading={revoke.isPending && revoke.variables === share.id}
                  onClick={() => revoke.mutate(share.id)}
                >
                  Revoke
                </Button>
              ) : (
                <span className={classes["dim"]} title={formatDateTime(share.revoked_at)}>
                  revoked
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
