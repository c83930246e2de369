import type { Figure } from "../../../api/types";
import { classStep } from "./probe";
import { tracesIn } from "../../../figures/chart/plotly";
import { numbersOf } from "../../../figures/chart/typedArray";

/** One network's map of images, as its figure holds it. */
export interface ImageMap {
  name: string;
  /** Which trace of the figure it is. */
  curve: number;
  xaxis: string;
  yaxis: string;
  /** Positions in the probe of the images that are mapped; the same for all maps of a figure. */
  images: readonly number[];
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

/** The maps in a figure; what else it draws explains their marks. */
export function imageMapsOf(figure: Figure): ImageMap[] {
  return tracesIn(figure).flatMap((trace, curve) => {
    const images = trace["customdata"];
    const [x, y] = [numbersOf(trace["x"]), numbersOf(trace["y"])];
    return Array.isArray(images) && x !== null && y !== null
      ? [
          {
            name: String(trace["name"] ?? ""),
            curve,
            xaxis: String(trace["xaxis"] ?? "x"),
            yaxis: String(trace["yaxis"] ?? "y"),
            images: images as number[],
            x,
            y,
          },
        ]
      : [];
  });
}

/**
 * Where a key leads from an image: sideways to its neighbour among those that are mapped, up and down by a
 * class. Null for a key that leads nowhere; the first image where there is none yet.
 */
export function imageAfterKey(
  key: string,
  current: number | null,
  images: readonly number[],
  labels: readonly number[],
): number | null {
  const last = images.length - 1;
  const place = current === null ? -1 : images.indexOf(current);
  const classes = images.map((image) => labels[image] ?? 0);
  const next = {
    ArrowRight: Math.min(place + 1, last),
    ArrowLeft: Math.max(place - 1, 0),
    ArrowDown: place < 0 ? 0 : classStep(classes, place, true),
    ArrowUp: place < 0 ? 0 : classStep(classes, place, false),
    Home: 0,
    End: last,
  }[key];
  return next === undefined ? null : (images[next] ?? null);
}
