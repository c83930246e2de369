import { useDebouncedValue, useHotkeys } from "@mantine/hooks";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";

import { useLaunch } from "../../api/mutations";
import { ApiError } from "../../api/problem";
import { useEstimate } from "../../api/queries";
import type { Catalog, ExperimentSpec } from "../../api/types";
import { fieldMessages, hasPlace, readForm, toForm, type FieldMessages, type SpecForm } from "../../lib/specForm";
import { AdvancedFields } from "./AdvancedFields";
import { BasicFields } from "./BasicFields";
import classes from "./ExperimentForm.module.css";
import { LaunchPanel } from "./LaunchPanel";
import { RuleFields } from "./RuleFields";
import { SearchFields } from "./SearchFields";

const ESTIMATE_DELAY_MS = 300;

function serverMessages(error: unknown, spec: ExperimentSpec): FieldMessages {
  return error instanceof ApiError ? fieldMessages(error.errors, spec) : {};
}

/** The form of a new experiment: what it holds, what it would cost, and its launch. */
export function ExperimentForm({ catalog, initial }: { catalog: Catalog; initial: ExperimentSpec }) {
  const [form, setForm] = useState(() => toForm(initial, catalog));
  const navigate = useNavigate();
  const launch = useLaunch();

  const { spec, messages: unreadable } = useMemo(() => readForm(form), [form]);
  const readable = Object.keys(unreadable).length === 0;
  const [settled] = useDebouncedValue(readable ? spec : null, ESTIMATE_DELAY_MS);
  const estimate = useEstimate(settled);
  const error = launch.error ?? estimate.error;
  const messages = { ...serverMessages(error, spec), ...unreadable };

  const marked = Object.keys(messages).filter((field) => hasPlace(field, form)).length;

  const change = (changes: Partial<SpecForm>) => {
    launch.reset();
    setForm((old) => ({ ...old, ...changes }));
  };

  const start = () => {
    if (readable && !launch.isPending) {
      launch.mutate(spec, { onSuccess: (experiment) => void navigate(`/experiments/${experiment.id}`) });
    }
  };
  useHotkeys([["mod+Enter", start]], []);

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
        <BasicFields form={form} catalog={catalog} messages={messages} onChange={change} />
        <RuleFields form={form} catalog={catalog} messages={messages} onChange={change} />
        <SearchFields form={form} catalog={catalog} messages={messages} onChange={change} />
        <AdvancedFields form={form} catalog={catalog} messages={messages} onChange={change} />
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
