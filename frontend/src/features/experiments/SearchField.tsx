import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
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
  const search = useDebouncedCallback((next: string) => {
    asked.current = next;
    onSearch(next);
  }, PAUSE_MS);

  // The address changes by other ways too: the back button, a cleared filter.
  useEffect(() => {
    if (value !== asked.current) {
      search.cancel();
      asked.current = value;
      setText(value);
    }
  }, [value, search]);

  const change = (next: string) => {
    setText(next);
    search(next);
  };
  const clear = () => {
    change("");
    search.flush();
  };
  return (
    <TextInput
      type="search"
      aria-label="Search experiments"
      placeholder="Search names, tags, notes, rules, data sets"
      maxLength={200}
      autoComplete="off"
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={text !== "" && <CloseButton size="sm" aria-label="Clear the search" onClick={clear} />}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
