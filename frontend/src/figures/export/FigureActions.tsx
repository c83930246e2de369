import { Menu, UnstyledButton } from "@mantine/core";
import { IconDownload, IconTable } from "@tabler/icons-react";

import type { FigureFormat } from "../chart/plotly";
import classes from "../../ui/controls/Actions.module.css";

const DRAWINGS: readonly { format: FigureFormat; label: string }[] = [
  { format: "png", label: "PNG" },
  { format: "svg", label: "SVG" },
  { format: "pdf", label: "PDF" },
  { format: "json", label: "Plotly JSON" },
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
      <Menu>
        <Menu.Target>
          <UnstyledButton className={classes["action"]}>
            <IconDownload size={15} stroke={1.75} aria-hidden />
            <span>Download</span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {onSave &&
            DRAWINGS.map(({ format, label }) => (
              <Menu.Item key={format} onClick={() => onSave(format)}>
                {label}
              </Menu.Item>
            ))}
          <Menu.Item component="a" href={csvHref} download>
            CSV
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
