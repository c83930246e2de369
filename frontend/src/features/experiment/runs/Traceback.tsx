import classes from "./Traceback.module.css";

interface TracebackProps {
  children: string;
  onToggle?: (opened: boolean) => void;
}

/** A traceback, folded. */
export function Traceback({ children, onToggle }: TracebackProps) {
  return (
    <details className={classes["details"]} onToggle={(event) => onToggle?.(event.currentTarget.open)}>
      <summary>Traceback</summary>
      <section className={classes["text"]} tabIndex={0} aria-label="Traceback">
        <pre>{children}</pre>
      </section>
    </details>
  );
}
