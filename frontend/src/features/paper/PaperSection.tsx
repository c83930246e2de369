import type { ReactNode } from "react";
import { Link } from "react-router";

import { paperCsv, type FigureSource } from "../../figures/queries";
import type { PaperFigureName, PaperPanel, PaperView } from "../../api/types";
import { compareHref } from "./paper";
import { Card } from "../../ui/Card";
import { DataTable } from "../../ui/DataTable";
import { FigureCard } from "../../figures/FigureCard";
import classes from "./Paper.module.css";

interface PaperSectionProps {
  panel: PaperPanel;
  view: PaperView;
  source: FigureSource<PaperFigureName>;
  fileName: string;
  /** What decides what it shows. */
  children?: ReactNode;
}

/** A table or figure of the paper with ours beside it, and what they say together. */
export function PaperSection({ panel, view, source, fileName, children }: PaperSectionProps) {
  const { name, place, title, figures, table } = panel;
  const numbers = table && (
    <Card
      title="Number by number"
      actions={
        <a className={classes["save"]} href={paperCsv(view, `tables/${name}`)} download>
          CSV
        </a>
      }
    >
      <DataTable table={table} title={`${place}: ${title}`} />
    </Card>
  );
  return (
    <section id={name} className={classes["section"]} aria-label={place} data-state={panel.state}>
      <h2 className={classes["title"]}>
        {place} · {title}
      </h2>
      {panel.compared !== "" && <p className={classes["compared"]}>{panel.compared}</p>}
      {children}
      {figures.map((figure) => (
        <FigureCard key={figure} name={figure} source={source} called={title} fileName={fileName} />
      ))}
      {figures.length === 0 && numbers}
      <p className={classes["verdict"]} data-verdict={panel.verdict}>
        {panel.sentence}
      </p>
      {panel.comparisons.length > 0 && (
        <details className={classes["more"]}>
          <summary>{figures.length > 0 && table ? "Numbers and sources" : "Sources"}</summary>
          {panel.variant !== "" && <p>Where the paper’s text and code disagree, these runs used {panel.variant}.</p>}
          {figures.length > 0 && numbers}
          <p>
            <Link to={compareHref(view.experiment_id, panel)}>Open in Compare</Link> ·{" "}
            {panel.analyses.length > 0 ? (
              <>
                computed by analysis <code>{panel.analyses.join(", ")}</code>
              </>
            ) : (
              "recorded during training"
            )}
          </p>
        </details>
      )}
    </section>
  );
}
