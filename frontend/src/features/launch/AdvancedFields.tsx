import { Collapse, NativeSelect, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown } from "@tabler/icons-react";
import { useId } from "react";

import { formatInteger } from "../../lib/format";
import { hasMessage, type NumberField } from "./specForm";
import { Card } from "../../ui/Card";
import advanced from "./AdvancedFields.module.css";
import classes from "./ExperimentForm.module.css";
import type { FormPartProps } from "./fieldProps";
import { IntegerField } from "./IntegerField";

const FIELDS: readonly NumberField[] = ["image_size", "track_every", "track_global_every", "probe_size"];

/** Settings that most experiments leave alone. */
export function AdvancedFields(part: FormPartProps) {
  const { form, catalog, messages, onChange } = part;
  const [opened, { toggle }] = useDisclosure();
  const panel = useId();
  const dataset = catalog.datasets.find((item) => item.id === form.dataset);
  const architecture = catalog.architectures.find((item) => item.id === form.architecture);
  const shown = opened || [...FIELDS, "augment"].some((field) => hasMessage(messages, field));
  return (
    <Card
      title="Advanced"
      actions={
        <UnstyledButton
          className={advanced["toggle"]}
          aria-expanded={shown}
          aria-controls={panel}
          aria-label={`${shown ? "Hide" : "Show"} advanced settings`}
          onClick={toggle}
        >
          <IconChevronDown size={16} aria-hidden data-open={shown || undefined} />
          {shown ? "Hide" : "Show"}
        </UnstyledButton>
      }
    >
      {!shown && (
        <p className={advanced["summary"]}>
          {form.numbers.image_size} × {form.numbers.image_size} pixels, measured every {form.numbers.track_every} steps,
          compared on {form.numbers.probe_size} images.
        </p>
      )}
      <Collapse id={panel} expanded={shown}>
        <div className={classes["grid"]}>
          <IntegerField
            {...part}
            field="image_size"
            label="Image size"
            description={`Side of the network’s input in pixels, at least ${architecture?.minimum_image_size ?? 1}.`}
          />
          <NativeSelect
            label="Augmentation"
            description="Random crops and horizontal flips."
            inputWrapperOrder={["label", "input", "description", "error"]}
            data={[
              { value: "default", label: `Default (${dataset?.augment_default ? "on" : "off"})` },
              { value: "on", label: "On" },
              { value: "off", label: "Off" },
            ]}
            value={form.augment === null ? "default" : form.augment ? "on" : "off"}
            onChange={({ currentTarget: { value } }) =>
              onChange({ augment: value === "default" ? null : value === "on" })
            }
            error={messages["augment"]}
          />
          <IntegerField
            {...part}
            field="track_every"
            label="Measure every"
            description="Training steps between measurements of angles and signs."
          />
          <IntegerField
            {...part}
            field="track_global_every"
            label="Compare with BP every"
            description="Training steps between comparisons with true backpropagation; 0 for none."
          />
          <IntegerField
            {...part}
            field="probe_size"
            label="Probe size"
            description={`Number of test images on which representations are compared, at most ${formatInteger(catalog.limits.probe_size)}.`}
          />
        </div>
      </Collapse>
    </Card>
  );
}
