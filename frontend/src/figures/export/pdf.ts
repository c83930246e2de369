import bold from "@expo-google-fonts/open-sans/700Bold/OpenSans_700Bold.ttf";
import regular from "@expo-google-fonts/open-sans/400Regular/OpenSans_400Regular.ttf";
import { jsPDF } from "jspdf";
import { svg2pdf } from "svg2pdf.js";

import type { PlotlyFigure } from "../chart/plotly";

const FAMILY = "Open Sans";
const FONTS = [
  { weight: "normal", address: regular },
  { weight: "bold", address: bold },
];
const POINTS_A_PIXEL = 0.75;
// Pixels of a picture of letters, to a pixel of the page.
const PICTURE_SCALE = 6;
const SVG = "http://www.w3.org/2000/svg";

interface LoadedFont {
  weight: string;
  bytes: Uint8Array<ArrayBuffer>;
}

let fonts: Promise<LoadedFont[]> | undefined;

async function loadFont({ weight, address }: (typeof FONTS)[number]): Promise<LoadedFont> {
  const answer = await fetch(address);
  if (!answer.ok) {
    throw new Error("the font did not load");
  }
  const bytes = new Uint8Array(await answer.arrayBuffer());
  document.fonts.add(await new FontFace(FAMILY, bytes, { weight }).load());
  return { weight, bytes };
}

/** Loads the fonts of PDFs, once: for the file, and for the page, which measures texts by them. */
async function loadFonts(): Promise<LoadedFont[]> {
  fonts ??= Promise.all(FONTS.map(loadFont));
  try {
    return await fonts;
  } catch (problem) {
    fonts = undefined;
    throw problem;
  }
}

/** The figure in the font of PDFs, so that every text is as wide in the file as it was drawn. */
export async function inPdfFont({ data, layout }: PlotlyFigure): Promise<PlotlyFigure> {
  await loadFonts();
  return { data: data.map(inFont), layout: inFont(layout) };
}

/** A part of a figure with other font families; arrays of numbers stay as they are. */
function inFont<T>(part: T): T {
  if (Array.isArray(part)) {
    return part.map(inFont) as T;
  }
  if (typeof part !== "object" || part === null || ArrayBuffer.isView(part)) {
    return part;
  }
  const changed = Object.entries(part).map(([name, value]) => [name, name === "family" ? FAMILY : inFont(value)]);
  return Object.fromEntries(changed) as T;
}

/** A drawing in the font of PDFs as a file of one page as large as the drawing; its texts stay texts. */
export async function svgToPdf(svg: string, title: string): Promise<Blob> {
  const loaded = await loadFonts();
  const holder = document.createElement("div");
  holder.style.cssText = "position: fixed; left: -20000px; top: 0";
  holder.ariaHidden = "true";
  const drawing = document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);
  if (!(drawing instanceof SVGSVGElement)) {
    throw new Error("the drawing is no SVG");
  }
  holder.append(drawing);
  document.body.append(holder);
  try {
    const size = { width: drawing.width.baseVal.value, height: drawing.height.baseVal.value };
    const [width, height] = [size.width * POINTS_A_PIXEL, size.height * POINTS_A_PIXEL];
    const orientation = width > height ? "landscape" : "portrait";
    const pdf = new jsPDF({ unit: "pt", format: [width, height], orientation, compress: true, putOnlyUsedFonts: true });
    pdf.setDocumentProperties({ title, creator: "Feedback Atlas" });
    for (const { weight, bytes } of loaded) {
      const file = `${weight}.ttf`;
      pdf.addFileToVFS(file, Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
      pdf.addFont(file, FAMILY, weight);
    }
    pdf.setFont(FAMILY, "normal");
    drawForeignTexts(drawing, lettersOf(pdf));
    await svg2pdf(drawing, pdf, { width, height });
    return pdf.output("blob");
  } finally {
    holder.remove();
  }
}

/** Whether the font of a PDF has a letter. */
function lettersOf(pdf: jsPDF): (letter: string) => boolean {
  const { metadata } = pdf.getFont() as unknown as { metadata: { characterToGlyph: (code: number) => number } };
  return (letter) => metadata.characterToGlyph(letter.codePointAt(0) ?? 0) > 0;
}

/** Puts pictures in the place of texts that hold letters which the font lacks, as class names may. */
function drawForeignTexts(drawing: SVGSVGElement, has: (letter: string) => boolean): void {
  for (const text of drawing.querySelectorAll("text")) {
    if (![...text.textContent].every(has)) {
      text.replaceWith(pictureOf(text));
    }
  }
}

function pictureOf(text: SVGTextElement): SVGImageElement {
  const { x, y, width, height } = text.getBBox();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * PICTURE_SCALE);
  canvas.height = Math.ceil(height * PICTURE_SCALE);
  const context = canvas.getContext("2d");
  context?.scale(canvas.width / width, canvas.height / height);
  context?.translate(-x, -y);
  const nodes = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(), first = 0; node !== null; node = nodes.nextNode()) {
    const content = node.textContent ?? "";
    if (context && node.parentElement && content.trim() !== "") {
      const { fontWeight, fontSize, fill } = getComputedStyle(node.parentElement);
      const start = text.getStartPositionOfChar(first);
      context.font = `${fontWeight} ${fontSize} "${FAMILY}", system-ui, sans-serif`;
      context.fillStyle = fill;
      context.fillText(content, start.x, start.y);
    }
    first += content.length;
  }
  const image = document.createElementNS(SVG, "image");
  const attributes = { x, y, width, height, href: canvas.toDataURL(), transform: text.getAttribute("transform") ?? "" };
  for (const [name, value] of Object.entries(attributes)) {
    image.setAttribute(name, String(value));
  }
  return image;
}
