import { Checkbox } from "@mantine/core";
import { Link } from "react-router";

import type { Catalog, ExperimentSummary } from "../../api/types";
import { formatPercent } from "../../lib/format";
import { settingsText } from "../../api/names";
import { activeCount, countsText } from "../../api/runs";
import { Age } from "../../ui/Age";
import { ProgressBar } from "../../ui/feedback/ProgressBar";
import { RuleDot } from "../../ui/RuleDot";
import { ExperimentMenu } from "../experiment/ExperimentMenu";
import classes from "./ExperimentRow.module.css";

interface ExperimentRowProps {
  experiment: ExperimentSummary;
  catalog: Catalog | undefined;
  onTag: (tag: string) => void;
  selected: boolean;
  onSelect: (selected: boolean) => void;
}

/** One line of the list: what it is, what is written on it, how far it is, how well it does. */
export function ExperimentRow({ experiment, catalog, onTag, selected, onSelect }: ExperimentRowProps) {
  const { counts, name, notes, tags, archived_at: archivedAt, best_test_accuracy: best } = experiment;
  const active = activeCount(counts) > 0;
  const tone = active ? "busy" : counts.failed > 0 ? "bad" : counts.completed > 0 ? "good" : "idle";
  return (
    <li className={classes["row"]} data-testid="experiment">
      <div className={classes["select"]}>
        {counts.completed > 0 && (
          <Checkbox
            size="xs"
            checked={selected}
            onChange={(event) => onSelect(event.currentTarget.checked)}
            aria-label={`Select ${name} to compare`}
          />
        )}
      </div>
      <div className={classes["what"]}>
        <div className={classes["head"]}>
          <Link to={`/experiments/${experiment.id}`} className={classes["name"]}>
            {name}
          </Link>
          {(tags.length > 0 || archivedAt !== null) && (
            <ul className={classes["tags"]} aria-label="Tags">
              {archivedAt !== null && <li className={classes["archived"]}>Archived</li>}
              {tags.map((tag) => (
                <li key={tag}>
                  <button
                    type="button"
                    className={classes["tag"]}
                    title="Show all with this tag"
                    onClick={() => onTag(tag)}
                  >
                    {tag}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
        <div className={classes["settings"]}>{settingsText(experiment, catalog)}</div>
        {notes !== "" && <p className={classes["notes"]}>{notes}</p>}
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
      </div>
      <div className={classes["best"]}>
        {best !== null && (
          <>
            <span className={classes["accuracy"]}>{formatPercent(best)}</span>{" "}
            <span className={classes["caption"]}>best test</span>
          </>
        )}
      </div>
      <div className={classes["state"]}>
        <div className={classes["words"]}>
          <span data-tone={tone}>{countsText(counts)}</span>
          <span className={classes["age"]}>
            <Age at={experiment.created_at} />
          </span>
        </div>
        <ProgressBar value={experiment.progress} label={`Progress of ${name}`} tone={tone} />
      </div>
      <div className={classes["menu"]}>
        <ExperimentMenu id={experiment.id} name={name} archived={archivedAt !== null} />
      </div>
    </li>
  );
}
