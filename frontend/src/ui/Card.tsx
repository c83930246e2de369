import type { ReactNode, Ref } from "react";

import classes from "./Card.module.css";
import { PanelActions } from "./controls/PanelActions";
import { usePanelFrame } from "./PanelFrame";

interface CardProps {
  /** Also the name of the region for a screen reader. */
  title: string;
  caption?: ReactNode;
  actions?: ReactNode;
  id?: string;
  ref?: Ref<HTMLElement>;
  "data-figure"?: string;
  "data-ready"?: boolean;
  children: ReactNode;
}

/** A panel with a title, a line on how to read it, and what can be done with it. */
export function Card({ title, caption, actions, children, ...rest }: CardProps) {
  const framed = usePanelFrame() !== null;
  return (
    <section {...rest} className={classes["card"]} aria-label={title}>
      <header className={classes["head"]}>
        <h2 className={classes["title"]}>{title}</h2>
        {(actions !== undefined || framed) && (
          <div className={classes["actions"]}>
            {actions}
            <PanelActions />
          </div>
        )}
      </header>
      {caption !== undefined && caption !== "" && <p className={classes["caption"]}>{caption}</p>}
      {children}
    </section>
  );
}
