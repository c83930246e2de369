import { UnstyledButton } from "@mantine/core";
import { IconTag, IconX } from "@tabler/icons-react";
import { useId, useState } from "react";

import { useTags } from "../../api/queries";
import { OwnerOnly } from "../../api/session";
import { focusWhenShown } from "../../ui/hooks/focus";
import { addTags } from "./tags";
import classes from "./Labels.module.css";

interface TagsEditorProps {
  tags: readonly string[];
  saving: boolean;
  /** Settles once they are stored. */
  onChange: (tags: string[]) => Promise<unknown>;
}

/** Tags as chips: each can go, and more can be typed. */
export function TagsEditor({ tags, saving, onChange }: TagsEditorProps) {
  const { data: known = [] } = useTags();
  const [typed, setTyped] = useState<string | null>(null);
  const options = useId();
  const store = () => {
    const next = addTags(tags, typed ?? "");
    if (next.length === tags.length) {
      setTyped(null);
    } else {
      // What was typed stays where it cannot be stored; the reason shows below.
      void onChange(next).then(
        () => setTyped(null),
        () => undefined,
      );
    }
  };
  return (
    <>
      {tags.length > 0 && (
        <ul className={classes["tags"]} aria-label="Tags">
          {tags.map((tag) => (
            <li key={tag} className={classes["tag"]}>
              {tag}
              <OwnerOnly>
                <UnstyledButton
                  className={classes["remove"]}
                  aria-label={`Remove the tag ${tag}`}
                  disabled={saving}
                  onClick={() => void onChange(tags.filter((other) => other !== tag)).catch(() => undefined)}
                >
                  <IconX size={12} aria-hidden />
                </UnstyledButton>
              </OwnerOnly>
            </li>
          ))}
        </ul>
      )}
      {typed === null ? (
        <OwnerOnly>
          <UnstyledButton className={classes["add"]} onClick={() => setTyped("")}>
            <IconTag size={15} aria-hidden />
            {tags.length > 0 ? "Add a tag" : "Add tags"}
          </UnstyledButton>
        </OwnerOnly>
      ) : (
        <form
          className={classes["tagForm"]}
          onSubmit={(event) => {
            event.preventDefault();
            store();
          }}
        >
          <input
            className={classes["tagInput"]}
            aria-label="New tags, separated by commas"
            placeholder="Tags, separated by commas"
            list={options}
            ref={focusWhenShown}
            autoComplete="off"
            readOnly={saving}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Escape" && setTyped(null)}
            onBlur={store}
          />
          <datalist id={options}>
            {known
              .filter(({ tag }) => !tags.includes(tag))
              .map(({ tag }) => (
                <option key={tag}>{tag}</option>
              ))}
          </datalist>
        </form>
      )}
    </>
  );
}
