import { Button } from "@mantine/core";
import { IconChartDots3, IconCopy } from "@tabler/icons-react";
import { useMemo } from "react";
import { Link } from "react-router";

import { isAlignment, titleOf } from "../../figures/alignment";
import { experimentFigures } from "../../figures/queries";
import { OwnerOnly } from "../../api/session";
import { CURVE_NAMES, type Catalog, type CurveName, type Experiment } from "../../api/types";
import { settingsText } from "../../api/names";
import { useCurveView } from "../../figures/useCurveView";
import { endingText, isActive } from "../../api/runs";
import { Age } from "../../ui/Age";
import { CurveControls } from "../../figures/CurveControls";
import { FigureCard } from "../../figures/FigureCard";
import { Page } from "../../ui/Page";
import { ExperimentMenu } from "./ExperimentMenu";
import { DeleteButton } from "./DeleteButton";
import { EventLogCard } from "./EventLogCard";
import classes from "./ExperimentView.module.css";
import { Labels } from "./Labels";
import { NameHeading } from "./NameHeading";
import { RunAnnouncer } from "./runs/RunAnnouncer";
import { RunsCard } from "./runs/RunsCard";
import { TrialsCard } from "./runs/TrialsCard";

/** What a figure of curves is called before it says so itself. */
function curveTitle(name: CurveName, catalog: Catalog | undefined): string {
  return isAlignment(name) ? titleOf(name) : (catalog?.panels.find(({ id }) => id === name)?.title ?? "");
}

interface ExperimentViewProps {
  experiment: Experiment;
  catalog: Catalog | undefined;
}

/** An experiment while it runs and afterwards: runs, trials, curves, what happened, the way to the comparison. */
export function ExperimentView({ experiment, catalog }: ExperimentViewProps) {
  const { id, name, runs, trials } = experiment;
  const [curves, changeCurves] = useCurveView();
  const source = useMemo(() => experimentFigures(id), [id]);
  const completed = runs.filter((run) => run.state === "completed").length;
  const active = [...runs, ...trials].some(isActive);
  const ending = endingText(runs);
  const comparePath = `/experiments/${id}/compare`;

  return (
    <Page
      title={name}
      heading={<NameHeading id={id} name={name} />}
      above={<Link to="/">Experiments</Link>}
      below={
        <>
          {settingsText(experiment, catalog)} · <Age at={experiment.created_at} />
        </>
      }
      actions={
        <>
          <OwnerOnly>
            {!active && <DeleteButton experiment={experiment} />}
            <Button
              component={Link}
              to={`/new?from=${id}`}
              variant="default"
              leftSection={<IconCopy size={17} aria-hidden />}
            >
              Clone
            </Button>
          </OwnerOnly>
          <ExperimentMenu id={id} name={name} archived={experiment.archived_at !== null} />
          {completed > 0 && (
            <Button component={Link} to={`/experiments/${id}/paper`} variant="default">
              The paper
            </Button>
          )}
          {completed > 0 ? (
            <Button component={Link} to={comparePath} leftSection={<IconChartDots3 size={18} aria-hidden />}>
              Compare
            </Button>
          ) : (
            <Button
              disabled
              title="Available once a run has completed"
              leftSection={<IconChartDots3 size={18} aria-hidden />}
            >
              Compare
            </Button>
          )}
        </>
      }
    >
      <Labels experiment={experiment} />
      <RunAnnouncer runs={runs} />
      {ending !== null && completed > 0 && (
        <div className={classes["ending"]}>
          <span>
            {ending} {completed > 1 ? "Did they arrive at the same representation?" : ""}
          </span>
          <span>
            <Link to={comparePath}>See how they differ</Link>
            {completed > 1 && (
              <>
                {" "}
                · <Link to={`/experiments/${id}/answers`}>Answers over seeds</Link>
              </>
            )}
          </span>
        </div>
      )}
      <RunsCard experiment={experiment} catalog={catalog} />
      {trials.length > 0 && <TrialsCard experiment={experiment} catalog={catalog} />}
      <CurveControls view={curves} onChange={changeCurves} withScale withSeeds={experiment.seeds.length > 1} />
      <div className={classes["curves"]}>
        {CURVE_NAMES.map((curve) => (
          <FigureCard
            key={curve}
            name={curve}
            called={curveTitle(curve, catalog)}
            source={source}
            fileName={name}
            curves={curves}
          />
        ))}
      </div>
      <EventLogCard experimentId={id} catalog={catalog} />
    </Page>
  );
}
