import type { ReactNode } from "react";

import { Card } from "../Card";
import classes from "./Methods.module.css";

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card title={title}>
      <div className={classes["text"]}>{children}</div>
    </Card>
  );
}

interface TermProps {
  name: string;
  formula?: ReactNode;
  children: ReactNode;
}

/** A measure or rule: its name, its formula, what it means. */
export function Term({ name, formula, children }: TermProps) {
  return (
    <div className={classes["term"]}>
      <h3>{name}</h3>
      {formula !== undefined && <p className={classes["formula"]}>{formula}</p>}
      <p>{children}</p>
    </div>
  );
}
