import { Skeleton } from "@mantine/core";

import { useMethods } from "../../api/queries";
import { Card } from "../../ui/Card";
import { CopyableText } from "../../ui/controls/CopyableText";
import { ErrorAlert } from "../../ui/feedback/ErrorAlert";
import { DefinitionList } from "./DefinitionList";
import classes from "./Methods.module.css";
import { Page } from "../../ui/Page";

/** Everything that is computed, as the service's catalog defines it. */
export function MethodsPage() {
  const { data, error, refetch } = useMethods();
  return (
    <Page title="Methods" below="Exact definitions of what is computed, and its limits." narrow>
      {error && !data && <ErrorAlert error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={480} radius="lg" />}
      {data && (
        <>
          <nav className={classes["contents"]} aria-label="On this page">
            {data.sections.map(({ id, title }) => (
              <a key={id} href={`#${id}`}>
                {title}
              </a>
            ))}
            <a href="#references">References</a>
          </nav>
          {data.sections.map((section) => (
            <DefinitionList key={section.id} section={section} references={data.references} />
          ))}
          <Card title="References" id="references" caption="The methods text of a comparison lists the ones it cites.">
            <CopyableText code label="BibTeX" text={data.references.map(({ bibtex }) => bibtex).join("\n\n")} />
          </Card>
        </>
      )}
    </Page>
  );
}
