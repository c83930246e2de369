import { Button, Kbd } from "@mantine/core";
import { IconAlertTriangle, IconPlayerPlay } from "@tabler/icons-react";

import { errorMessage } from "../../api/problem";
import type { Estimate } from "../../api/types";
import { formatBytes, formatDuration, formatFree, formatInteger, plural } from "../../lib/format";
import { Card } from "../../ui/Card";
import classes from "./LaunchPanel.module.css";

interface LaunchPanelProps {
  estimate: Estimate | undefined;
  error: unknown;
  /** How many fields show what is wrong with them. */
  marked: number;
  /** Whether every field can be read; if not, the fields say why. */
  readable: boolean;
  /** Whether the service would refuse this experiment as it stands. */
  refused: boolean;
  launching: boolean;
}

function timeText(seconds: number | null): string {
  return seconds === null ? "unknown" : formatDuration(seconds);
}

/** What the experiment would cost, beside the button that starts it. */
export function LaunchPanel({ estimate, error, marked, readable, refused, launching }: LaunchPanelProps) {
  const problem =
    marked > 0 ? `${plural(marked, "value")} must be corrected before launch.` : error ? errorMessage(error) : null;
  return (
    <div className={classes["panel"]}>
      <Card title="Cost">
        <div aria-live="polite">
          {problem !== null ? (
            <p className={classes["problem"]}>{problem}</p>
          ) : (
            <dl className={classes["costs"]} data-testid="estimate">
              <dt>Runs</dt>
              <dd>{estimate ? formatInteger(estimate.runs) : "…"}</dd>
              {estimate !== undefined && estimate.trials > 0 && (
                <>
                  <dt>Search trials</dt>
                  <dd>{formatInteger(estimate.trials)}</dd>
                </>
              )}
              <dt>Training steps</dt>
              <dd>{estimate ? formatInteger(estimate.steps) : "…"}</dd>
              <dt>Disk needed</dt>
              <dd>{estimate ? formatBytes(estimate.disk_bytes) : "…"}</dd>
              <dt>Disk free</dt>
              <dd>{estimate ? formatFree(estimate.free_bytes) : "…"}</dd>
              <dt>Estimated time</dt>
              <dd>{estimate ? timeText(estimate.seconds) : "…"}</dd>
              {estimate && <dd className={classes["basis"]}>{estimate.seconds_basis}</dd>}
            </dl>
          )}
          {problem === null &&
            estimate?.warnings.map((warning) => (
              <p key={warning} className={classes["warning"]}>
                <IconAlertTriangle size={16} stroke={1.75} aria-hidden />
                {warning}
              </p>
            ))}
        </div>
        <Button
          type="submit"
          fullWidth
          size="md"
          loading={launching}
          disabled={!readable || refused}
          leftSection={<IconPlayerPlay size={18} aria-hidden />}
        >
          Launch
        </Button>
        <p className={classes["hint"]}>
          or <Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">Enter</Kbd>
        </p>
      </Card>
    </div>
  );
}
