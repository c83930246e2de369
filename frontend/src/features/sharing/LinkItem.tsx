import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";

import { useRevokeShare } from "../../api/mutations";
import type { Share } from "../../api/types";
import { focusWhenShown } from "../../ui/hooks/focus";
import { linkFacts } from "./links";
import { Age } from "../../ui/Age";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import classes from "./Links.module.css";

interface LinkItemProps {
  share: Share;
  /** What it shows. */
  about: ReactNode;
}

/** A link, how often it was opened, and its end. */
export function LinkItem({ share, about }: LinkItemProps) {
  const [asking, setAsking] = useState<"not yet" | "now" | "no longer">("not yet");
  const revoke = useRevokeShare();
  const name = share.label || "Unlabelled link";
  const isOpen = share.state === "open";
  const end = isOpen ? "Revoke" : "Delete the copy";
  return (
    <li className={classes["item"]} data-ended={!isOpen || undefined}>
      <div className={classes["what"]}>
        <span className={classes["name"]}>{name}</span>
        <span className={classes["dim"]}>
          {about}, created <Age at={share.created_at} />
          {linkFacts(share).map((fact) => ` · ${fact}`)}
          {share.opened_at !== null && (
            <>
              , most recently <Age at={share.opened_at} />
            </>
          )}
        </span>
      </div>
      {share.state !== "revoked" && (
        <div className={classes["actions"]}>
          {asking === "now" ? (
            <>
              <span className={classes["dim"]}>
                {isOpen ? "It will stop working for everyone who has it." : "Nobody can open it any more."}
              </span>
              <Button size="compact-sm" variant="default" ref={focusWhenShown} onClick={() => setAsking("no longer")}>
                Keep it
              </Button>
              <Button
                size="compact-sm"
                color="red.8"
                aria-label={`${end} permanently: ${name}`}
                loading={revoke.isPending}
                onClick={() => revoke.mutate(share.id)}
              >
                {end}
              </Button>
            </>
          ) : (
            <>
              <Button
                size="compact-sm"
                variant="subtle"
                component="a"
                href={`/api/shares/${share.id}/report.html`}
                download
                aria-label={`HTML file of ${name}`}
              >
                HTML file
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`${end}: ${name}`}
                ref={asking === "no longer" ? focusWhenShown : undefined}
                onClick={() => setAsking("now")}
              >
                {end}
              </Button>
            </>
          )}
        </div>
      )}
      {revoke.error && (
        <div className={classes["whole"]}>
          <ErrorAlert error={revoke.error} />
        </div>
      )}
    </li>
  );
}
