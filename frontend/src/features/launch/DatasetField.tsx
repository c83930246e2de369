import { Code, Input, Radio, TextInput } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";

import type { Dataset } from "../../api/types";
import { formatInteger } from "../../lib/format";
import classes from "./DatasetField.module.css";
import type { FormPartProps } from "./fieldProps";

function sizes(dataset: Dataset): string {
  if (dataset.train_images === null || dataset.test_images === null) {
    return "";
  }
  const split = [dataset.train_images, dataset.val_images ?? 0, dataset.test_images].map(formatInteger).join(" / ");
  return `${split} images for training, validation, test`;
}

/** The data set, and the folder where it is one of the reader's own. */
export function DatasetField({ form, catalog, messages, onChange, note }: FormPartProps & { note: string | null }) {
  const chosen = catalog.datasets.find((item) => item.id === form.dataset);
  return (
    <>
      <Radio.Group
        label="Data set"
        value={form.dataset}
        onChange={(dataset) => onChange({ dataset })}
        error={messages["dataset"]}
      >
        <div className={classes["cards"]}>
          {catalog.datasets.map((dataset) => (
            <Radio.Card key={dataset.id} value={dataset.id} className={classes["card"] ?? ""} aria-label={dataset.name}>
              <Radio.Indicator size="xs" />
              <span className={classes["text"]}>
                <span className={classes["name"]}>{dataset.name}</span>
                <span className={classes["about"]}>{dataset.description}</span>
                <span className={classes["about"]}>{sizes(dataset)}</span>
              </span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      {note !== null && (
        <p className={classes["note"]} role="status">
          <IconInfoCircle size={16} stroke={1.75} aria-hidden />
          {note}
        </p>
      )}
      {chosen?.needs_folder === true && (
        <div className={classes["folder"]}>
          <TextInput
            label="Folder"
            placeholder={catalog.folder_roots[0] ? `${catalog.folder_roots[0]}/my-images` : "/path/to/images"}
            value={form.folder}
            onChange={(event) => onChange({ folder: event.currentTarget.value })}
            error={messages["folder"]}
          />
          <Input.Description mt={6}>
            {catalog.folder_roots.length > 0 ? (
              <>
                It must be on the machine that runs the service, inside{" "}
                {catalog.folder_roots.map((root, place) => (
                  <span key={root}>
                    {place > 0 && " or "}
                    <Code>{root}</Code>
                  </span>
                ))}
                .
              </>
            ) : (
              <>
                No folders are allowed yet. To allow one, start the service with{" "}
                <Code>ATLAS_FOLDER_ROOTS=/path/to/images</Code>.
              </>
            )}
          </Input.Description>
        </div>
      )}
    </>
  );
}
