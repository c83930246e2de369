import type { ReactNode } from "react";

import { Logo } from "../../ui/Logo";
import classes from "./SharedFrame.module.css";
import { ThemeSwitch } from "../../ui/controls/ThemeSwitch";

/** The frame of a shared page: no navigation, since a reader with a link has nowhere else to go. */
export function SharedFrame({ children }: { children: ReactNode }) {
  return (
    <>
      <header className={classes["header"]}>
        <div className={classes["inner"]}>
          <Logo />
          <ThemeSwitch />
        </div>
      </header>
      <main>{children}</main>
    </>
  );
}
