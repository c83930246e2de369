import { saveBlob } from "../../api/download";
import type { Figure } from "../../api/types";
import { fileStem } from "../../lib/format";
import { exportFigure, figureHeight, loadPlotly, type FigureFormat } from "../chart/plotly";

const PNG_SCALE = 3;

interface SavedAs {
  format: FigureFormat;
  /** Begins the file's name; the figure's title follows. */
  name: string;
  /** Of the card that it is drawn on, in pixels. */
  width: number;
  /** Colour of that card. */
  background: string;
}

/** Saves a figure as it is on the page: as a picture, as a vector drawing, or as Plotly's JSON. */
export async function saveFigure(figure: Figure, { format, name, width, background }: SavedAs): Promise<void> {
  const file = `${fileStem(name, figure.title)}.${format}`;
  if (format === "json") {
    const content = JSON.stringify(exportFigure(figure, background));
    saveBlob(new Blob([content], { type: "application/json" }), file);
    return;
  }
  const plotly = await loadPlotly();
  const pdf = format === "pdf" ? await import("./pdf") : null;
  const drawn = exportFigure(figure, background);
  const address = await plotly.toImage(pdf ? await pdf.inPdfFont(drawn) : drawn, {
    format: format === "png" ? "png" : "svg",
    width: Math.round(width),
    height: figureHeight(figure),
    scale: format === "png" ? PNG_SCALE : 1,
  });
  const comma = address.indexOf(",");
  if (format === "png") {
    const bytes = Uint8Array.from(atob(address.slice(comma + 1)), (letter) => letter.charCodeAt(0));
    saveBlob(new Blob([bytes], { type: "image/png" }), file);
    return;
  }
  const svg = decodeURIComponent(address.slice(comma + 1));
  const content = pdf
    ? await pdf.svgToPdf(svg, `${name}: ${figure.title}`)
    : new Blob([svg], { type: "image/svg+xml" });
  saveBlob(content, file);
}
