import { Button } from "@mantine/core";

import { Page } from "../ui/Page";

/** Shown where the page itself failed. */
export function CrashPage() {
  return (
    <Page title="This page failed" narrow>
      <p style={{ margin: 0 }}>
        Something went wrong on this page; runs on the service are not affected. Reload to try again, or go back to the
        list.
      </p>
      <div style={{ display: "flex", gap: 8 }}>
        <Button onClick={() => window.location.reload()}>Reload</Button>
        <Button variant="default" component="a" href="/">
          All experiments
        </Button>
      </div>
    </Page>
  );
}
