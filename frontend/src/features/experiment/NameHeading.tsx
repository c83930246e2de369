import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";

import { useEditExperiment } from "../../api/mutations";
import { errorMessage } from "../../api/problem";
import { OwnerOnly } from "../../api/session";
import { focusWhenShown } from "../../ui/hooks/focus";
import classes from "./Labels.module.css";

/** The experiment's name, changed in place. */
export function NameHeading({ id, name }: { id: string; name: string }) {
  const [typed, setTyped] = useState<string | null>(null);
  const rename = useEditExperiment(id);
  if (typed === null) {
    return (
      <>
        {name}{" "}
        <OwnerOnly>
          <ActionIcon
            className={classes["pencil"] ?? ""}
            variant="subtle"
            color="gray"
            aria-label="Rename this experiment"
            onClick={() => setTyped(name)}
          >
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        </OwnerOnly>
      </>
    );
  }
  const leave = () => {
    rename.reset();
    setTyped(null);
  };
  return (
    <form
      className={classes["renaming"]}
      onSubmit={(event) => {
        event.preventDefault();
        rename.mutate({ name: typed }, { onSuccess: leave });
      }}
    >
      <TextInput
        className={classes["name"]}
        aria-label="Name"
        ref={focusWhenShown}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && leave()}
        error={rename.error && errorMessage(rename.error)}
      />
      <Button type="submit" loading={rename.isPending}>
        Rename
      </Button>
      <Button variant="default" onClick={leave}>
        Keep it
      </Button>
    </form>
  );
}
