/** Cells with every two intervals as one, whose moments are those of the cells about other centres. */
import { centreOf, halvedBin, intervalOf, momentName, unitOf } from "./bins.ts";
import { Moments } from "./bin_moments.ts";
import type { Cells, CellValues } from "./collapse.ts";

export interface FilledCells {
  readonly cells: Cells;
  readonly values: CellValues;
}

export function halvedCells({ cells, values }: FilledCells): FilledCells {
  const { bins, keys: { length: own } } = cells, wider = bins.map(halvedBin), rows = values.sums[0].length;
  const centres = values.keys.slice(own).map((key) => Float64Array.from(key, Number));
  const interval = bins.map((bin, j) => Int32Array.from(centres[j], (c) => intervalOf(bin, c) >> 1));
  const { kind, first } = kinds([...values.keys.slice(0, own), ...interval], rows);
  const shifts = wider.map((bin, j) => centres[j].map((c, i) => c - centreOf(bin, interval[j][i])));
  const shifted = shiftedMoments({ cells, values }, shifts, wider.map(unitOf));
  const sums = cells.sums.map(({ name }, k) => {
    const out = new Float64Array(first.length), of = shifted.get(name) ?? values.sums[k];
    of.forEach((v, i) => out[kind[i]] += v);
    return out;
  });
  const keys = [
    ...values.keys.slice(0, own).map((key) => Array.from(first, (i) => key[i])),
    ...wider.map((bin, j) => Array.from(first, (i) => centreOf(bin, interval[j][i]))),
  ];
  return { cells: { ...cells, bins: wider }, values: { keys, sums } };
}

/** Moments about other centres: Σ Π (u + δ), multiplied out over the subsets of its factors. */
function shiftedMoments(
  { cells, values }: FilledCells,
  shifts: readonly Float64Array[],
  wide: readonly number[],
): Map<string, Float64Array> {
  const moments = new Moments(cells, values), unit = cells.bins.map(unitOf);
  return new Map(moments.all.map(({ name, of, response }) => {
    const out = new Float64Array(moments.n.length), scale = of.reduce((v, j) => v / wide[j], 1);
    for (let set = 0; set < 1 << of.length; set++) {
      const inside = of.filter((_, k) => set >> k & 1), outside = of.filter((_, k) => !(set >> k & 1));
      const sum = inside.length > 0
        ? moments.of(momentName(inside, response))
        : response
        ? moments.y!
        : moments.mass;
      const by = inside.reduce((v, j) => v * unit[j], scale);
      sum.forEach((v, i) => out[i] += outside.reduce((p, j) => p * shifts[j][i], by * v));
    }
    return [name, out];
  }));
}

/** Numbers of the different rows of columns, from 0 in their order, and where each is first. */
function kinds(columns: readonly ArrayLike<unknown>[], rows: number) {
  const kind = new Int32Array(rows);
  let count = 1, first = [0];
  for (const column of columns) {
    const values = new Map<unknown, number>(), pairs = new Map<number, number>();
    first = [];
    for (let i = 0; i < rows; i++) {
      let value = values.get(column[i]);
      if (value === undefined) values.set(column[i], value = values.size);
      const pair = value * count + kind[i];
      let next = pairs.get(pair);
      if (next === undefined) {
        pairs.set(pair, next = first.length);
        first.push(i);
      }
      kind[i] = next;
    }
    count = first.length;
  }
  return { kind, first };
}
