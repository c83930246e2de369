import { MissingPage } from "../ui/feedback/MissingPage";

export function NotFoundPage() {
  return (
    <MissingPage title="Not found">
      There is no page at this address. It may have been mistyped or copied incompletely.
    </MissingPage>
  );
}
