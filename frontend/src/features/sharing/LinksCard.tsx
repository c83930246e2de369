import { Button, Skeleton } from "@mantine/core";
import { Link } from "react-router";

import { useAllShares } from "../../api/queries";
import { Card } from "../../ui/Card";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { LinkItem } from "./LinkItem";
import classes from "./Links.module.css";

/** Every link there is, those to experiments that were deleted too. */
export function LinksCard() {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useAllShares();
  const shares = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card
      title="Links"
      caption="Links to frozen copies of comparisons, which outlive their experiments. Create a link with Share above a comparison; its address is shown only once."
    >
      {!data && !error && <Skeleton height={80} radius="md" />}
      {error && <ErrorAlert error={error} onRetry={() => void refetch()} />}
      {data && shares.length === 0 && <p className={classes["note"]}>Nothing has been shared yet.</p>}
      {shares.length > 0 && (
        <ul className={classes["list"]} aria-label="Links">
          {shares.map((share) => (
            <LinkItem
              key={share.id}
              share={share}
              about={
                share.experiment_exists ? (
                  <Link to={`/experiments/${share.experiment_id}`}>{share.title}</Link>
                ) : (
                  `${share.title || "A comparison"}, since deleted`
                )
              }
            />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button mt="sm" size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older
        </Button>
      )}
    </Card>
  );
}
