import { Button } from "@mantine/core";
import { Link } from "react-router";

import { useExperiments } from "../../api/queries";
import { OwnerOnly } from "../../api/session";
import { plural } from "../../lib/format";
import { ALL, listQuery, type ListView } from "./listView";
import classes from "./EmptyList.module.css";

const STEPS = [
  ["Choose", "the learning rules to compare, on a built-in data set."],
  ["Watch", "each network train: loss, accuracy, and the angle between its errors and backpropagation’s."],
  ["Compare", "the representations of each layer, and share the result as a link."],
] as const;

/** Before the first experiment: what one is, and the quickest way to one. */
export function NoExperiments({ archived, onArchived }: { archived: ListView["archived"]; onArchived: () => void }) {
  const { data: archivedOnes } = useExperiments(listQuery({ ...ALL, archived: "only" }));
  if (archived === "only") {
    return (
      <div className={classes["empty"]}>
        <p>No archived experiments. Archiving hides an experiment from this list and keeps all its data.</p>
      </div>
    );
  }
  return (
    <div className={classes["empty"]}>
      <img src="/favicon.svg" alt="" width={56} height={56} />
      <p>
        An experiment trains the same network with several learning rules and shows whether they arrive at the same
        representation.
      </p>
      <ol className={classes["steps"]}>
        {STEPS.map(([step, rest]) => (
          <li key={step}>
            <strong>{step}</strong> {rest}
          </li>
        ))}
      </ol>
      <OwnerOnly>
        <div className={classes["actions"]}>
          <Button component={Link} to="/new?preset=digits" size="md">
            Quick look: digits
          </Button>
          <Button component={Link} to="/new" size="md" variant="default">
            New experiment
          </Button>
        </div>
      </OwnerOnly>
      {archivedOnes !== undefined && archivedOnes.total > 0 && (
        <button type="button" className={classes["link"]} onClick={onArchived}>
          Show {plural(archivedOnes.total, "archived experiment")}
        </button>
      )}
    </div>
  );
}

/** A search without a result. */
export function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <div className={classes["empty"]}>
      <p>No experiments match these filters.</p>
      <Button variant="default" onClick={onClear}>
        Clear search and filters
      </Button>
    </div>
  );
}
