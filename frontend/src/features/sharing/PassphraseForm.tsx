import { Button, TextInput } from "@mantine/core";
import { useState } from "react";

import { useSayPassphrase } from "../../api/mutations";
import { errorMessage } from "../../api/problem";
import { focusWhenShown } from "../../ui/hooks/focus";
import classes from "./PassphraseForm.module.css";

/** Asks for the passphrase of a link. */
export function PassphraseForm({ token }: { token: string }) {
  const [passphrase, setPassphrase] = useState("");
  const say = useSayPassphrase(token);
  return (
    <form
      className={classes["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (passphrase.trim() !== "") {
          say.mutate(passphrase);
        }
      }}
    >
      <TextInput
        className={classes["field"]}
        type="password"
        label="Passphrase"
        description="Ask the person who sent you the link."
        autoComplete="off"
        ref={focusWhenShown}
        value={passphrase}
        error={say.error && errorMessage(say.error)}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
      />
      <Button type="submit" loading={say.isPending} disabled={passphrase.trim() === ""}>
        Open
      </Button>
    </form>
  );
}
