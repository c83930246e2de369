import { Button, Checkbox, TextInput } from "@mantine/core";

import { withPaperGrids, type SearchForm } from "./searchForm";
import { Card } from "../../ui/Card";
import type { FormPartProps } from "./fieldProps";
import classes from "./SearchFields.module.css";
import { SearchGrid } from "./SearchGrid";

/** Whether hyperparameters are searched before the runs, for how long, and over which values. */
export function SearchFields({ form, catalog, messages, onChange }: FormPartProps) {
  const { search } = form;
  const chosen = form.rules.filter((rule) => rule.enabled);
  const change = (changes: Partial<SearchForm>) => onChange({ search: { ...search, ...changes } });
  return (
    <Card
      title="Hyperparameter search"
      caption="Every combination of values trains for a few epochs with the first seed. The runs then use the combination with the best validation accuracy."
      actions={
        <Checkbox
          className={classes["toggle"]}
          checked={search.enabled}
          onChange={(event) => change({ enabled: event.currentTarget.checked })}
          label="Search before training"
          labelPosition="left"
        />
      }
    >
      {search.enabled && (
        <>
          <div className={classes["settings"]}>
            <TextInput
              className={classes["epochs"]}
              label="Epochs per trial"
              description={`1 to ${form.numbers.epochs}, the number of epochs of a run.`}
              inputWrapperOrder={["label", "input", "description", "error"]}
              value={search.epochs}
              onChange={(event) => change({ epochs: event.currentTarget.value })}
              inputMode="numeric"
              autoComplete="off"
              error={messages["search.epochs"]}
            />
            <Button
              variant="default"
              onClick={() =>
                onChange({
                  search: withPaperGrids(
                    search,
                    chosen.map(({ rule }) => rule),
                    catalog,
                  ),
                })
              }
            >
              Use the paper&apos;s grid
            </Button>
          </div>
          <p className={classes["hint"]}>Separate values with commas. Empty fields are not searched.</p>
          {messages["search.grids"] !== undefined && (
            <p className={classes["problem"]} role="alert">
              {messages["search.grids"]}
            </p>
          )}
          <div className={classes["rules"]}>
            {chosen.map((value) => {
              const rule = catalog.rules.find(({ id }) => id === value.rule);
              return (
                rule && (
                  <SearchGrid
                    key={rule.id}
                    rule={rule}
                    fixed={value.values}
                    values={search.grids[rule.id] ?? {}}
                    messages={messages}
                    onChange={(grid) => change({ grids: { ...search.grids, [rule.id]: grid } })}
                  />
                )
              );
            })}
          </div>
        </>
      )}
    </Card>
  );
}
