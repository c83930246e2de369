import { Button, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useRef, useState } from "react";

import { copyText } from "./clipboard";
import classes from "./CopyField.module.css";

/** A text to take along, with a button that copies it. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  return (
    <div className={classes["line"]}>
      <TextInput
        ref={field}
        className={classes["field"]}
        label={label}
        readOnly
        value={value}
        error={copied === false && "The browser blocked copying; copy the selected text yourself."}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        leftSection={copied === true ? <IconCheck size={17} aria-hidden /> : <IconCopy size={17} aria-hidden />}
        onClick={() => void copyText(value, field.current).then(setCopied)}
      >
        <span aria-live="polite">{copied === true ? "Copied" : "Copy"}</span>
      </Button>
    </div>
  );
}
