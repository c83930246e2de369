import { Button, Menu, Modal } from "@mantine/core";
import { IconFileExport } from "@tabler/icons-react";
import { useState } from "react";

import type { Comparison } from "../../../api/types";
import { pythonSnippet } from "./snippet";
import { CopyableText } from "../../../ui/controls/CopyableText";
import { MethodsText } from "./MethodsText";

interface ExportMenuProps {
  comparison: Comparison;
  /** Of the link that the comparison is read through; what it froze is exported. */
  token?: string;
}

const FILES = [
  { name: "report.html", label: "One HTML file, works offline", ofLinks: false },
  { name: "numbers.zip", label: "All numbers (ZIP)", ofLinks: true },
  { name: "spec.yaml", label: "Settings (YAML)", ofLinks: true },
] as const;
const TITLES = { methods: "Methods of this comparison", snippet: "Load these arrays in Python" } as const;

/** Ways to take a whole comparison along: one file, its methods, its arrays. */
export function ExportMenu({ comparison, token }: ExportMenuProps) {
  const [opened, setOpened] = useState<keyof typeof TITLES | null>(null);
  const address =
    token === undefined
      ? `/api/comparisons/${encodeURIComponent(comparison.id)}`
      : `/api/shared/${encodeURIComponent(token)}`;
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button variant="default" leftSection={<IconFileExport size={17} aria-hidden />}>
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {FILES.filter(({ ofLinks }) => token !== undefined || !ofLinks).map(({ name, label }) => (
            <Menu.Item key={name} component="a" href={`${address}/${name}`} download>
              {label}
            </Menu.Item>
          ))}
          <Menu.Item onClick={() => setOpened("methods")}>Methods and BibTeX</Menu.Item>
          {token === undefined && <Menu.Item onClick={() => setOpened("snippet")}>Python snippet</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={opened !== null}
        onClose={() => setOpened(null)}
        size="xl"
        title={opened === null ? "" : TITLES[opened]}
      >
        {opened === "methods" && <MethodsText of={token === undefined ? { comparison: comparison.id } : { token }} />}
        {opened === "snippet" && (
          <CopyableText code label="Python snippet" text={pythonSnippet(window.location.origin, comparison.id)} />
        )}
      </Modal>
    </>
  );
}
