import { Button, FileButton, List } from "@mantine/core";
import { IconArrowBackUp, IconDownload, IconFileImport } from "@tabler/icons-react";
import { useState } from "react";

import { useParseSpec, useWriteSpec } from "../../api/mutations";
import { ApiError, errorMessage } from "../../api/problem";
import type { ExperimentSpec, Preset } from "../../api/types";
import { saveBlob } from "../../api/download";
import { fileStem } from "../../lib/format";
import { Card } from "../../ui/Card";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import classes from "./StartFields.module.css";

// As many characters as the service reads; a larger file is none of an experiment.
const MOST_BYTES = 200_000;

interface StartFieldsProps {
  presets: readonly Preset[];
  /** The preset that the form holds unchanged. */
  chosen: string | null;
  /** What the form was replaced by, while that can be undone. */
  replacedBy: string | null;
  /** What the form holds, null while it cannot be read. */
  spec: ExperimentSpec | null;
  onReplace: (spec: ExperimentSpec, by: string, preset?: string) => void;
  onUndo: () => void;
}

function problems(error: unknown): string[] {
  return error instanceof ApiError && error.errors.length > 0
    ? error.errors.map(({ message }) => message)
    : [errorMessage(error)];
}

/** Where the form's values come from: a preset, or a file; and the way to save them as one. */
export function StartFields({ presets, chosen, replacedBy, spec, onReplace, onUndo }: StartFieldsProps) {
  const parse = useParseSpec();
  const write = useWriteSpec();
  const [file, setFile] = useState("");
  const [over, setOver] = useState(false);

  const open = async (chosenFile: File | null | undefined) => {
    if (!chosenFile) {
      return;
    }
    setFile(chosenFile.name);
    const text = chosenFile.size > MOST_BYTES ? "x".repeat(MOST_BYTES) : await chosenFile.text();
    parse.mutate(text, { onSuccess: (read) => onReplace(read, chosenFile.name) });
  };
  const save = () => {
    if (spec !== null) {
      write.mutate(spec, {
        onSuccess: (text) =>
          saveBlob(new Blob([text], { type: "application/yaml" }), `${fileStem(spec.name || "experiment")}.yaml`),
      });
    }
  };

  return (
    <div
      className={classes["drop"]}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void open(event.dataTransfer.files[0]);
      }}
    >
      <Card title="Start from">
        <div className={classes["presets"]}>
          {presets.map((preset) => (
            <button
              key={preset.id}
              type="button"
              className={classes["preset"]}
              aria-pressed={preset.id === chosen}
              onClick={() => onReplace(preset.spec, preset.name, preset.id)}
            >
              <span className={classes["name"]}>{preset.name}</span>
              <span className={classes["about"]}>{preset.description}</span>
            </button>
          ))}
        </div>
        <div className={classes["file"]}>
          <FileButton accept=".yaml,.yml,application/yaml" onChange={(picked) => void open(picked)}>
            {(props) => (
              <Button
                {...props}
                size="xs"
                variant="default"
                loading={parse.isPending}
                leftSection={<IconFileImport size={15} aria-hidden />}
              >
                Open a YAML file
              </Button>
            )}
          </FileButton>
          <Button
            size="xs"
            variant="default"
            disabled={spec === null}
            loading={write.isPending}
            onClick={save}
            leftSection={<IconDownload size={15} aria-hidden />}
          >
            Save as YAML
          </Button>
          <span className={classes["hint"]}>
            or drop a file here; <code>atlas launch</code> reads the same format
          </span>
        </div>
        {replacedBy !== null && (
          <div className={classes["replaced"]} role="status">
            The form was filled in from “{replacedBy}”.
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconArrowBackUp size={15} aria-hidden />}
              onClick={onUndo}
            >
              Undo
            </Button>
          </div>
        )}
        {parse.error && (
          <div className={classes["problems"]} role="alert">
            {file} could not be read; the form is unchanged.
            <List size="sm">
              {problems(parse.error).map((problem) => (
                <List.Item key={problem}>{problem}</List.Item>
              ))}
            </List>
          </div>
        )}
        {write.error && <ErrorAlert error={write.error} />}
      </Card>
    </div>
  );
}
