import { Anchor, Text } from "@mantine/core";

import type { NewShare } from "../../api/types";
import { writeArrangement } from "../compare/arrangement";
import { embedCode } from "./links";
import { useArrangement } from "../compare/useArrangement";
import { CopyField } from "../../ui/controls/CopyField";
import classes from "./Links.module.css";

/** A link just made: the only time that it is shown. */
export function NewLink({ share, onAnother }: { share: NewShare; onAnother: () => void }) {
  const [arrangement] = useArrangement();
  const address = new URL(share.path, window.location.origin);
  // The panels on the page are a part of the view, and so of the link.
  address.search = writeArrangement(arrangement, new URLSearchParams()).toString();
  return (
    <div role="status">
      <CopyField label="Link" value={address.href} />
      {share.embeddable && <CopyField label="HTML for another website" value={embedCode(address.href)} />}
      <Text size="xs" c="dimmed">
        Copy it now: the service keeps no copy of it, so it is shown only this once.{" "}
        {share.has_passphrase && "Send the passphrase another way. "}
        For when this service is gone, save{" "}
        <Anchor href={`/api/shares/${share.id}/report.html`} download inherit underline="always">
          all of it as one HTML file
        </Anchor>
        .{" "}
        <button type="button" className={classes["another"]} onClick={onAnother}>
          Make another
        </button>
      </Text>
    </div>
  );
}
