/** Text in the fonts that every PDF reader has: Helvetica, its bold, and Symbol for what these lack. */

export type PdfFont = "Helvetica" | "Helvetica-Bold" | "Symbol";
export const PDF_FONTS: readonly PdfFont[] = ["Helvetica", "Helvetica-Bold", "Symbol"];

export interface TextPiece {
  font: PdfFont;
  /** Codes in the font's encoding. */
  codes: number[];
  /** In thousandths of the font's size. */
  width: number;
}

// Advance widths from code 32 on (Adobe's metrics of the core fonts).
const PLAIN = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
];
const BOLD = [
  278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
  556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
  280, 389, 584,
];
const USUAL_WIDTH = 556;

// What Windows' encoding has from 128 to 159; a space where it has nothing.
const WINDOWS = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";
const OTHER_WIDTHS: Readonly<Record<string, number>> = {
  "‘": 222,
  "’": 222,
  "…": 1000,
  "—": 1000,
  "°": 400,
  "·": 278,
  "×": 584,
  "±": 584,
  "²": 333,
  "\u00a0": 278,
};
// Spaces of other widths come out as plain ones.
const SPACES = /[\u2009\u202f\u2002\u2003\u200a]/g;

// Letter, code in the font Symbol, width.
const SYMBOLS = new Map(
  (
    "− 45 549,≥ 179 549,≤ 163 549,≠ 185 549,∞ 165 713,→ 174 987,← 172 987,∼ 126 549,≈ 187 549,∑ 229 713,√ 214 549," +
    "∗ 42 500,∠ 208 768,α 97 631,β 98 549,γ 103 411,δ 100 494,ε 101 439,θ 113 521,κ 107 549,λ 108 549,μ 109 576," +
    "π 112 549,ρ 114 549,σ 115 603,τ 116 439,φ 102 521,χ 99 549,ω 119 686,Δ 68 612,Σ 83 592,Ω 87 768"
  )
    .split(",")
    .map((entry) => {
      const [letter = "", code, width] = entry.split(" ");
      return [letter, { code: Number(code), width: Number(width) }];
    }),
);

function latinCode(letter: string): number | null {
  const code = letter.codePointAt(0) ?? 0;
  if ((code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0xff)) {
    return code;
  }
  const place = WINDOWS.indexOf(letter);
  return place < 0 ? null : 0x80 + place;
}

/** Text in pieces of one font each; null where a letter is in none of them. */
export function textPieces(text: string, bold: boolean): TextPiece[] | null {
  const pieces: TextPiece[] = [];
  const add = (font: PdfFont, code: number, width: number) => {
    const open = pieces.at(-1);
    if (open?.font === font) {
      open.codes.push(code);
      open.width += width;
    } else {
      pieces.push({ font, codes: [code], width });
    }
  };
  for (const letter of text.replace(SPACES, " ")) {
    const code = latinCode(letter);
    const symbol = SYMBOLS.get(letter);
    if (code !== null) {
      const known = (bold ? BOLD : PLAIN)[code - 32];
      add(bold ? "Helvetica-Bold" : "Helvetica", code, known ?? OTHER_WIDTHS[letter] ?? USUAL_WIDTH);
    } else if (symbol !== undefined) {
      add("Symbol", symbol.code, symbol.width);
    } else {
      return null;
    }
  }
  return pieces;
}

/** Codes as a PDF string. */
export function hexString(codes: readonly number[]): string {
  return `<${codes.map((code) => code.toString(16).padStart(2, "0")).join("")}>`;
}
