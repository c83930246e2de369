import type { ComparisonSource } from "../../../figures/queries";
import type { Probe } from "../../../api/types";
import { imageName, picturePlace } from "./probe";
import classes from "./ProbeImage.module.css";

interface ProbeImageProps {
  probe: Probe;
  source: ComparisonSource;
  image: number;
  pixels: number;
}

/** The picture of one of the probe's images, cut from its sheet. */
export function ProbeImage({ probe, source, image, pixels }: ProbeImageProps) {
  const place = picturePlace(probe, image, pixels);
  return (
    <span
      role="img"
      aria-label={imageName(probe, image)}
      title={imageName(probe, image)}
      className={classes["picture"]}
      data-image={image}
      style={{
        width: pixels,
        height: pixels,
        ...(place && {
          backgroundImage: `url(${source.sheetHref(place.sheet)})`,
          backgroundSize: `${place.width}px auto`,
          backgroundPosition: `-${place.left}px -${place.top}px`,
        }),
      }}
    />
  );
}
