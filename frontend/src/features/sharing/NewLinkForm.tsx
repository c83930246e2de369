import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";

import { useCreateShare } from "../../api/mutations";
import { ApiError } from "../../api/problem";
import type { Comparison, NewShare } from "../../api/types";
import { lifetimeHours, LINK_LIFETIMES, MOST_LABEL } from "./links";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import classes from "./Links.module.css";

interface NewLinkFormProps {
  comparison: Comparison;
  onMade: (share: NewShare) => void;
}

/** For whom a link is, and on what terms. */
export function NewLinkForm({ comparison, onMade }: NewLinkFormProps) {
  const [label, setLabel] = useState("");
  const [lifetime, setLifetime] = useState<string>(LINK_LIFETIMES[0].value);
  const [passphrase, setPassphrase] = useState("");
  const [embeddable, setEmbeddable] = useState(false);
  const create = useCreateShare(comparison.id);
  const locked = passphrase.trim() !== "";
  const problems = create.error instanceof ApiError ? create.error.errors : [];
  const problemOf = (field: string) => problems.find((problem) => problem.field === field)?.message;
  return (
    <form
      className={classes["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate(
          {
            label: label.trim(),
            expires_in_hours: lifetimeHours(lifetime),
            passphrase: locked ? passphrase : null,
            embeddable: embeddable && !locked,
          },
          { onSuccess: onMade },
        );
      }}
    >
      <TextInput
        className={classes["wide"]}
        label="Label"
        placeholder="For your own list, for example a colleague’s name"
        value={label}
        maxLength={MOST_LABEL}
        error={problemOf("label")}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      <NativeSelect
        className={classes["choice"]}
        label="Expires"
        data={[...LINK_LIFETIMES]}
        value={lifetime}
        onChange={(event) => setLifetime(event.currentTarget.value)}
      />
      <TextInput
        className={classes["wide"]}
        label="Passphrase"
        placeholder="Optional; send it separately from the link"
        // To be read and told, not kept by this browser.
        autoComplete="off"
        spellCheck={false}
        value={passphrase}
        error={problemOf("passphrase")}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
      />
      <Checkbox
        className={classes["embed"]}
        label="Allow other websites to embed it"
        description={
          locked ? "Not available with a passphrase: browsers keep no cookies for embedded frames." : undefined
        }
        checked={embeddable && !locked}
        disabled={locked}
        onChange={(event) => setEmbeddable(event.currentTarget.checked)}
      />
      <Button type="submit" loading={create.isPending}>
        Create link
      </Button>
      {create.error && problems.length === 0 && (
        <div className={classes["whole"]}>
          <ErrorAlert error={create.error} />
        </div>
      )}
    </form>
  );
}
