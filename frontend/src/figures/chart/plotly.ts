import type { Figure } from "../../api/types";

import { whenIdle } from "../../ui/hooks/idle";
import { pageNonce } from "../../lib/nonce";
import { isRecord } from "../../lib/record";
import { withPlaces } from "./pictures";

export type PlotlyTrace = Record<string, unknown>;
export type PlotlyLayout = Record<string, unknown>;
export interface PlotlyFigure {
  data: PlotlyTrace[];
  layout: PlotlyLayout;
}
type ImageFormat = "png" | "svg";
/** What a drawn figure is saved as. */
export type FigureFormat = ImageFormat | "pdf" | "json";

interface ImageOptions {
  format: ImageFormat;
  width: number;
  height: number;
  scale: number;
}

/** Points that the reader has to do with, as plotly.js tells of them. */
export interface PointEvent {
  points?: { curveNumber: number; pointNumber: number | [number, number]; x?: unknown; y?: unknown }[];
}

export type PointEventName =
  | "plotly_hover"
  | "plotly_unhover"
  | "plotly_click"
  | "plotly_selected"
  | "plotly_deselect"
  | "plotly_doubleclick"
  | "plotly_afterplot"
  | "plotly_relayouting";

/** An element that plotly.js has drawn in; it then speaks of what the reader does there. */
export interface PlotlyElement extends HTMLElement {
  on?(
    event: "plotly_relayout" | "plotly_doubleclick" | "plotly_hover" | "plotly_unhover",
    listener: (changes: Record<string, unknown>) => void,
  ): void;
  on?(event: PointEventName, listener: (event: PointEvent | undefined) => void): void;
  removeListener?(event: PointEventName, listener: (event: PointEvent | undefined) => void): void;
  emit?(event: PointEventName): void;
}

/** A figure and the element that it is drawn in; a new one after each drawing. */
export interface DrawnChart {
  figure: Figure;
  element: PlotlyElement;
}

/** The few functions of plotly.js that this page calls. */
export interface PlotlyApi {
  react(
    element: HTMLElement,
    data: PlotlyTrace[],
    layout: PlotlyLayout,
    config: Record<string, unknown>,
  ): Promise<unknown>;
  update(
    element: HTMLElement,
    traces: Record<string, unknown>,
    layout: PlotlyLayout,
    which: readonly number[],
  ): Promise<unknown>;
  purge(element: HTMLElement): void;
  /** The picture as a data address. */
  toImage(figure: PlotlyFigure, options: ImageOptions): Promise<string>;
  Plots: { resize(element: HTMLElement): Promise<unknown> | undefined };
}

declare global {
  interface Window {
    Plotly?: PlotlyApi;
  }
}

/**
 * How figures behave. plotly.js would by itself offer to upload a figure to its makers' cloud: no
 * unpublished data may leave by a button. Saving is offered by the card, on an opaque background.
 */
export const PLOT_CONFIG = {
  displaylogo: false,
  displayModeBar: "hover",
  // A double click leads back from a zoom; these two would lead back to the ranges of the first drawing.
  modeBarButtonsToRemove: ["toImage", "autoScale2d", "resetScale2d"],
  plotlyServerURL: "",
  responsive: false,
  scrollZoom: false,
  showSendToCloud: false,
};

const PLOTLY_JS = "/plotly.min.js";

/**
 * Style elements that plotly.js makes where they are missing. Its own would lack the nonce that the page's policy asks
 * for; the second is of maps, which no figure here has.
 */
const STYLES = ["plotly.js-style-global", "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"];

function addStyles(): void {
  for (const id of STYLES.filter((one) => document.getElementById(one) === null)) {
    const style = document.createElement("style");
    style.id = id;
    style.nonce = pageNonce();
    document.head.append(style);
  }
}

let loading: Promise<PlotlyApi> | undefined;

/** Loads plotly.js from the service, once a page; a failed load is tried again at the next call. */
export function loadPlotly(): Promise<PlotlyApi> {
  loading ??= new Promise<PlotlyApi>((resolve, reject) => {
    const script = document.createElement("script");
    addStyles();
    script.src = PLOTLY_JS;
    script.addEventListener("load", () => {
      if (window.Plotly) {
        resolve(window.Plotly);
      } else {
        reject(new Error("plotly.js was loaded but did not start"));
      }
    });
    script.addEventListener("error", () => {
      script.remove();
      loading = undefined;
      reject(new Error("plotly.js could not be loaded"));
    });
    document.head.append(script);
  });
  return loading;
}

/** Fetches plotly.js while a page waits for its figures, and starts it once the page has been painted. */
export function readPlotlyAhead(): void {
  const link = document.createElement("link");
  link.rel = "preload";
  link.as = "script";
  link.href = PLOTLY_JS;
  document.head.append(link);
  afterFirstPaint(() =>
    // Whoever draws a figure tries again, and says what is wrong.
    whenIdle(() => void loadPlotly().catch(() => undefined)),
  );
}

/** Starting plotly.js takes half a second, in which nothing is painted. */
function afterFirstPaint(action: () => void): void {
  new PerformanceObserver((list, observer) => {
    if (list.getEntriesByName("first-contentful-paint").length > 0) {
      observer.disconnect();
      action();
    }
  }).observe({ type: "paint", buffered: true });
}

/** Over which place of its x axis a hover is, as plotly.js tells of it; null where that is no number. */
export function hoveredPlace(event: Record<string, unknown>): number | null {
  const { points } = event;
  const first: unknown = Array.isArray(points) ? points[0] : undefined;
  const x = isRecord(first) ? first["x"] : undefined;
  return typeof x === "number" ? x : null;
}

/** A figure's traces, to be read. */
export function tracesIn(figure: Figure): readonly PlotlyTrace[] {
  const { data } = figure.plotly;
  return Array.isArray(data) ? data.filter(isRecord) : [];
}

/** A copy of JSON. It shares what cannot be written into: `structuredClone` would copy megabytes of text. */
function copyOf<T>(value: T): T {
  if (Array.isArray(value)) {
    return value.map(copyOf) as T;
  }
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copyOf(part)])) as T;
  }
  return value;
}

/** A private copy of a figure's traces: plotly.js writes into what it is given. */
export function tracesOf(figure: Figure): PlotlyTrace[] {
  return tracesIn(figure).map(copyOf);
}

/** As `tracesOf`, without what is there for the page alone: plotly.js would decode every number of it. */
export function drawnTraces(figure: Figure): PlotlyTrace[] {
  return tracesIn(figure).map(({ meta: _meta, ...trace }) => copyOf(trace));
}

/** A private copy of a figure's layout. */
function layoutOf(figure: Figure): PlotlyLayout {
  const { layout } = figure.plotly;
  return isRecord(layout) ? copyOf(layout) : {};
}

/** The layout as drawn on the page: as wide as its card, keeping what the reader hid or turned across updates. */
export function pageLayout(figure: Figure): PlotlyLayout {
  const { width: _, ...layout } = layoutOf(figure);
  return { ...withPlaces(layout), autosize: true, uirevision: layout["uirevision"] ?? figure.name };
}

// Further apart, lines and cells are no easier to read.
const MOST_STRETCH = 2;

/**
 * The layout with as many pixels of height as there is room for, if it has less. A legend above the
 * plot is placed by the height that the service chose: such a figure stays as it is.
 */
export function stretched(layout: PlotlyLayout, room: number): PlotlyLayout {
  const { height, legend, showlegend } = layout;
  const above = showlegend === true && isRecord(legend) && typeof legend["y"] === "number" && legend["y"] > 1;
  if (typeof height !== "number" || above || room <= height) {
    return layout;
  }
  return { ...layout, height: Math.min(room, MOST_STRETCH * height) };
}

/** The figure as it is saved: the size on the page, on an opaque background. */
export function exportFigure(figure: Figure, background: string): PlotlyFigure {
  return {
    data: tracesOf(figure),
    layout: { ...layoutOf(figure), paper_bgcolor: background },
  };
}

const USUAL_HEIGHT = 320;

/** The height that the service chose for a figure, in pixels. */
export function figureHeight(figure: Figure): number {
  const { layout } = figure.plotly;
  const height = isRecord(layout) ? layout["height"] : undefined;
  return typeof height === "number" ? height : USUAL_HEIGHT;
}

/** Whether a figure has anything to draw yet. */
export function hasTraces(figure: Figure): boolean {
  const { data } = figure.plotly;
  return Array.isArray(data) && data.length > 0;
}
