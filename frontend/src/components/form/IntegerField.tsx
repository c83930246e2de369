import { NumberInput } from "@mantine/core";

import type { NumberField } from "../../lib/specForm";
import type { FormPartProps } from "./fieldProps";

interface IntegerFieldProps extends Pick<FormPartProps, "form" | "messages" | "onChange"> {
  field: NumberField;
  label: string;
  description: string;
  step?: number;
}

export function IntegerField({ form, messages, onChange, field, label, description, step = 1 }: IntegerFieldProps) {
  return (
    <NumberInput
      label={label}
      description={description}
      value={form.numbers[field]}
      onChange={(value) => onChange({ numbers: { ...form.numbers, [field]: String(value) } })}
      step={step}
      allowDecimal={false}
      inputWrapperOrder={["label", "input", "description", "error"]}
      error={messages[field]}
    />
  );
}
