import { useDebouncedValue, useHotkeys } from "@mantine/hooks";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";

import { useLaunch } from "../../api/mutations";
import { ApiError } from "../../api/problem";
import { useEstimate } from "../../api/queries";
import type { Catalog, ExperimentSpec, Preset } from "../../api/types";
import {
  fieldMessages,
  hasPlace,
  matchingPreset,
  readForm,
  toForm,
  type FieldMessages,
  type SpecForm,
} from "./specForm";
import { AdvancedFields } from "./AdvancedFields";
import { BasicFields } from "./BasicFields";
import classes from "./ExperimentForm.module.css";
import { LaunchPanel } from "./LaunchPanel";
import { RuleFields } from "./RuleFields";
import { SearchFields } from "./SearchFields";
import { StartFields } from "./StartFields";

const ESTIMATE_DELAY_MS = 300;

function serverMessages(error: unknown, spec: ExperimentSpec): FieldMessages {
  return error instanceof ApiError ? fieldMessages(error.errors, spec) : {};
}

interface ExperimentFormProps {
  catalog: Catalog;
  presets: readonly Preset[];
  initial: ExperimentSpec;
  /** Told which preset the form was filled in from, null for a file. */
  onSource: (preset: string | null) => void;
}

/** The form of a new experiment: what it holds, what it would cost, and its launch. */
export function ExperimentForm({ catalog, presets, initial, onSource }: ExperimentFormProps) {
  const [form, setForm] = useState(() => toForm(initial, catalog));
  // What the form held before a preset or a file replaced it.
  const [before, setBefore] = useState<{ form: SpecForm; by: string } | null>(null);
  const navigate = useNavigate();
  const launch = useLaunch();

  const { spec, messages: unreadable } = useMemo(() => readForm(form), [form]);
  const readable = Object.keys(unreadable).length === 0;
  const [settled] = useDebouncedValue(readable ? spec : null, ESTIMATE_DELAY_MS);
  const estimate = useEstimate(settled);
  const error = launch.error ?? estimate.error;
  const messages = { ...serverMessages(error, spec), ...unreadable };

  const marked = Object.keys(messages).filter((field) => hasPlace(field, form)).length;
  const preset = matchingPreset(form, presets, catalog);
  const note = settled?.dataset === form.dataset ? (estimate.data?.dataset_note ?? null) : null;

  const change = (changes: Partial<SpecForm>) => {
    launch.reset();
    setBefore(null);
    setForm((old) => ({ ...old, ...changes }));
  };

  const replace = (next: ExperimentSpec, by: string, from?: string) => {
    launch.reset();
    // A preset that is as it came need not be kept.
    setBefore(preset === null ? { form, by } : null);
    setForm(toForm(next, catalog));
    onSource(from ?? null);
  };

  const start = () => {
    if (readable && !launch.isPending) {
      launch.mutate(spec, { onSuccess: (experiment) => void navigate(`/experiments/${experiment.id}`) });
    }
  };
  useHotkeys([["mod+Enter", start]], []);

  const part = { form, catalog, messages, onChange: change };
  return (
    <form
      className={classes["layout"]}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <div className={classes["fields"]}>
        <StartFields
          presets={presets}
          chosen={preset}
          replacedBy={before?.by ?? null}
          spec={readable ? spec : null}
          onReplace={replace}
          onUndo={() => {
            if (before) {
              setForm(before.form);
              setBefore(null);
            }
          }}
        />
        <BasicFields {...part} datasetNote={note} />
        <RuleFields {...part} />
        <SearchFields {...part} />
        <AdvancedFields {...part} />
      </div>
      <LaunchPanel
        estimate={estimate.data}
        error={readable ? error : null}
        marked={marked}
        readable={readable}
        refused={estimate.error instanceof ApiError && estimate.error.status === 422}
        launching={launch.isPending}
      />
    </form>
  );
}
