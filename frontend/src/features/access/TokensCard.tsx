import { Anchor, Button, Code, NativeSelect, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";

import { useCreateToken, useRevokeToken } from "../../api/mutations";
import { useTokens } from "../../api/queries";
import type { NewToken, Token } from "../../api/types";
import { CopyField } from "../../ui/controls/CopyField";
import { Card } from "../../ui/Card";
import { ConfirmModal } from "../../ui/feedback/ConfirmModal";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { expiryText, LIFETIMES, lifetimeDays, ROLES } from "./tokens";
import { useNow } from "../../ui/hooks/useNow";
import classes from "./Access.module.css";

function NewTokenForm({ onMade }: { onMade: (token: NewToken) => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Token["role"]>("viewer");
  const [lifetime, setLifetime] = useState<string>("90");
  const create = useCreateToken();
  return (
    <form
      className={classes["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ name: name.trim(), role, expires_in_days: lifetimeDays(lifetime) }, { onSuccess: onMade });
      }}
    >
      <TextInput
        className={classes["grow"]}
        label="Name"
        placeholder="The person or script that will use it"
        maxLength={60}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NativeSelect
        className={classes["choice"]}
        label="Role"
        data={[...ROLES]}
        value={role}
        onChange={(event) => setRole(event.currentTarget.value === "owner" ? "owner" : "viewer")}
      />
      <NativeSelect
        className={classes["choice"]}
        label="Expires"
        data={[...LIFETIMES]}
        value={lifetime}
        onChange={(event) => setLifetime(event.currentTarget.value)}
      />
      <Button type="submit" loading={create.isPending} disabled={name.trim() === ""}>
        Create token
      </Button>
      {create.error && (
        <div className={classes["whole"]}>
          <ErrorAlert error={create.error} />
        </div>
      )}
    </form>
  );
}

function RevokeButton({ token, own }: { token: Token; own: boolean }) {
  const [opened, { open, close }] = useDisclosure();
  const revoke = useRevokeToken();
  const leave = () => {
    revoke.reset();
    close();
  };
  return (
    <>
      <Button size="compact-sm" variant="default" aria-label={`Revoke ${token.name}`} onClick={open}>
        Revoke
      </Button>
      <ConfirmModal
        opened={opened}
        title={`Revoke “${token.name}”?`}
        error={revoke.error}
        keep="Keep it"
        confirm="Revoke"
        loading={revoke.isPending}
        onKeep={leave}
        onConfirm={() => revoke.mutate(token.id)}
      >
        <Text size="sm">
          Scripts that use it will be refused, and browsers signed in with it will be signed out.
          {own && " You are signed in with this token, so you will be signed out too."}
        </Text>
      </ConfirmModal>
    </>
  );
}

interface TokensCardProps {
  /** Whether everyone needs a token, and not only who comes from elsewhere. */
  required: boolean;
  /** Name of the token that one has signed in with. */
  own: string | null;
}

/** Who may come in: tokens are made here, shown once, listed and revoked. */
export function TokensCard({ required, own }: TokensCardProps) {
  const { data, error, refetch } = useTokens();
  const [made, setMade] = useState<NewToken | null>(null);
  const now = useNow(60_000);
  return (
    <Card
      title="Access tokens"
      caption={
        required
          ? "Each token gives one person or script access, as owner or viewer, until it expires or is revoked."
          : "Only the user of this machine can reach this service, so it asks for no token. To give others access, create tokens and start the service with ATLAS_HOST or ATLAS_HOST_NAMES set."
      }
    >
      {made ? (
        <div role="status">
          <CopyField label={`Token of ${made.name}`} value={made.token} />
          <Text size="xs" c="dimmed">
            Copy it now; it is not shown again. In a browser, enter it on the sign-in page; scripts send it as{" "}
            <Code>Authorization: Bearer</Code>, and <Code>atlas launch</Code> takes it from <Code>ATLAS_TOKEN</Code>.{" "}
            <Anchor component="button" type="button" inherit underline="always" onClick={() => setMade(null)}>
              Create another
            </Anchor>
          </Text>
        </div>
      ) : (
        <NewTokenForm onMade={setMade} />
      )}
      {error && <ErrorAlert error={error} onRetry={() => void refetch()} />}
      {data && data.length === 0 && <p className={classes["note"]}>No tokens yet.</p>}
      {data && data.length > 0 && (
        <ul className={classes["list"]} aria-label="Access tokens">
          {data.map((token) => (
            <li key={token.id} className={classes["item"]}>
              <span>
                <span className={classes["name"]}>{token.name}</span>
                <br />
                <span className={classes["dim"]}>
                  {token.role === "owner" ? "Owner" : "Viewer"}, {expiryText(token, now)}
                </span>
              </span>
              <RevokeButton token={token} own={token.name === own} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
