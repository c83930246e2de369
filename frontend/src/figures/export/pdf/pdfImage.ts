/** Pictures inside a drawing, as PDF image objects with their transparency. */

import type { PdfDocument } from "./pdfDocument";

/** Loads a picture from a data address. */
export async function loadImage(address: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

export function canvasOf(width: number, height: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) {
    throw new Error("the browser offers no canvas to read a picture with");
  }
  return [canvas, context];
}

/** Adds what is on a canvas to a document; returns its reference. */
export async function addPixels(pdf: PdfDocument, context: CanvasRenderingContext2D): Promise<string> {
  const { width, height } = context.canvas;
  const { data } = context.getImageData(0, 0, width, height);
  const colours = new Uint8Array(width * height * 3);
  const opacity = new Uint8Array(width * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    colours.set(data.subarray(4 * pixel, 4 * pixel + 3), 3 * pixel);
    opacity[pixel] = data[4 * pixel + 3] ?? 255;
  }
  const size = `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /BitsPerComponent 8`;
  const mask = opacity.some((value) => value < 255)
    ? ` /SMask ${await pdf.addStream(opacity, `${size} /ColorSpace /DeviceGray`)}`
    : "";
  return pdf.addStream(colours, `${size} /ColorSpace /DeviceRGB${mask}`);
}
