import { TextInput } from "@mantine/core";

import type { NumberField } from "./specForm";
import type { FormPartProps } from "./fieldProps";

interface IntegerFieldProps extends Pick<FormPartProps, "form" | "messages" | "onChange"> {
  field: NumberField;
  label: string;
  description: string;
}

export function IntegerField({ form, messages, onChange, field, label, description }: IntegerFieldProps) {
  return (
    <TextInput
      label={label}
      description={description}
      value={form.numbers[field]}
      onChange={(event) => onChange({ numbers: { ...form.numbers, [field]: event.currentTarget.value } })}
      inputMode="numeric"
      autoComplete="off"
      inputWrapperOrder={["label", "input", "description", "error"]}
      error={messages[field]}
    />
  );
}
