import type { Figure } from "../../api/types";
import { isRecord } from "../../lib/record";

/** An image of a figure's layout: a picture at a place among its axes. */
type Placed = Record<string, unknown> & { source: string };

const EMPTY = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
const PLACE = "data-picture";
// plotly.js writes the older `href`, of this namespace.
const XLINK = "http://www.w3.org/1999/xlink";

function isPlaced(value: unknown): value is Placed {
  return isRecord(value) && typeof value["source"] === "string";
}

function picturesOf({ plotly: { layout } }: Figure): readonly Placed[] {
  const images = isRecord(layout) ? layout["images"] : undefined;
  return Array.isArray(images) ? images.filter(isPlaced) : [];
}

/**
 * A layout whose pictures are places only. plotly.js keeps them where they belong, `fillPictures` says
 * what stands there: so pictures change without anything being laid out.
 */
export function withPlaces(layout: Record<string, unknown>): Record<string, unknown> {
  const { images } = layout;
  return Array.isArray(images)
    ? {
        ...layout,
        images: images.map((image, place) => (isPlaced(image) ? { ...image, source: `${EMPTY}#${place}` } : image)),
      }
    : layout;
}

/** Puts a figure's pictures at the places that plotly.js has drawn. */
export function fillPictures(element: Element, figure: Figure): void {
  const pictures = picturesOf(figure);
  if (pictures.length === 0) {
    return;
  }
  for (const image of element.querySelectorAll("image")) {
    const href = image.getAttributeNS(XLINK, "href") ?? "";
    if (href.startsWith(`${EMPTY}#`)) {
      image.setAttribute(PLACE, href.slice(EMPTY.length + 1));
    }
    const picture = pictures[Number(image.getAttribute(PLACE) ?? Number.NaN)];
    if (picture !== undefined && picture.source !== href) {
      image.setAttributeNS(XLINK, "href", picture.source);
    }
  }
}

function isSame(one: unknown, other: unknown, besides: string): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((part, index) => isSame(part, other[index], besides));
  }
  if (isRecord(one) && isRecord(other)) {
    const names = Object.keys(one);
    return (
      names.length === Object.keys(other).length &&
      names.every((name) => name in other && (name === besides || isSame(one[name], other[name], besides)))
    );
  }
  return Object.is(one, other);
}

/** Whether two figures are drawn the same but for their pictures; what traces tell the page is not drawn. */
export function differInPictures(one: Figure, other: Figure): boolean {
  const { images: before, ...layout } = isRecord(one.plotly.layout) ? one.plotly.layout : {};
  const { images: after, ...otherLayout } = isRecord(other.plotly.layout) ? other.plotly.layout : {};
  return (
    picturesOf(one).length > 0 &&
    isSame(before, after, "source") &&
    isSame(layout, otherLayout, "") &&
    isSame(one.plotly.data, other.plotly.data, "meta")
  );
}
