import { Menu, UnstyledButton } from "@mantine/core";
import { IconDownload, IconTable } from "@tabler/icons-react";

import type { ImageFormat } from "../lib/plotly";
import classes from "./FigureActions.module.css";

interface FigureActionsProps {
  tableShown?: boolean;
  /** Left out where the numbers are shown anyway. */
  onToggleTable?: () => void;
  csvHref: string;
  /** Left out where there is nothing drawn to save. */
  onSave?: (format: ImageFormat) => void;
}

/** What can be done with a figure: see its numbers, take it along. */
export function FigureActions({ tableShown, onToggleTable, csvHref, onSave }: FigureActionsProps) {
  return (
    <>
      {onToggleTable && (
        <UnstyledButton className={classes["action"]} aria-pressed={tableShown} onClick={onToggleTable}>
          <IconTable size={15} stroke={1.75} aria-hidden />
          <span>Table</span>
        </UnstyledButton>
      )}
      <Menu position="bottom-end" withinPortal shadow="md">
        <Menu.Target>
          <UnstyledButton className={classes["action"]}>
            <IconDownload size={15} stroke={1.75} aria-hidden />
            <span>Download</span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {onSave && (
            <>
              <Menu.Item onClick={() => onSave("png")}>PNG</Menu.Item>
              <Menu.Item onClick={() => onSave("svg")}>SVG</Menu.Item>
            </>
          )}
          <Menu.Item component="a" href={csvHref} download>
            CSV
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
