import { formatNumber } from "../numbers.ts";
import type { FactorValue } from "../values.ts";
import { numbersOf, type Transform } from "./transform.ts";

/**
 * numFactor(x, y, …): the distinct places with these coordinates, as levels "(x,y)" in increasing order of x, then y. Structures
 * that depend on distance read the coordinates from the levels.
 */
export const numFactor: Transform = {
  name: "numFactor",
  parameters: ["..."],
  apply(inputs) {
    if (inputs.rest.length === 0) {
      throw new TypeError(`Cannot compute ${inputs.text}: it needs at least one coordinate`);
    }
    const columns = inputs.rest.map(({ text, value }) =>
      numbersOf(value, NaN, `${inputs.text}: ${text}`).values
    );
    const places = new Map<string, number[]>(), n = columns[0].length;
    const labels = Array.from({ length: n }, (_, i) => {
      const place = columns.map((x) => x[i]);
      if (place.some(Number.isNaN)) return null;
      const label = `(${place.map(formatNumber).join(",")})`;
      places.set(label, place);
      return label;
    });
    const levels = [...places].sort(([, a], [, b]) => {
      const k = a.findIndex((v, j) => v !== b[j]);
      return k < 0 ? 0 : a[k] - b[k];
    }).map(([label]) => label);
    const codeOf = new Map(levels.map((label, k) => [label, k]));
    const codes = Int32Array.from(labels, (label) => label === null ? -1 : codeOf.get(label)!);
    const value: FactorValue = { kind: "factor", codes, levels, ordered: false, boolean: false };
    return { value };
  },
};
