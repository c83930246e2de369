import { Anchor, Skeleton, Text } from "@mantine/core";
import { Link } from "react-router";

import { useComparisonMethods } from "../../../api/queries";
import { CopyableText } from "../../../ui/controls/CopyableText";
import { ErrorAlert } from "../../../ui/feedback/ErrorAlert";

/** What a paper would say of the comparison on the page, and whom it would cite. */
export function MethodsText({ of }: { of: { comparison: string } | { token: string } }) {
  const { data, error, refetch } = useComparisonMethods(of);
  if (error) {
    return <ErrorAlert error={error} onRetry={() => void refetch()} />;
  }
  if (!data) {
    return <Skeleton height={320} radius="md" />;
  }
  return (
    <>
      <Text size="sm" mb="md">
        Generated from the settings and numbers on this page; it reports only statistics that were computed.
        {"comparison" in of && (
          <>
            {" "}
            The{" "}
            <Anchor component={Link} to="/methods" inherit underline="always">
              Methods page
            </Anchor>{" "}
            defines every measure.
          </>
        )}
      </Text>
      <CopyableText label="Methods" text={data.paragraphs.join("\n\n")} />
      <CopyableText code label="BibTeX" text={data.bibtex} />
    </>
  );
}
