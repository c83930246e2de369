/** An array in Plotly's JSON: base64 of its bytes. */
interface TypedArraySpec {
  dtype: string;
  bdata: string;
}

function isSpec(value: unknown): value is TypedArraySpec {
  return typeof value === "object" && value !== null && "bdata" in value && "dtype" in value;
}

function bytesOf(base64: string): ArrayBuffer {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) {
    bytes[index] = text.charCodeAt(index);
  }
  return bytes.buffer;
}

/** The numbers of an array in a figure, as they were sent; null for what is none. */
export function numbersOf(value: unknown): ArrayLike<number> | null {
  if (Array.isArray(value)) {
    return value as number[];
  }
  if (!isSpec(value)) {
    return null;
  }
  switch (value.dtype) {
    case "u1":
      return new Uint8Array(bytesOf(value.bdata));
    case "u2":
      return new Uint16Array(bytesOf(value.bdata));
    case "i4":
      return new Int32Array(bytesOf(value.bdata));
    case "f4":
      return new Float32Array(bytesOf(value.bdata));
    case "f8":
      return new Float64Array(bytesOf(value.bdata));
    default:
      return null;
  }
}
