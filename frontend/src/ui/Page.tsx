import type { ReactNode } from "react";

import classes from "./Page.module.css";

interface PageProps {
  /** Of the browser's tab; the heading too, unless `heading` says otherwise. */
  title: string;
  heading?: ReactNode;
  /** A line above the heading. */
  above?: ReactNode;
  /** A line below the heading. */
  below?: ReactNode;
  actions?: ReactNode;
  /** Text pages are kept to a readable width. */
  narrow?: boolean;
  children: ReactNode;
}

/** A page: its title in the tab, heading, actions, content. */
export function Page({ title, heading, above, below, actions, narrow = false, children }: PageProps) {
  return (
    <div className={classes["page"]} data-narrow={narrow || undefined}>
      <title>{`${title} · Feedback Atlas`}</title>
      <header className={classes["head"]}>
        <div className={classes["titles"]}>
          {above !== undefined && <div className={classes["above"]}>{above}</div>}
          <h1 className={classes["heading"]}>{heading ?? title}</h1>
          {below !== undefined && <div className={classes["below"]}>{below}</div>}
        </div>
        {actions !== undefined && <div className={classes["actions"]}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
