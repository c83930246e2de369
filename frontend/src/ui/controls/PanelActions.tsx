import { UnstyledButton } from "@mantine/core";
import { IconArrowsMaximize, IconArrowsMinimize, IconX } from "@tabler/icons-react";

import classes from "./Actions.module.css";
import { usePanelFrame } from "../PanelFrame";

/** Fills the window with a panel, or takes it off the page. Nothing outside of panels. */
export function PanelActions() {
  const frame = usePanelFrame();
  if (frame === null) {
    return null;
  }
  const { title, maximised, onMaximise, onRemove } = frame;
  const Icon = maximised ? IconArrowsMinimize : IconArrowsMaximize;
  const size = maximised ? `Exit full window: ${title}` : `Expand to full window: ${title}`;
  const remove = `Remove: ${title}`;
  return (
    <>
      <UnstyledButton
        className={classes["action"]}
        aria-label={size}
        title={maximised ? "Exit full window (Esc)" : "Expand to full window"}
        data-autofocus
        data-maximise
        onClick={() => onMaximise(!maximised)}
      >
        <Icon size={15} stroke={1.75} aria-hidden />
      </UnstyledButton>
      {!maximised && (
        <UnstyledButton className={classes["action"]} aria-label={remove} title="Remove" onClick={onRemove}>
          <IconX size={15} stroke={1.75} aria-hidden />
        </UnstyledButton>
      )}
    </>
  );
}
