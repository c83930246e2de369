import { MissingPage } from "../ui/feedback/MissingPage";

export function NotFoundPage() {
  return (
    <MissingPage title="Nothing is here">
      No page has this address. It may have been typed or copied incompletely.
    </MissingPage>
  );
}
