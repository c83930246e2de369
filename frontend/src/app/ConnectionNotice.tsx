import { IconPlugConnectedX } from "@tabler/icons-react";

import { useStreamStatus } from "../api/LiveEvents";
import classes from "./ConnectionNotice.module.css";

/** Says quietly that the page is not live at the moment. */
export function ConnectionNotice() {
  const lost = useStreamStatus() === "lost";
  return (
    <div role="status" className={lost ? classes["notice"] : undefined}>
      {lost && (
        <>
          <IconPlugConnectedX size={16} stroke={1.75} aria-hidden />
          Connection to the service lost. This page may be out of date; reconnecting…
        </>
      )}
    </div>
  );
}
