/** The shapes that plotly.js draws, and how they are painted. */

import { pdfNumber as n, pdfPath } from "./pdfPath";

export interface Paint {
  colour: string;
  alpha: number;
}

/** A computed colour, such as `rgb(1, 2, 3)` or `rgba(1, 2, 3, 0.5)`; null where nothing is painted. */
export function paint(value: string): Paint | null {
  if (value === "none" || value === "") {
    return null;
  }
  const parts = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(value);
  if (parts === null) {
    throw new Error(`a shape is painted with ${value}, which cannot be written`);
  }
  const alpha = Number(parts[4] ?? 1);
  return alpha === 0
    ? null
    : {
        colour: parts
          .slice(1, 4)
          .map((part) => n(Number(part) / 255))
          .join(" "),
        alpha,
      };
}

/** The path of a basic shape. Throws for one that plotly.js is not known to draw. */
export function shape(element: Element, kind: string): string {
  const value = (name: string) => Number(element.getAttribute(name) ?? 0);
  switch (kind) {
    case "path":
      return pdfPath(element.getAttribute("d") ?? "");
    case "rect":
      return `${[value("x"), value("y"), value("width"), value("height")].map(n).join(" ")} re`;
    case "line":
      return pdfPath(`M${value("x1")},${value("y1")}L${value("x2")},${value("y2")}`);
    case "circle": {
      const [x, y, r] = [value("cx"), value("cy"), value("r")];
      return pdfPath(`M${x + r},${y}A${r},${r} 0 1 1 ${x - r},${y}A${r},${r} 0 1 1 ${x + r},${y}Z`);
    }
    default:
      throw new Error(`a drawing holds a ${kind}, which cannot be written`);
  }
}

/** What `url(#id)` in a computed style refers to, within the element's drawing; null for anything else. */
export function referenced(element: SVGGraphicsElement, value: string): Element | null {
  const id = /^url\("?#(.+?)"?\)$/.exec(value)?.[1];
  return id === undefined ? null : (element.ownerSVGElement ?? element).querySelector(`#${CSS.escape(id)}`);
}

/** A linear gradient over a shape's box as an axial shading over the unit square. */
export function shading(gradient: SVGLinearGradientElement): string {
  const stops = [...gradient.querySelectorAll("stop")].map((stop) => ({
    at: stop.offset.baseVal,
    colour: paint(getComputedStyle(stop).stopColor)?.colour ?? "0 0 0",
  }));
  const pieces = stops.slice(1).map((stop, index) => ({ from: stops[index] ?? stop, to: stop }));
  const functions = pieces.map(
    ({ from, to }) => `<< /FunctionType 2 /Domain [0 1] /C0 [${from.colour}] /C1 [${to.colour}] /N 1 >>`,
  );
  const bounds = stops.slice(1, -1).map(({ at }) => n(at));
  const ends = [gradient.x1, gradient.y1, gradient.x2, gradient.y2].map(({ baseVal }) => n(baseVal.value));
  return (
    `<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [${ends.join(" ")}] /Extend [true true] /Function ` +
    `<< /FunctionType 3 /Domain [0 1] /Functions [${functions.join(" ")}] /Bounds [${bounds.join(" ")}] ` +
    `/Encode [${pieces.map(() => "0 1").join(" ")}] >> >>`
  );
}
