/**
 * A drawing by plotly.js as a PDF page: shapes stay shapes and text stays text. The browser itself says where
 * everything lies and how it looks, so that only the few kinds of elements that plotly.js draws have to be known.
 */

import { PdfDocument, pdfString } from "./pdfDocument";
import { addPixels, canvasOf, loadImage } from "./pdfImage";
import { pdfNumber as n } from "./pdfPath";
import { paint, referenced, shading, shape, type Paint } from "./pdfShape";
import { hexString, PDF_FONTS, textPieces } from "./pdfText";

const POINTS_A_PIXEL = 0.75;
// Labels in scripts that the core fonts lack are drawn as pictures, at so many pixels a pixel.
const LABEL_SCALE = 6;
const CONTAINERS = new Set(["svg", "g", "a"]);
const SILENT = new Set(["defs", "style", "title", "desc", "metadata", "clipPath"]);

class PageWriter {
  readonly pdf = new PdfDocument();
  readonly #out: string[] = [];
  readonly #states = new Map<string, string>();
  readonly #shadings: string[] = [];
  readonly #images = new Map<string, string>();

  async element(element: Element, opacity: number): Promise<void> {
    const kind = element.localName;
    if (SILENT.has(kind) || !(element instanceof SVGGraphicsElement)) {
      return;
    }
    const style = getComputedStyle(element);
    if (style.display === "none") {
      return;
    }
    const seen = opacity * Number(style.opacity);
    this.#out.push("q");
    this.#transform(element);
    this.#clip(element, style);
    if (CONTAINERS.has(kind)) {
      for (const child of element.children) {
        await this.element(child, seen);
      }
    } else if (style.visibility === "visible" && seen > 0) {
      await this.#leaf(element, kind, style, seen);
    }
    this.#out.push("Q");
  }

  async #leaf(element: SVGGraphicsElement, kind: string, style: CSSStyleDeclaration, opacity: number): Promise<void> {
    if (element instanceof SVGTextElement) {
      await this.#text(element, opacity);
    } else if (element instanceof SVGImageElement) {
      await this.#image(element, opacity);
    } else {
      const path = shape(element, kind);
      if (path !== "") {
        this.#paintPath(element, path, style, opacity);
      }
    }
  }

  /** From the parent's coordinates to the element's, as the browser has them. */
  #transform(element: SVGGraphicsElement): void {
    const own = element.getScreenCTM();
    const parent = element.parentElement;
    const outer = parent instanceof SVGGraphicsElement ? parent.getScreenCTM() : null;
    if (own !== null && outer !== null) {
      const { a, b, c, d, e, f } = outer.inverse().multiply(own);
      this.#out.push(`${[a, b, c, d, e, f].map(n).join(" ")} cm`);
    }
  }

  #clip(element: SVGGraphicsElement, style: CSSStyleDeclaration): void {
    const clip = referenced(element, style.clipPath);
    if (clip === null) {
      return;
    }
    const paths = [...clip.children].map((child) => shape(child, child.localName));
    // An empty clip hides everything.
    this.#out.push(`${paths.join("\n") || "0 0 0 0 re"}\nW n`);
  }

  #paintPath(element: SVGGraphicsElement, path: string, style: CSSStyleDeclaration, opacity: number): void {
    const gradient = referenced(element, style.fill);
    if (gradient instanceof SVGLinearGradientElement) {
      const { x, y, width, height } = element.getBBox();
      this.#alpha(Number(style.fillOpacity) * opacity, 1);
      const name = `S${this.#shadings.length}`;
      this.#shadings.push(`/${name} ${shading(gradient)}`);
      this.#out.push(`q\n${path}\nW n ${[width, 0, 0, height, x, y].map(n).join(" ")} cm /${name} sh Q`);
      return;
    }
    const fill = paint(style.fill);
    const width = Number.parseFloat(style.strokeWidth);
    const stroke = width > 0 ? paint(style.stroke) : null;
    if (fill === null && stroke === null) {
      return;
    }
    const fillAlpha = (fill?.alpha ?? 1) * Number(style.fillOpacity) * opacity;
    const strokeAlpha = (stroke?.alpha ?? 1) * Number(style.strokeOpacity) * opacity;
    this.#alpha(fillAlpha, strokeAlpha);
    if (fill !== null) {
      this.#out.push(`${fill.colour} rg`);
    }
    if (stroke !== null) {
      const dashes =
        style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(/[ ,]+/).map(Number.parseFloat);
      const cap = ["butt", "round", "square"].indexOf(style.strokeLinecap);
      const join = ["miter", "round", "bevel"].indexOf(style.strokeLinejoin);
      this.#out.push(
        `${stroke.colour} RG ${n(width)} w ${Math.max(cap, 0)} J ${Math.max(join, 0)} j ` +
          `${n(Math.max(1, Number.parseFloat(style.strokeMiterlimit)))} M [${dashes.map(n).join(" ")}] 0 d`,
      );
    }
    const evenOdd = style.fillRule === "evenodd" ? "*" : "";
    this.#out.push(path, fill === null ? "S" : stroke === null ? `f${evenOdd}` : `B${evenOdd}`);
  }

  async #text(element: SVGTextElement, opacity: number): Promise<void> {
    const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const count = element.getNumberOfChars();
    for (let node = nodes.nextNode(), first = 0; node !== null; node = nodes.nextNode()) {
      const text = node.textContent ?? "";
      const length = Math.min(text.length, count - first);
      const style = node.parentElement && getComputedStyle(node.parentElement);
      const colour = style && paint(style.fill);
      if (length > 0 && style && colour && text.trim() !== "") {
        const start = element.getStartPositionOfChar(first);
        const room = element.getSubStringLength(first, length);
        this.#alpha(colour.alpha * Number(style.fillOpacity) * opacity, 1);
        await this.#run(text, start, room, style, colour);
      }
      first += text.length;
    }
  }

  /** Text of one style, as large as fills the room that it has on the page: no label moves or overlaps. */
  async #run(text: string, start: DOMPoint, room: number, style: CSSStyleDeclaration, colour: Paint): Promise<void> {
    const size = Number.parseFloat(style.fontSize);
    const pieces = textPieces(text, Number(style.fontWeight) >= 600);
    if (pieces === null) {
      await this.#label(text, start, room, size, style);
      return;
    }
    const fitting = (1000 * room) / pieces.reduce((sum, piece) => sum + piece.width, 0);
    this.#out.push(
      "BT",
      `${colour.colour} rg 1 0 0 -1 ${n(start.x)} ${n(start.y)} Tm`,
      ...pieces.map((piece) => `/F${PDF_FONTS.indexOf(piece.font)} ${n(fitting)} Tf ${hexString(piece.codes)} Tj`),
      "ET",
    );
  }

  async #label(text: string, start: DOMPoint, room: number, size: number, style: CSSStyleDeclaration): Promise<void> {
    const [width, height] = [Math.ceil(room) + 2, Math.ceil(size * 1.6)];
    const [, context] = canvasOf(width * LABEL_SCALE, height * LABEL_SCALE);
    context.scale(LABEL_SCALE, LABEL_SCALE);
    context.font = `${style.fontWeight} ${size}px ${style.fontFamily}`;
    context.fillStyle = style.fill;
    context.fillText(text, 1, size * 1.2);
    this.#place(await addPixels(this.pdf, context), start.x - 1, start.y - size * 1.2, width, height);
  }

  async #image(element: SVGImageElement, opacity: number): Promise<void> {
    const address = element.href.baseVal;
    let image = this.#images.get(address);
    if (image === undefined) {
      const loaded = await loadImage(address);
      const [, context] = canvasOf(loaded.naturalWidth, loaded.naturalHeight);
      context.drawImage(loaded, 0, 0);
      image = await addPixels(this.pdf, context);
      this.#images.set(address, image);
    }
    this.#alpha(opacity, 1);
    const { x, y, width, height } = element;
    this.#place(image, x.baseVal.value, y.baseVal.value, width.baseVal.value, height.baseVal.value);
  }

  #place(image: string, x: number, y: number, width: number, height: number): void {
    const name = `I${Number.parseInt(image, 10)}`;
    this.#images.set(name, image);
    this.#out.push(`q ${n(width)} 0 0 ${n(-height)} ${n(x)} ${n(y + height)} cm /${name} Do Q`);
  }

  #alpha(fill: number, stroke: number): void {
    const content = `<< /ca ${n(fill)} /CA ${n(stroke)} >>`;
    const name = this.#states.get(content) ?? `G${this.#states.size}`;
    this.#states.set(content, name);
    this.#out.push(`/${name} gs`);
  }

  async file(width: number, height: number, title: string): Promise<Blob> {
    const scale = n(POINTS_A_PIXEL);
    const [pageWidth, pageHeight] = [width, height].map((side) => n(side * POINTS_A_PIXEL));
    const content = [`${scale} 0 0 -${scale} 0 ${pageHeight} cm`, ...this.#out].join("\n");
    const stream = await this.pdf.addStream(new TextEncoder().encode(content));
    const fonts = PDF_FONTS.map((font, index) => {
      const encoding = font === "Symbol" ? "" : " /Encoding /WinAnsiEncoding";
      return `/F${index} ${this.pdf.add(`<< /Type /Font /Subtype /Type1 /BaseFont /${font}${encoding} >>`)}`;
    });
    const states = [...this.#states].map(([state, name]) => `/${name} ${state}`);
    const images = [...this.#images].flatMap(([name, image]) => (/^I\d+$/.test(name) ? [`/${name} ${image}`] : []));
    const resources =
      `<< /Font << ${fonts.join(" ")} >> /ExtGState << ${states.join(" ")} >> /XObject << ${images.join(" ")} >> ` +
      `/Shading << ${this.#shadings.join(" ")} >> >>`;
    // The pages come after the page in the file, under the number that follows it.
    const parent = Number.parseInt(stream, 10) + PDF_FONTS.length + 2;
    const page = this.pdf.add(
      `<< /Type /Page /Parent ${parent} 0 R /MediaBox [0 0 ${pageWidth} ${pageHeight}] ` +
        `/Resources ${resources} /Contents ${stream} >>`,
    );
    const pages = this.pdf.add(`<< /Type /Pages /Kids [${page}] /Count 1 >>`);
    const info = this.pdf.add(`<< /Title ${pdfString(title)} /Producer (Feedback Atlas) >>`);
    return this.pdf.file(this.pdf.add(`<< /Type /Catalog /Pages ${pages} >>`), info);
  }
}

/** A drawing as a PDF file of one page as large as the drawing. */
export async function svgToPdf(svg: string, title: string): Promise<Blob> {
  const holder = document.createElement("div");
  holder.style.cssText = "position: fixed; left: -20000px; top: 0";
  holder.ariaHidden = "true";
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  holder.append(document.importNode(root, true));
  document.body.append(holder);
  try {
    const drawing = holder.firstElementChild;
    if (!(drawing instanceof SVGSVGElement)) {
      throw new Error("the drawing is no SVG");
    }
    const writer = new PageWriter();
    await writer.element(drawing, 1);
    return await writer.file(drawing.width.baseVal.value, drawing.height.baseVal.value, title);
  } finally {
    holder.remove();
  }
}
