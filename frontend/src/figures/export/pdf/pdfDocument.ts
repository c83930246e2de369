/** Writes one page as a PDF file: numbered objects, their table of offsets, a trailer (ISO 32000-1). */

const encoder = new TextEncoder();

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** Text as PDF's own strings hold it in any script: UTF-16 with a mark, in hexadecimal. */
export function pdfString(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return `<${[0xfeff, ...units].map((unit) => unit.toString(16).padStart(4, "0")).join("")}>`;
}

export class PdfDocument {
  #objects: Uint8Array<ArrayBuffer>[] = [];

  /** Adds an object; returns its reference, such as `3 0 R`. */
  add(content: string): string {
    this.#objects.push(encoder.encode(content));
    return `${this.#objects.length} 0 R`;
  }

  /** Adds a compressed stream with entries of its dictionary. */
  async addStream(bytes: Uint8Array<ArrayBuffer>, entries = ""): Promise<string> {
    const packed = await deflated(bytes);
    const head = encoder.encode(`<< ${entries} /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`);
    const tail = encoder.encode("\nendstream");
    const whole = new Uint8Array(head.length + packed.length + tail.length);
    whole.set(head);
    whole.set(packed, head.length);
    whole.set(tail, head.length + packed.length);
    this.#objects.push(whole);
    return `${this.#objects.length} 0 R`;
  }

  /** The file, with `root` as its catalog. */
  file(root: string, info: string): Blob {
    // Bytes above 127 in a comment tell programs that move files that this one is binary.
    const parts: Uint8Array<ArrayBuffer>[] = [encoder.encode("%PDF-1.4\n%\u00e2\u00e3\n")];
    let length = parts[0]?.length ?? 0;
    const push = (bytes: Uint8Array<ArrayBuffer>) => {
      parts.push(bytes);
      length += bytes.length;
    };
    const offsets = this.#objects.map((object, index) => {
      const offset = length;
      push(encoder.encode(`${index + 1} 0 obj\n`));
      push(object);
      push(encoder.encode("\nendobj\n"));
      return offset;
    });
    const table = length;
    const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
    push(
      encoder.encode(
        `xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${rows}` +
          `trailer\n<< /Size ${offsets.length + 1} /Root ${root} /Info ${info} >>\nstartxref\n${table}\n%%EOF\n`,
      ),
    );
    return new Blob(parts, { type: "application/pdf" });
  }
}
