import type { FigureWidth } from "../api/types";

const WIDE_FROM = 800;
const MEDIUM_FROM = 480;

/** The version of a figure that suits a card of so many pixels; null while that is not known. */
export function figureWidth(pixels: number): FigureWidth | null {
  if (pixels <= 0) {
    return null;
  }
  return pixels >= WIDE_FROM ? "wide" : pixels >= MEDIUM_FROM ? "medium" : "narrow";
}
