import { ActionIcon, NativeSelect } from "@mantine/core";
import { IconSortAscending, IconSortDescending } from "@tabler/icons-react";

import { useTags } from "../../api/queries";
import type { Catalog, ExperimentPage } from "../../api/types";
import { formatInteger } from "../../lib/format";
import { orderText, STATES, type ListView } from "./listView";
import classes from "./ListControls.module.css";
import { SearchField } from "./SearchField";

const STATE_NAMES = {
  active: "In progress",
  completed: "Completed",
  failed: "With failures",
  cancelled: "Cancelled",
} as const;

interface ListControlsProps {
  view: ListView;
  catalog: Catalog | undefined;
  states: ExperimentPage["states"] | undefined;
  onChange: (changes: Partial<ListView>, replace?: boolean) => void;
}

/** What is listed and in what order. */
export function ListControls({ view, catalog, states, onChange }: ListControlsProps) {
  const { data: tags = [] } = useTags();
  const all = states && STATES.reduce((sum, state) => sum + states[state], 0);
  const order = orderText(view);
  const tagNames = tags.map(({ tag }) => tag);
  return (
    <div className={classes["controls"]}>
      <div className={classes["fields"]}>
        <div className={classes["search"]}>
          <SearchField value={view.q} onSearch={(q) => onChange({ q }, true)} />
        </div>
        <NativeSelect
          aria-label="Data set"
          data={[
            { value: "", label: "Any data set" },
            ...(catalog?.datasets.map(({ id, name }) => ({ value: id, label: name })) ?? []),
          ]}
          value={view.dataset ?? ""}
          onChange={({ currentTarget: { value } }) => onChange({ dataset: value || null })}
        />
        {(tags.length > 0 || view.tag !== null) && (
          <NativeSelect
            aria-label="Tag"
            data={[
              { value: "", label: "Any tag" },
              ...(view.tag !== null && !tagNames.includes(view.tag) ? [view.tag] : []),
              ...tags.map(({ tag, experiments }) => ({ value: tag, label: `${tag} (${experiments})` })),
            ]}
            value={view.tag ?? ""}
            onChange={({ currentTarget: { value } }) => onChange({ tag: value || null })}
          />
        )}
        <NativeSelect
          aria-label="Archive"
          data={[
            { value: "hide", label: "Hide archived" },
            { value: "only", label: "Archived only" },
            { value: "include", label: "Include archived" },
          ]}
          value={view.archived}
          onChange={({ currentTarget: { value } }) => onChange({ archived: value as ListView["archived"] })}
        />
        <div className={classes["order"]}>
          <NativeSelect
            aria-label="Sort by"
            data={[
              { value: "newest", label: "By date" },
              { value: "name", label: "By name" },
              { value: "progress", label: "By progress" },
              { value: "accuracy", label: "By test accuracy" },
            ]}
            value={view.sort}
            onChange={({ currentTarget: { value } }) => onChange({ sort: value as ListView["sort"], reverse: false })}
          />
          <ActionIcon
            variant="default"
            size={36}
            title={order}
            aria-label={`${order}; reverse the order`}
            onClick={() => onChange({ reverse: !view.reverse })}
          >
            {view.reverse ? <IconSortAscending size={18} aria-hidden /> : <IconSortDescending size={18} aria-hidden />}
          </ActionIcon>
        </div>
      </div>
      <div className={classes["states"]} role="group" aria-label="State">
        {[null, ...STATES].map((state) => (
          <button
            key={state ?? "all"}
            type="button"
            className={classes["state"]}
            aria-pressed={view.state === state}
            data-state={state ?? "all"}
            onClick={() => onChange({ state })}
          >
            {state === null ? "All" : STATE_NAMES[state]}
            <span className={classes["count"]}>
              {states === undefined ? "…" : formatInteger((state === null ? all : states[state]) ?? 0)}
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}
