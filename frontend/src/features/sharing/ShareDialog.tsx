import { Skeleton, Text } from "@mantine/core";
import { useState } from "react";

import { useShares } from "../../api/queries";
import type { Comparison, NewShare } from "../../api/types";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { LinkItem } from "./LinkItem";
import classes from "./Links.module.css";
import { NewLink } from "./NewLink";
import { NewLinkForm } from "./NewLinkForm";

/** Makes a link to a frozen copy of what is on the page, and lists the links there are. */
export function ShareDialog({ comparison }: { comparison: Comparison }) {
  const [made, setMade] = useState<NewShare | null>(null);
  const shares = useShares(comparison.experiment_id);
  return (
    <>
      <Text size="sm" mb="md">
        The link opens exactly this view, read-only and without an account. It is a frozen copy: it does not change when
        the experiment continues or is deleted, and works until it expires or you revoke it.
      </Text>
      {made ? (
        <NewLink share={made} onAnother={() => setMade(null)} />
      ) : (
        <NewLinkForm comparison={comparison} onMade={setMade} />
      )}
      {shares.error && <ErrorAlert error={shares.error} onRetry={() => void shares.refetch()} />}
      {shares.isPending && <Skeleton height={56} mt="md" />}
      {shares.data && shares.data.length > 0 && (
        <>
          <h3 className={classes["heading"]}>Links to this experiment</h3>
          <ul className={classes["list"]} aria-label="Links to this experiment">
            {shares.data.map((share) => (
              <LinkItem
                key={share.id}
                share={share}
                about={share.comparison_id === comparison.id ? "this view" : "another view"}
              />
            ))}
          </ul>
        </>
      )}
    </>
  );
}
