import classes from "./ProgressBar.module.css";

interface ProgressBarProps {
  /** Share that is done, 0 to 1. */
  value: number;
  label: string;
  tone?: "busy" | "good" | "bad" | "idle";
}

export function ProgressBar({ value, label, tone = "busy" }: ProgressBarProps) {
  const percent = Math.round(value * 100);
  return (
    <div
      className={classes["track"]}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div className={classes["bar"]} data-tone={tone} style={{ width: `${value * 100}%` }} />
    </div>
  );
}
