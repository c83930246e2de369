import { Alert, Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

import { errorMessage } from "../../api/problem";

interface ErrorAlertProps {
  error: unknown;
  onRetry?: () => void;
}

/** An error in words, with a way to try again where there is one. */
export function ErrorAlert({ error, onRetry }: ErrorAlertProps) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} role="alert">
      {errorMessage(error)}
      {onRetry && (
        <div>
          <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        </div>
      )}
    </Alert>
  );
}
