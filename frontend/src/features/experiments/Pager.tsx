import { Button } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";

import type { ExperimentPage } from "../../api/types";
import { rangeText } from "./listView";
import classes from "./Pager.module.css";

interface PagerProps {
  page: ExperimentPage;
  onCursor: (cursor: string) => void;
}

/** Where the page lies in the list, and the way to its neighbours. */
export function Pager({ page, onCursor }: PagerProps) {
  const { next_cursor: next, previous_cursor: previous, items, offset, total } = page;
  return (
    <nav className={classes["pager"]} aria-label="Pages of the list">
      <span className={classes["range"]} aria-live="polite">
        {rangeText(offset, items.length, total)}
      </span>
      {(next !== null || previous !== null) && (
        <div className={classes["steps"]}>
          <Button
            variant="default"
            size="xs"
            disabled={previous === null}
            leftSection={<IconChevronLeft size={15} aria-hidden />}
            onClick={() => previous !== null && onCursor(previous)}
          >
            Previous
          </Button>
          <Button
            variant="default"
            size="xs"
            disabled={next === null}
            rightSection={<IconChevronRight size={15} aria-hidden />}
            onClick={() => next !== null && onCursor(next)}
          >
            Next
          </Button>
        </div>
      )}
    </nav>
  );
}
