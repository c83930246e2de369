import { NativeSelect, TextInput } from "@mantine/core";

import { formatInteger, plural } from "../../lib/format";
import { Card } from "../../ui/Card";
import { DatasetField } from "./DatasetField";
import classes from "./ExperimentForm.module.css";
import type { FormPartProps } from "./fieldProps";
import { IntegerField } from "./IntegerField";

/** Name, data set, network, seeds, length of training. */
export function BasicFields({ datasetNote, ...part }: FormPartProps & { datasetNote: string | null }) {
  const { form, catalog, messages, onChange } = part;
  const architecture = catalog.architectures.find((item) => item.id === form.architecture);
  return (
    <Card title="What to train">
      <div className={classes["grid"]}>
        <TextInput
          className={classes["wide"]}
          label="Name"
          value={form.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
          error={messages["name"]}
        />
        <div className={classes["wide"]}>
          <DatasetField {...part} note={datasetNote} />
        </div>
        <NativeSelect
          className={classes["wide"]}
          label="Architecture"
          data={catalog.architectures.map(({ id, name }) => ({ value: id, label: name }))}
          value={form.architecture}
          onChange={(event) => onChange({ architecture: event.currentTarget.value })}
          description={architecture?.description}
          inputWrapperOrder={["label", "input", "description", "error"]}
          error={messages["architecture"]}
        />
        <TextInput
          label="Seeds"
          description={`For example 0-9 or 0, 3, 5-8. One run per rule and seed, at most ${plural(catalog.limits.runs, "run")}.`}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={form.seeds}
          onChange={(event) => onChange({ seeds: event.currentTarget.value })}
          error={messages["seeds"]}
        />
        <IntegerField
          {...part}
          field="epochs"
          label="Epochs"
          description={`1 to ${formatInteger(catalog.limits.epochs)}. The paper trains for 50.`}
        />
        <IntegerField
          {...part}
          field="batch_size"
          label="Batch size"
          description={`Images per step, at most ${formatInteger(catalog.limits.batch_size)}.`}
        />
        <NativeSelect
          className={classes["wide"]}
          label="Initial weights"
          description="Whether all rules of a seed start from the same weights. Batches are the same either way."
          inputWrapperOrder={["label", "input", "description", "error"]}
          data={[
            { value: "shared", label: "Shared by all rules of a seed" },
            { value: "independent", label: "Independent for each rule" },
          ]}
          value={form.initialisation}
          onChange={({ currentTarget: { value } }) =>
            onChange({ initialisation: value === "independent" ? "independent" : "shared" })
          }
          error={messages["initialisation"]}
        />
      </div>
    </Card>
  );
}
