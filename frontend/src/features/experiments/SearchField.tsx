import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 250;

interface SearchFieldProps {
  value: string;
  onSearch: (text: string) => void;
}

/** A text that is searched for once the reader pauses. */
export function SearchField({ value, onSearch }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const asked = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  // The address changes by other ways too: the back button, a cleared filter.
  useEffect(() => {
    if (value !== asked.current) {
      clearTimeout(timer.current);
      asked.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const search = (next: string, pause: number) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      asked.current = next;
      onSearch(next);
    }, pause);
  };
  return (
    <TextInput
      type="search"
      aria-label="Search experiments"
      placeholder="Search names, tags, notes, rules, data sets"
      maxLength={200}
      autoComplete="off"
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        text !== "" && <CloseButton size="sm" aria-label="Clear the search" onClick={() => search("", 0)} />
      }
      value={text}
      onChange={(event) => search(event.currentTarget.value, PAUSE_MS)}
    />
  );
}
