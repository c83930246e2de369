import { Button } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";

import { useSignOut } from "../api/session";
import type { Session } from "../api/types";
import classes from "./SignedIn.module.css";

/** Who has signed in, at the foot of the navigation, and the way out. */
export function SignedIn({ session }: { session: Session }) {
  const signOut = useSignOut();
  return (
    <div className={classes["who"]}>
      <p className={classes["name"]}>
        <span>{session.name}</span>
        <br />
        <span className={classes["role"]}>{session.role === "owner" ? "Owner" : "Viewer, read only"}</span>
      </p>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconLogout size={15} stroke={1.75} aria-hidden />}
        loading={signOut.isPending}
        onClick={() => signOut.mutate()}
      >
        Sign out
      </Button>
    </div>
  );
}
