import { useState } from "react";

import { errorMessage } from "../../../api/problem";
import { useFailure } from "../../../api/queries";
import type { Run } from "../../../api/types";
import { Traceback } from "./Traceback";

/** Where in the program a run failed, folded away until it is asked for. */
export function FailureDetails({ run }: { run: Run }) {
  const [opened, setOpened] = useState(false);
  const { data, error } = useFailure(run.id, run.attempt, opened);
  return (
    <Traceback onToggle={setOpened}>
      {error !== null
        ? errorMessage(error)
        : data === undefined
          ? "Reading…"
          : (data.traceback ?? "The process ended without a traceback.")}
    </Traceback>
  );
}
