import type { ComponentProps } from "react";

import classes from "./Range.module.css";

interface RangeProps extends Omit<ComponentProps<"input">, "type" | "onChange" | "value"> {
  value: number;
  onChange: (value: number) => void;
  /** When the reader lets go of it, by pointer or key. */
  onChangeEnd?: (value: number) => void;
}

/** The browser's own slider in the page's colours. */
export function Range({ onChange, onChangeEnd, ...rest }: RangeProps) {
  const end = (event: { currentTarget: HTMLInputElement }) => onChangeEnd?.(Number(event.currentTarget.value));
  return (
    <input
      {...rest}
      type="range"
      className={classes["range"]}
      onChange={(event) => onChange(Number(event.currentTarget.value))}
      onPointerUp={end}
      onKeyUp={end}
    />
  );
}
