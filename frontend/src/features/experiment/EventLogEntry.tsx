import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconBan,
  IconCheck,
  IconClock,
  IconDeviceFloppy,
  IconPlayerPlay,
  IconRefresh,
  IconRocket,
  IconX,
  type Icon,
} from "@tabler/icons-react";
import { memo } from "react";

import type { LogEntry, Rule } from "../../api/types";
import { clockTime } from "../../api/eventLog";
import { formatDateTime } from "../../lib/format";
import { RuleDot } from "../../ui/RuleDot";
import classes from "./EventLogCard.module.css";
import { Traceback } from "./runs/Traceback";

const MARKS: Record<LogEntry["kind"], { Mark: Icon; tone: string }> = {
  launched: { Mark: IconRocket, tone: "busy" },
  queued: { Mark: IconClock, tone: "idle" },
  started: { Mark: IconPlayerPlay, tone: "busy" },
  resumed: { Mark: IconPlayerPlay, tone: "busy" },
  epoch: { Mark: IconDeviceFloppy, tone: "idle" },
  checkpoint: { Mark: IconDeviceFloppy, tone: "idle" },
  handed_back: { Mark: IconArrowBackUp, tone: "warn" },
  lost: { Mark: IconAlertTriangle, tone: "warn" },
  retried: { Mark: IconRefresh, tone: "busy" },
  stopping: { Mark: IconBan, tone: "idle" },
  cancelled: { Mark: IconBan, tone: "idle" },
  completed: { Mark: IconCheck, tone: "good" },
  failed: { Mark: IconX, tone: "bad" },
};

/** One entry of the log: when, what kind, which run, what happened. */
export const EventLogEntry = memo(function EventLogEntry({ entry, rule }: { entry: LogEntry; rule: Rule | undefined }) {
  const { Mark, tone } = MARKS[entry.kind];
  return (
    <li className={classes["entry"]} data-kind={entry.kind}>
      <time className={classes["time"]} dateTime={entry.at} title={formatDateTime(entry.at)}>
        {clockTime(entry.at)}
      </time>
      <Mark className={classes["mark"]} data-tone={tone} size={15} stroke={2} aria-hidden />
      <div className={classes["what"]}>
        {entry.who && (
          <span className={classes["who"]}>
            <RuleDot of={rule} />
            {entry.who}
          </span>
        )}
        <span className={classes["text"]}>{entry.text}</span>
        {entry.traceback && <Traceback>{entry.traceback}</Traceback>}
      </div>
    </li>
  );
});
