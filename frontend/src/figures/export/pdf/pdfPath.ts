/** SVG paths as PDF path operators, which know neither relative steps, quadratic curves nor arcs. */

/** How many numbers each command takes. */
const ARGUMENTS: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 };

export function pdfNumber(value: number): string {
  const text = value.toFixed(4);
  return text.includes(".") ? text.replace(/\.?0+$/, "").replace(/^-0$/, "0") : text;
}

/** Flags of an arc may stand without a space before what follows: `a3,3 0 116,0`. */
function numbersOf(command: string, text: string): number[] {
  const found: number[] = [];
  const number = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/giy;
  const flag = /[01]/y;
  for (let at = 0; at < text.length;) {
    const place = command === "A" ? found.length % 7 : 0;
    const pattern = place === 3 || place === 4 ? flag : number;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) {
      at += 1;
      continue;
    }
    found.push(Number(match[0]));
    at = pattern.lastIndex;
  }
  return found;
}

/** The centre of an arc and its angles (SVG 2, appendix B.2.4), as cubic curves of at most a quarter turn. */
function arcCurves(from: Point, [rx0, ry0, turned, large, sweep]: number[], to: Point): number[][] {
  let rx = Math.abs(rx0 ?? 0);
  let ry = Math.abs(ry0 ?? 0);
  if (rx === 0 || ry === 0 || (from.x === to.x && from.y === to.y)) {
    return [[from.x, from.y, to.x, to.y, to.x, to.y]];
  }
  const angle = ((turned ?? 0) * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const dx = (from.x - to.x) / 2;
  const dy = (from.y - to.y) / 2;
  const x = cos * dx + sin * dy;
  const y = cos * dy - sin * dx;
  const grown = Math.sqrt(Math.max(1, (x / rx) ** 2 + (y / ry) ** 2));
  rx *= grown;
  ry *= grown;
  const below = (rx * y) ** 2 + (ry * x) ** 2;
  const factor = (large === sweep ? -1 : 1) * Math.sqrt(Math.max(0, ((rx * ry) ** 2 - below) / below));
  const cx = (factor * rx * y) / ry;
  const cy = (-factor * ry * x) / rx;
  const start = Math.atan2((y - cy) / ry, (x - cx) / rx);
  let turn = Math.atan2((-y - cy) / ry, (-x - cx) / rx) - start;
  if (sweep === 1 && turn < 0) {
    turn += 2 * Math.PI;
  } else if (sweep !== 1 && turn > 0) {
    turn -= 2 * Math.PI;
  }
  const pieces = Math.max(1, Math.ceil(Math.abs(turn) / (Math.PI / 2) - 1e-9));
  const step = turn / pieces;
  const handle = (4 / 3) * Math.tan(step / 4);
  const place = (u: number, v: number): [number, number] => [
    (from.x + to.x) / 2 + cos * (cx + rx * u) - sin * (cy + ry * v),
    (from.y + to.y) / 2 + sin * (cx + rx * u) + cos * (cy + ry * v),
  ];
  return Array.from({ length: pieces }, (_, piece) => {
    const a = start + piece * step;
    const b = a + step;
    const end = piece === pieces - 1 ? ([to.x, to.y] as const) : place(Math.cos(b), Math.sin(b));
    return [
      ...place(Math.cos(a) - handle * Math.sin(a), Math.sin(a) + handle * Math.cos(a)),
      ...place(Math.cos(b) + handle * Math.sin(b), Math.sin(b) - handle * Math.cos(b)),
      ...end,
    ];
  });
}

interface Point {
  x: number;
  y: number;
}

/** Two thirds of the way, where a cubic curve has its handle for a quadratic one's. */
function third(from: number, to: number): number {
  return from + (2 / 3) * (to - from);
}

/** PDF operators for an SVG path, in its own coordinates. Throws for a command that SVG does not have. */
export function pdfPath(d: string): string {
  const commands = [...d.matchAll(/([a-z])([^a-df-z]*)/gi)];
  const out: string[] = [];
  let at: Point = { x: 0, y: 0 };
  let begun: Point = at;
  let handle: Point | null = null;
  let last = "";
  const write = (values: readonly number[], operator: string) =>
    out.push(`${values.map(pdfNumber).join(" ")} ${operator}`);

  for (const [, letter = "", text = ""] of commands) {
    const command = letter.toUpperCase();
    const needed = ARGUMENTS[command];
    if (needed === undefined) {
      throw new Error(`a path holds the unknown command ${letter}`);
    }
    if (command === "Z") {
      out.push("h");
      at = begun;
      last = command;
      continue;
    }
    const values = numbersOf(command, text);
    for (let first = 0; first + needed <= values.length; first += needed) {
      const given = values.slice(first, first + needed);
      const origin: Point = letter === command ? { x: 0, y: 0 } : at;
      const point = (index: number): Point => ({
        x: (given[index] ?? 0) + origin.x,
        y: (given[index + 1] ?? 0) + origin.y,
      });
      const from = at;
      const mirrored: Point = handle !== null ? { x: 2 * from.x - handle.x, y: 2 * from.y - handle.y } : from;
      let nextHandle: Point | null = null;
      const cubic = (one: Point, two: Point, end: Point) => {
        write([one.x, one.y, two.x, two.y, end.x, end.y], "c");
        at = end;
      };
      const quadratic = (control: Point, end: Point) => {
        cubic(
          { x: third(from.x, control.x), y: third(from.y, control.y) },
          { x: third(end.x, control.x), y: third(end.y, control.y) },
          end,
        );
        nextHandle = control;
      };
      switch (command) {
        case "M":
        case "L":
          at = point(0);
          // Pairs after the first of a move are lines.
          write([at.x, at.y], command === "M" && first === 0 ? "m" : "l");
          if (command === "M" && first === 0) {
            begun = at;
          }
          break;
        case "H":
          at = { x: (given[0] ?? 0) + origin.x, y: from.y };
          write([at.x, at.y], "l");
          break;
        case "V":
          at = { x: from.x, y: (given[0] ?? 0) + origin.y };
          write([at.x, at.y], "l");
          break;
        case "C":
          cubic(point(0), point(2), point(4));
          nextHandle = point(2);
          break;
        case "S":
          cubic("CS".includes(last) ? mirrored : from, point(0), point(2));
          nextHandle = point(0);
          break;
        case "Q":
          quadratic(point(0), point(2));
          break;
        case "T":
          quadratic("QT".includes(last) ? mirrored : from, point(0));
          break;
        default:
          at = point(5);
          for (const curve of arcCurves(from, given.slice(0, 5), at)) {
            write(curve, "c");
          }
      }
      handle = nextHandle;
      last = command;
    }
  }
  return out.join("\n");
}
