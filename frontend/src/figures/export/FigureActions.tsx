import { UnstyledButton } from "@mantine/core";
import { IconDownload, IconTable } from "@tabler/icons-react";

import type { FigureFormat } from "../chart/plotly";
import { ActionMenu, MenuItem } from "../../ui/controls/ActionMenu";
import classes from "../../ui/controls/Actions.module.css";

const PICTURES: readonly { format: FigureFormat; label: string }[] = [
  { format: "png", label: "PNG" },
  { format: "svg", label: "SVG" },
  { format: "pdf", label: "PDF" },
];

interface FigureActionsProps {
  tableShown?: boolean;
  /** Left out where the numbers are shown anyway. */
  onToggleTable?: () => void;
  csvHref: string;
  /** Left out where there is nothing drawn to save. */
  onSave?: (format: FigureFormat) => void;
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
      <ActionMenu
        button={
          <UnstyledButton className={classes["action"]}>
            <IconDownload size={15} stroke={1.75} aria-hidden />
            <span>Download</span>
          </UnstyledButton>
        }
      >
        {onSave && (
          <>
            {PICTURES.map(({ format, label }) => (
              <MenuItem key={format} onClick={() => onSave(format)}>
                {label}
              </MenuItem>
            ))}
            <MenuItem onClick={() => onSave("json")}>Plotly JSON</MenuItem>
          </>
        )}
        <MenuItem href={csvHref}>CSV</MenuItem>
      </ActionMenu>
    </>
  );
}
