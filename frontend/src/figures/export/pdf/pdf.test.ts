import { inflateSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { PdfDocument, pdfString } from "./pdfDocument";
import { pdfNumber, pdfPath } from "./pdfPath";
import { paint } from "./pdfShape";
import { hexString, textPieces } from "./pdfText";

/** Points of a path: the ends of its parts, and of curves some points between. */
function points(operators: string): [number, number][] {
  let at: [number, number] = [0, 0];
  return operators.split("\n").flatMap((line): [number, number][] => {
    const parts = line.split(" ");
    const v = parts.slice(0, -1).map(Number);
    const from = at;
    at = [v.at(-2) ?? at[0], v.at(-1) ?? at[1]];
    if (parts.at(-1) !== "c") {
      return [at];
    }
    return [0.25, 0.5, 0.75, 1].map((t) => {
      const on = (axis: 0 | 1) =>
        (1 - t) ** 3 * from[axis] +
        3 * (1 - t) ** 2 * t * (v[axis] ?? 0) +
        3 * (1 - t) * t * t * (v[2 + axis] ?? 0) +
        t ** 3 * (v[4 + axis] ?? 0);
      return [on(0), on(1)];
    });
  });
}

describe("paths", () => {
  it("takes relative steps and short forms from where the path is", () => {
    expect(pdfPath("M1,2l3,4h-1v2H0V0z")).toBe("1 2 m\n4 6 l\n3 6 l\n3 8 l\n0 8 l\n0 0 l\nh");
  });

  it("goes on from the beginning of a closed part", () => {
    expect(pdfPath("M5,5L9,9Zl1,0")).toBe("5 5 m\n9 9 l\nh\n6 5 l");
  });

  it("reads numbers that stand without spaces, as plotly.js writes them", () => {
    expect(pdfPath("M-1.5.5L1e1-2")).toBe("-1.5 0.5 m\n10 -2 l");
    expect(pdfPath("M0,0 1,1 2,2")).toBe("0 0 m\n1 1 l\n2 2 l");
  });

  it("raises quadratic curves without changing them", () => {
    const [end] = points(pdfPath("M0,0Q5,10 10,0")).slice(-1);
    expect(end).toEqual([10, 0]);
    expect(points(pdfPath("M0,0Q5,10 10,0"))[2]).toEqual([expect.closeTo(5, 3), expect.closeTo(5, 3)]);
  });

  it("mirrors the handle of a curve that goes on smoothly", () => {
    expect(pdfPath("M0,0C0,1 1,2 2,2S4,1 4,0")).toContain("3 2 4 1 4 0 c");
  });

  it.each(["M6,0A6,6 0 1,1 0,-6A6,6 0 0,1 6,0Z", "M6,0a6,6 0 11-6-6a6,6 0 016,6z"])(
    "draws the circle of a marker: %s",
    (d) => {
      for (const [x, y] of points(pdfPath(d).replace(/\nh$/, ""))) {
        expect(Math.hypot(x, y)).toBeCloseTo(6, 2);
      }
    },
  );

  it("turns ellipses and enlarges those that do not reach", () => {
    const turned = points(pdfPath("M0,-4A2,4 90 0 1 0,4"));
    expect(turned.at(-1)).toEqual([0, 4]);
    expect(Math.max(...turned.map(([x]) => x))).toBeCloseTo(8, 1);
  });

  it("refuses what is no path", () => {
    expect(() => pdfPath("M0,0X1")).toThrow("unknown command X");
  });
});

describe("numbers and colours", () => {
  it("writes numbers as PDF reads them", () => {
    expect([0.5, -0.00001, 12, 1e-7, 1234.56789].map(pdfNumber)).toEqual(["0.5", "0", "12", "0", "1234.5679"]);
  });

  it("reads computed colours", () => {
    expect(paint("rgb(255, 0, 51)")).toEqual({ colour: "1 0 0.2", alpha: 1 });
    expect(paint("rgba(0, 0, 0, 0.25)")).toEqual({ colour: "0 0 0", alpha: 0.25 });
    expect(paint("rgba(0, 0, 0, 0)")).toBeNull();
    expect(paint("none")).toBeNull();
    expect(() => paint("url(#pattern)")).toThrow("cannot be written");
  });
});

describe("text", () => {
  it("stays in Helvetica where it can, with the widths of that font", () => {
    expect(textPieces("fc1", false)).toEqual([
      { font: "Helvetica", codes: [0x66, 0x63, 0x31], width: 278 + 500 + 556 },
    ]);
    expect(textPieces("é’", true)?.[0]).toMatchObject({ font: "Helvetica-Bold", codes: [0xe9, 0x92] });
  });

  it("takes minus signs and Greek letters from Symbol", () => {
    expect(textPieces("1 − r", false)?.map((piece) => piece.font)).toEqual(["Helvetica", "Symbol", "Helvetica"]);
  });

  it("says where a letter is in none of them", () => {
    expect(textPieces("猫", false)).toBeNull();
  });

  it("is written without what a PDF string would take for its end", () => {
    expect(hexString([0x28, 0x29, 0x5c])).toBe("<28295c>");
    expect(pdfString("é)")).toBe("<feff00e90029>");
  });
});

describe("the file", () => {
  it("has every object where its table says, and its content compressed", async () => {
    const pdf = new PdfDocument();
    const stream = await pdf.addStream(new TextEncoder().encode("0 0 m 1 1 l S"));
    const page = pdf.add(`<< /Type /Page /Parent 3 0 R /Contents ${stream} >>`);
    const pages = pdf.add(`<< /Type /Pages /Kids [${page}] /Count 1 >>`);
    const root = pdf.add(`<< /Type /Catalog /Pages ${pages} >>`);
    const file = Buffer.from(await pdf.file(root, pdf.add("<< /Title (x) >>")).arrayBuffer());
    const text = file.toString("latin1");
    expect(text.startsWith("%PDF-1.4\n")).toBe(true);
    const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
    expect(text.slice(table)).toMatch(/^xref\n0 6\n/);
    const offsets = [...text.slice(table).matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]));
    offsets.forEach((offset, index) => expect(text.slice(offset)).toMatch(new RegExp(`^${index + 1} 0 obj\n`)));
    const start = text.indexOf("stream\n") + "stream\n".length;
    const length = Number(/\/Length (\d+)/.exec(text)?.[1]);
    expect(inflateSync(file.subarray(start, start + length)).toString()).toBe("0 0 m 1 1 l S");
  });
});
