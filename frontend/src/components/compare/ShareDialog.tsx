import { Button, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { useCreateShare } from "../../api/mutations";
import { useShares } from "../../api/queries";
import type { Comparison } from "../../api/types";
import { ErrorAlert } from "../ErrorAlert";
import { NewLink } from "./NewLink";
import classes from "./ShareDialog.module.css";
import { ShareList } from "./ShareList";

interface ShareDialogProps {
  experimentId: string;
  comparison: Comparison;
}

/** Makes a link to a frozen copy of what is on the page, and lists the links there are. */
export function ShareDialog({ experimentId, comparison }: ShareDialogProps) {
  const [label, setLabel] = useState("");
  const create = useCreateShare(experimentId, comparison.id);
  const shares = useShares(experimentId, true);
  return (
    <>
      <Text size="sm" mb="md">
        The link opens this very view, read-only and without an account. It is a frozen copy: it stays as it is when the
        experiment goes on or is deleted, until you revoke it.
      </Text>
      {create.data ? (
        <NewLink share={create.data} onAnother={create.reset} />
      ) : (
        <form
          className={classes["create"]}
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate(label.trim());
          }}
        >
          <TextInput
            className={classes["label"]}
            label="Label"
            placeholder="For your own list, such as a colleague's name"
            value={label}
            maxLength={200}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Button type="submit" loading={create.isPending}>
            Create link
          </Button>
        </form>
      )}
      {create.error && <ErrorAlert error={create.error} />}
      {shares.error && <ErrorAlert error={shares.error} onRetry={() => void shares.refetch()} />}
      {shares.data && <ShareList experimentId={experimentId} comparisonId={comparison.id} shares={shares.data} />}
    </>
  );
}
