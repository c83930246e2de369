import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { Page } from "../Page";

/** A page for an address that leads nowhere: what that means, and the way back. */
export function MissingPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Page title={title} narrow>
      <p style={{ margin: 0, maxWidth: "60ch" }}>{children}</p>
      <div>
        <Button component={Link} to="/">
          All experiments
        </Button>
      </div>
    </Page>
  );
}
