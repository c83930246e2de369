import { Anchor, Text } from "@mantine/core";

import type { NewShare } from "../../api/types";
import { arrangementOnly } from "../compare/arrangement";
import { embedCode } from "./links";
import { currentParams } from "../../lib/address";
import { CopyField } from "../../ui/controls/CopyField";

/** A link just made: the only time that it is shown. */
export function NewLink({ share, onAnother }: { share: NewShare; onAnother: () => void }) {
  const address = new URL(share.path, window.location.origin);
  // The panels on the page are a part of the view, and so of the link.
  address.search = arrangementOnly(currentParams()).toString();
  return (
    <div role="status">
      <CopyField label="Link" value={address.href} />
      {share.embeddable && <CopyField label="HTML for another website" value={embedCode(address.href)} />}
      <Text size="xs" c="dimmed">
        Copy it now: the service does not store it and cannot show it again.{" "}
        {share.has_passphrase && "Send the passphrase separately. "}
        To keep it even without this service, save{" "}
        <Anchor href={`/api/shares/${share.id}/report.html`} download inherit underline="always">
          everything as one HTML file
        </Anchor>
        .{" "}
        <Anchor component="button" type="button" inherit underline="always" onClick={onAnother}>
          Create another
        </Anchor>
      </Text>
    </div>
  );
}
