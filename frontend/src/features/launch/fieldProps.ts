import type { Catalog } from "../../api/types";
import type { FieldMessages, SpecForm } from "./specForm";

/** What every part of the form is given. */
export interface FormPartProps {
  form: SpecForm;
  catalog: Catalog;
  messages: FieldMessages;
  onChange: (changes: Partial<SpecForm>) => void;
}
