import { Alert, Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

import { plural } from "../../../lib/format";

interface MissingExperimentsProps {
  ids: readonly string[];
  onRemove: () => void;
}

/** Says that the address names experiments that are gone, and takes them out of it. */
export function MissingExperiments({ ids, onRemove }: MissingExperimentsProps) {
  if (ids.length === 0) {
    return null;
  }
  return (
    <Alert
      color="yellow"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title={`${plural(ids.length, "added experiment")} cannot be read`}
    >
      It may have been deleted. The rest is compared without it.
      <div>
        <Button mt="sm" size="xs" variant="default" onClick={onRemove}>
          Take it out of this address
        </Button>
      </div>
    </Alert>
  );
}
