import { describe, expect, it } from "vitest";

import { numbersOf } from "./typedArray";

function spec(array: Uint16Array | Float64Array | Float32Array | Int32Array, dtype: string) {
  return { dtype, bdata: Buffer.from(array.buffer).toString("base64") };
}

describe("arrays in a figure", () => {
  it.each([
    [new Uint16Array([0, 1, 65535]), "u2"],
    [new Float64Array([0.1, -2.5e-9]), "f8"],
    [new Float32Array([0.5, Number.NaN]), "f4"],
    [new Int32Array([-7, 7]), "i4"],
  ])("%s come back as they were sent", (array, dtype) => {
    expect(Array.from(numbersOf(spec(array, dtype)) ?? [])).toEqual(Array.from(array));
  });

  it("are null where there is none", () => {
    expect(numbersOf(undefined)).toBeNull();
    expect(numbersOf({ dtype: "c8", bdata: "" })).toBeNull();
    expect(numbersOf([1, 2])).toEqual([1, 2]);
  });
});
