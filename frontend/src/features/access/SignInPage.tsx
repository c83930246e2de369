import { Button, Code, PasswordInput, Skeleton } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Navigate, useSearchParams } from "react-router";

import { errorMessage } from "../../api/problem";
import { useSession, useSignIn } from "../../api/session";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { Logo } from "../../ui/Logo";
import { afterSignIn } from "./signIn";
import { focusWhenShown } from "../../ui/hooks/focus";
import classes from "./SignInPage.module.css";

function SignInForm() {
  const [token, setToken] = useState("");
  const signIn = useSignIn();
  return (
    <form
      className={classes["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (token.trim() !== "") {
          signIn.mutate(token.trim());
        }
      }}
    >
      {/* For password managers, which keep a secret under a name. */}
      <input type="text" name="username" autoComplete="username" value="Feedback Atlas" readOnly hidden />
      <PasswordInput
        label="Access token"
        description="Starts with atlas_. Ask the person who runs this service for one."
        name="token"
        autoComplete="current-password"
        ref={focusWhenShown}
        value={token}
        error={signIn.error && errorMessage(signIn.error)}
        onChange={(event) => setToken(event.currentTarget.value)}
        visibilityToggleButtonProps={{ "aria-label": "Show token" }}
      />
      <Button type="submit" fullWidth loading={signIn.isPending} disabled={token.trim() === ""}>
        Sign in
      </Button>
    </form>
  );
}

/** Asks for a token, and leads to where one wanted to go. */
export function SignInPage() {
  const [params] = useSearchParams();
  const { data: session, error, refetch } = useSession();
  const queryClient = useQueryClient();
  // What was read with a token does not stay in this tab once it is signed out.
  useEffect(() => queryClient.removeQueries({ type: "inactive" }), [queryClient]);
  if (session && session.role !== null) {
    return <Navigate to={afterSignIn(params.get("to"))} replace />;
  }
  return (
    <main className={classes["page"]}>
      <title>Sign in · Feedback Atlas</title>
      <div className={classes["card"]}>
        <Logo />
        <h1 className={classes["heading"]}>Sign in</h1>
        {session ? (
          <SignInForm />
        ) : error ? (
          <ErrorAlert error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton height={120} radius="md" />
        )}
        <p className={classes["note"]}>
          On the machine that runs the service, <Code>atlas token create NAME --role owner</Code> prints a token.
        </p>
      </div>
    </main>
  );
}
