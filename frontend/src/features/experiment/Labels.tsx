import { Button, Textarea, UnstyledButton } from "@mantine/core";
import { IconArchive, IconNotes } from "@tabler/icons-react";
import { useState } from "react";

import { useEditExperiment } from "../../api/mutations";
import { errorMessage } from "../../api/problem";
import { OwnerOnly, useIsOwner } from "../../api/session";
import type { Experiment } from "../../api/types";
import { focusWhenShown } from "../../ui/hooks/focus";
import { formatDate } from "../../lib/format";
import classes from "./Labels.module.css";
import { TagsEditor } from "./TagsEditor";

/** What the user wrote on an experiment: tags and notes, changed in place; and whether it is archived. */
export function Labels({ experiment }: { experiment: Experiment }) {
  const { id, notes, tags, archived_at: archivedAt } = experiment;
  const edit = useEditExperiment(id);
  const isOwner = useIsOwner();
  const [typed, setTyped] = useState<string | null>(null);
  const leave = () => {
    edit.reset();
    setTyped(null);
  };
  if (!isOwner && archivedAt === null && tags.length === 0 && notes === "") {
    return null;
  }
  return (
    <section className={classes["labels"]} aria-label="Tags and notes">
      {archivedAt !== null && (
        <div className={classes["archived"]}>
          <IconArchive size={16} aria-hidden />
          Archived on {formatDate(archivedAt)}: hidden from the list.
          <OwnerOnly>
            <Button size="compact-sm" variant="default" onClick={() => edit.mutate({ archived: false })}>
              Restore
            </Button>
          </OwnerOnly>
        </div>
      )}
      <div className={classes["line"]}>
        <TagsEditor tags={tags} saving={edit.isPending} onChange={(next) => edit.mutateAsync({ tags: next })} />
        {isOwner && notes === "" && typed === null && (
          <UnstyledButton className={classes["add"]} onClick={() => setTyped("")}>
            <IconNotes size={15} aria-hidden />
            Add notes
          </UnstyledButton>
        )}
      </div>
      {edit.error && typed === null && (
        <p className={classes["problem"]} role="alert">
          {errorMessage(edit.error)}
        </p>
      )}
      {typed !== null ? (
        <form
          className={classes["notesForm"]}
          onSubmit={(event) => {
            event.preventDefault();
            edit.mutate({ notes: typed }, { onSuccess: leave });
          }}
        >
          <Textarea
            aria-label="Notes"
            placeholder="What this experiment tests, and what it showed"
            ref={focusWhenShown}
            autosize
            minRows={3}
            maxRows={16}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
                event.currentTarget.form?.requestSubmit();
              }
            }}
            error={edit.error && errorMessage(edit.error)}
          />
          <div className={classes["line"]}>
            <Button type="submit" size="xs" loading={edit.isPending}>
              Save notes
            </Button>
            <Button size="xs" variant="default" onClick={leave}>
              Discard changes
            </Button>
          </div>
        </form>
      ) : (
        notes !== "" && (
          <div className={classes["notes"]}>
            <p className={classes["text"]}>{notes}</p>
            <OwnerOnly>
              <UnstyledButton className={classes["add"]} onClick={() => setTyped(notes)}>
                Edit notes
              </UnstyledButton>
            </OwnerOnly>
          </div>
        )
      )}
    </section>
  );
}
