import { Alert, Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

interface FailedComparisonProps {
  reason: string | null;
  onRetry: () => void;
}

/** Why a comparison could not be computed. */
export function FailedComparison({ reason, onRetry }: FailedComparisonProps) {
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title="This comparison could not be computed"
    >
      <div style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{reason ?? "The worker gave no reason."}</div>
      <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
        Try again
      </Button>
    </Alert>
  );
}
