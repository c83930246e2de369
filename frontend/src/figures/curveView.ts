import { oneOf } from "../ui/controls/choice";

/** How curves over training are drawn, as the URL of every page that shows some holds it. */
export interface CurveView {
  /** Weight of an exponential moving average; 0 shows what was measured. */
  smoothing: number;
  x: "step" | "epoch";
  /** Of the loss. */
  scale: "linear" | "log";
  /** Seeds as a mean in a band of all, or a line each. */
  lines: "band" | "runs";
}

/** The weights that the slider offers; nearer to 1, an average remembers more. */
export const SMOOTHINGS = [0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99] as const;

export const AS_MEASURED: CurveView = { smoothing: 0, x: "step", scale: "linear", lines: "band" };

/** Reads how curves are drawn from a query string; what is missing or unknown takes its default. */
export function readCurveView(params: URLSearchParams): CurveView {
  const smoothing = Number(params.get("smoothing") ?? 0);
  return {
    smoothing: smoothing > 0 && smoothing <= 0.99 ? Math.round(smoothing * 1000) / 1000 : 0,
    x: oneOf(["step", "epoch"], params.get("x"), AS_MEASURED.x),
    scale: oneOf(["linear", "log"], params.get("scale"), AS_MEASURED.scale),
    lines: oneOf(["band", "runs"], params.get("lines"), AS_MEASURED.lines),
  };
}

/** The query string with how curves are drawn, where that is not the default, and all else as it was. */
export function withCurveView(params: URLSearchParams, view: CurveView): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const name of ["smoothing", "x", "scale", "lines"] as const) {
    if (view[name] === AS_MEASURED[name]) {
      next.delete(name);
    } else {
      next.set(name, String(view[name]));
    }
  }
  return next;
}

/** The place of the weight on the slider that is nearest to `smoothing`. */
export function smoothingPlace(smoothing: number): number {
  let nearest = 0;
  SMOOTHINGS.forEach((weight, place) => {
    if (Math.abs(weight - smoothing) < Math.abs((SMOOTHINGS[nearest] ?? 0) - smoothing)) {
      nearest = place;
    }
  });
  return nearest;
}
