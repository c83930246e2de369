import type { ComparisonSource } from "../../../figures/queries";
import type { Probe } from "../../../api/types";
import { formatInteger, plural } from "../../../lib/format";
import { MarkedImages } from "./MarkedImages";
import { ProbeImage } from "./ProbeImage";
import classes from "./SelectedImages.module.css";

const MOST = 60;

interface SelectedImagesProps {
  probe: Probe;
  source: ComparisonSource;
  images: readonly number[];
  onClear: () => void;
}

/** The images in the reader's lasso, by class. */
export function SelectedImages({ probe, source, images, onClear }: SelectedImagesProps) {
  if (images.length === 0) {
    return null;
  }
  const rest = images.length - MOST;
  return (
    <MarkedImages
      label="Selected images"
      title={`${plural(images.length, "image")} selected`}
      clear="Clear selection"
      onClear={onClear}
    >
      <div className={classes["pictures"]}>
        {images.slice(0, MOST).map((image) => (
          <ProbeImage key={image} probe={probe} source={source} image={image} pixels={32} />
        ))}
        {rest > 0 && <span className={classes["rest"]}>and {formatInteger(rest)} more</span>}
      </div>
    </MarkedImages>
  );
}
