import { Link } from "react-router";

import type { Catalog, ExperimentSummary } from "../api/types";
import { settingsText } from "../lib/names";
import { activeCount, countsText } from "../lib/runs";
import { Age } from "./Age";
import classes from "./ExperimentRow.module.css";
import { ProgressBar } from "./ProgressBar";
import { RuleDot } from "./RuleDot";

interface ExperimentRowProps {
  experiment: ExperimentSummary;
  catalog: Catalog | undefined;
}

/** One line of the list: what it is, how far it is. */
export function ExperimentRow({ experiment, catalog }: ExperimentRowProps) {
  const { counts } = experiment;
  const active = activeCount(counts) > 0;
  const tone = active ? "busy" : counts.failed > 0 ? "bad" : counts.completed > 0 ? "good" : "idle";
  return (
    <li className={classes["row"]}>
      <div className={classes["what"]}>
        <Link to={`/experiments/${experiment.id}`} className={classes["name"]}>
          {experiment.name}
        </Link>
        <div className={classes["settings"]}>{settingsText(experiment, catalog)}</div>
      </div>
      <ul className={classes["rules"]} aria-label="Learning rules">
        {experiment.rules.map((id) => {
          const rule = catalog?.rules.find((item) => item.id === id);
          return (
            <li key={id}>
              <RuleDot of={rule} size={9} />
              {rule?.name ?? id}
            </li>
          );
        })}
      </ul>
      <div className={classes["state"]}>
        <div className={classes["words"]}>
          <span data-tone={tone}>{countsText(counts)}</span>
          <span className={classes["age"]}>
            <Age at={experiment.created_at} />
          </span>
        </div>
        <ProgressBar value={experiment.progress} label={`Progress of ${experiment.name}`} tone={tone} />
      </div>
    </li>
  );
}
