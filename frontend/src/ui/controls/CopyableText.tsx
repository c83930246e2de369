import { Button } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useId, useRef, useState } from "react";

import { copyText } from "./clipboard";
import classes from "./CopyableText.module.css";

const MOST_ROWS = 14;

interface CopyableTextProps {
  label: string;
  text: string;
  /** Program text: one width for all letters, no line broken. */
  code?: boolean;
}

/** Text to take along: shown whole, copied by a button or by hand. */
export function CopyableText({ label, text, code = false }: CopyableTextProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  const id = useId();
  return (
    <div className={classes["block"]}>
      <div className={classes["head"]}>
        <label htmlFor={id} className={classes["label"]}>
          {label}
        </label>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={copied === true ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
          aria-label={`Copy: ${label}`}
          onClick={() => void copyText(text, field.current).then(setCopied)}
        >
          {copied === true ? "Copied" : "Copy"}
        </Button>
      </div>
      <textarea
        ref={field}
        id={id}
        className={classes["text"]}
        data-code={code || undefined}
        readOnly
        spellCheck={false}
        rows={Math.min(MOST_ROWS, text.split("\n").length + (code ? 0 : MOST_ROWS))}
        wrap={code ? "off" : "soft"}
        value={text}
      />
      <div role="status" className={classes["said"]}>
        {copied === true && `${label} copied.`}
        {copied === false && "The browser blocked copying; copy the selected text yourself."}
      </div>
    </div>
  );
}
