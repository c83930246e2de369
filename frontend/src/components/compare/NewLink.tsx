import { Button, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useRef, useState } from "react";

import type { NewShare } from "../../api/types";
import { writeArrangement } from "../../lib/arrangement";
import { copyText } from "../../lib/clipboard";
import { useArrangement } from "../../lib/useArrangement";
import classes from "./ShareDialog.module.css";

/** A link just made: the only time that it is shown. */
export function NewLink({ share, onAnother }: { share: NewShare; onAnother: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  const [arrangement] = useArrangement();
  const address = new URL(share.path, window.location.origin);
  // The panels on the page are a part of the view, and so of the link.
  address.search = writeArrangement(arrangement, new URLSearchParams()).toString();
  return (
    <>
      <div className={classes["link"]}>
        <TextInput
          ref={field}
          className={classes["address"]}
          label="Link"
          readOnly
          value={address.href}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          leftSection={copied === true ? <IconCheck size={17} aria-hidden /> : <IconCopy size={17} aria-hidden />}
          onClick={() => void copyText(address.href, field.current).then(setCopied)}
        >
          Copy link
        </Button>
      </div>
      <Text size="xs" c="dimmed" aria-live="polite">
        {copied === true && "Copied. "}
        {copied === false && "The browser did not let this page copy: copy the marked text yourself. "}
        Keep it: it is shown only now.{" "}
        <button type="button" className={classes["another"]} onClick={onAnother}>
          Make another
        </button>
      </Text>
    </>
  );
}
