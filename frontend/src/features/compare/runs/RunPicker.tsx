import { Button, Modal, Skeleton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

import { useComparable } from "../../../api/queries";
import type { CandidateExperiment, Catalog } from "../../../api/types";
import type { CompareView } from "../compareView";
import { formatDate, plural } from "../../../lib/format";
import { ErrorAlert } from "../../../ui/feedback/ErrorAlert";
import { ExperimentRuns } from "./ExperimentRuns";
import classes from "./RunPicker.module.css";
import type { ChosenRuns } from "./useChosenRuns";

interface RunPickerProps {
  opened: boolean;
  onClose: () => void;
  view: CompareView;
  chosen: ChosenRuns;
  catalog: Catalog;
  onChange: (changes: Partial<CompareView>) => void;
}

const TYPING_MS = 200;

function Candidate({ candidate, onAdd }: { candidate: CandidateExperiment; onAdd: () => void }) {
  const { name, rules, seeds, completed, created_at: createdAt, reason } = candidate;
  const facts = [plural(rules.length, "rule"), plural(seeds.length, "seed"), `${completed} completed`];
  return (
    <li className={classes["candidate"]} data-fits={reason === null}>
      <div className={classes["text"]}>
        <span className={classes["name"]}>{name}</span>
        <span className={classes["facts"]}>{[...facts, formatDate(createdAt)].join(" · ")}</span>
        {reason !== null && <span className={classes["facts"]}>Cannot be added: {reason}</span>}
      </div>
      {reason === null && (
        <Button size="compact-sm" variant="default" aria-label={`Add ${name}`} onClick={onAdd}>
          Add
        </Button>
      )}
    </li>
  );
}

/** Chooses what is compared: single runs of this experiment, and of any others that saw the same probe. */
export function RunPicker({ opened, onClose, view, chosen, catalog, onChange }: RunPickerProps) {
  const [own] = chosen.groups;
  const [search, setSearch] = useState("");
  const [wanted] = useDebouncedValue(search.trim(), TYPING_MS);
  const { data, error, refetch } = useComparable(own?.experiment.id ?? "", wanted, opened);
  const added = new Set(view.added.map(({ experiment }) => experiment));
  const others = data?.filter(({ id }) => !added.has(id));

  const choose = (id: string, runs: string[] | null) =>
    onChange(
      id === own?.experiment.id
        ? { runs }
        : { added: view.added.map((one) => (one.experiment === id ? { experiment: id, runs } : one)) },
    );

  return (
    <Modal opened={opened} onClose={onClose} size="lg" title="Choose runs">
      <div className={classes["groups"]}>
        {chosen.groups.map(({ experiment, runs }, index) => (
          <ExperimentRuns
            key={experiment.id}
            experiment={experiment}
            chosen={runs}
            catalog={catalog}
            onChoose={(keys) => choose(experiment.id, keys)}
            {...(index > 0
              ? { onRemove: () => onChange({ added: view.added.filter((one) => one.experiment !== experiment.id) }) }
              : {})}
          />
        ))}
      </div>
      <h3 className={classes["heading"]}>Other experiments</h3>
      <p className={classes["hint"]}>
        Runs can be compared if they share data set, network, image size and probe. If two experiments use the same
        rule, the second one’s is marked with a letter, unless it only adds seeds.
      </p>
      <TextInput
        aria-label="Find an experiment by name"
        placeholder="Find an experiment by name"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {error !== null && <ErrorAlert error={error} onRetry={() => void refetch()} />}
      {others === undefined && error === null && <Skeleton height={96} mt="sm" radius="md" />}
      {others?.length === 0 && (
        <p className={classes["none"]}>
          {wanted === "" ? "No other experiments yet." : `No other experiment has a name containing “${wanted}”.`}
        </p>
      )}
      <ul className={classes["candidates"]} aria-label="Other experiments">
        {others?.map((candidate) => (
          <Candidate
            key={candidate.id}
            candidate={candidate}
            onAdd={() => onChange({ added: [...view.added, { experiment: candidate.id, runs: null }] })}
          />
        ))}
      </ul>
    </Modal>
  );
}
