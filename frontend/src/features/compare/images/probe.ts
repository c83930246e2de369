import type { Probe } from "../../../api/types";

/** Where on its sheet a picture lies, for a box of so many pixels; null where there is no picture. */
interface PicturePlace {
  sheet: string;
  /** Pixels of the whole sheet's width, drawn at the box's scale. */
  width: number;
  left: number;
  top: number;
}

export function picturePlace(probe: Probe, image: number, pixels: number): PicturePlace | null {
  const sheet = probe.sheets[Math.floor(image / probe.on_a_sheet)];
  if (sheet === undefined) {
    return null;
  }
  const place = image % probe.on_a_sheet;
  return {
    sheet,
    width: probe.columns * pixels,
    left: (place % probe.columns) * pixels,
    top: Math.floor(place / probe.columns) * pixels,
  };
}

/** The name of an image's class. */
export function className(probe: Probe, image: number): string {
  return probe.class_names[probe.labels[image] ?? -1] ?? "";
}

/** What an image is called, as in `image 12 (cat)`. */
export function imageName(probe: Probe, image: number): string {
  return `image ${image} (${className(probe, image)})`;
}

/**
 * The first image of the next class, or of the one before; images lie by class. From within a class, the step
 * back leads to its own first image.
 */
export function classStep(labels: readonly number[], image: number, forward: boolean): number {
  const firsts = labels.flatMap((label, index) => (index === 0 || labels[index - 1] !== label ? [index] : []));
  const found = forward ? firsts.find((first) => first > image) : firsts.findLast((first) => first < image);
  return found ?? (forward ? labels.length - 1 : 0);
}
