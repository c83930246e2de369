import { Button, Modal } from "@mantine/core";
import { IconFileExport } from "@tabler/icons-react";
import { useState } from "react";

import type { Comparison } from "../../../api/types";
import { pythonSnippet } from "./snippet";
import { ActionMenu, MenuItem } from "../../../ui/controls/ActionMenu";
import { CopyableText } from "../../../ui/controls/CopyableText";
import { MethodsText } from "./MethodsText";

interface ExportMenuProps {
  comparison: Comparison;
  /** Of the link that the comparison is read through; what it froze is exported. */
  token?: string;
}

const TITLES = { methods: "Methods of this comparison", snippet: "The same arrays in Python" } as const;

/** Ways to take a whole comparison along: one file, its methods, its arrays. */
export function ExportMenu({ comparison, token }: ExportMenuProps) {
  const [opened, setOpened] = useState<keyof typeof TITLES | null>(null);
  const address =
    token === undefined
      ? `/api/comparisons/${encodeURIComponent(comparison.id)}`
      : `/api/shared/${encodeURIComponent(token)}`;
  return (
    <>
      <ActionMenu
        button={
          <Button variant="default" leftSection={<IconFileExport size={17} aria-hidden />}>
            Export
          </Button>
        }
      >
        <MenuItem href={`${address}/report.html`}>One HTML file, opens offline</MenuItem>
        {token !== undefined && (
          <>
            <MenuItem href={`${address}/numbers.zip`}>All numbers (ZIP)</MenuItem>
            <MenuItem href={`${address}/spec.yaml`}>Settings (YAML)</MenuItem>
          </>
        )}
        <MenuItem onClick={() => setOpened("methods")}>Methods and BibTeX</MenuItem>
        {token === undefined && <MenuItem onClick={() => setOpened("snippet")}>Python snippet</MenuItem>}
      </ActionMenu>
      <Modal
        opened={opened !== null}
        onClose={() => setOpened(null)}
        size="xl"
        title={opened === null ? "" : TITLES[opened]}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {opened === "methods" && <MethodsText of={token === undefined ? { comparison: comparison.id } : { token }} />}
        {opened === "snippet" && (
          <CopyableText code label="Python snippet" text={pythonSnippet(window.location.origin, comparison.id)} />
        )}
      </Modal>
    </>
  );
}
