/** Data of the tests of sources, and sources of them. */
import { type BlockReader, type Frame, fromBlocks, pl, type Source } from "../../mod.ts";
import { seed } from "../../lib/math/random.ts";

const generator = seed(20),
  random = () => generator.uniform(),
  n = 900,
  rows = Array.from({ length: n }, (_, i) => i);
const pick = (count: number) => rows.map(() => Math.floor(count * random()));
const effects = (count: number, size: number) => Array.from({ length: count }, () => size * random());
const g = pick(40),
  h = pick(13),
  f = pick(3),
  k = pick(4),
  ofG = effects(40, 4),
  ofH = effects(13, 3),
  slopes = effects(40, 0.3);
const x = rows.map(() => 2000 + 10 * random());

/** Two crossed factors, factors of all kinds, a covariate far from 0, missing values. */
export const crossed: Frame = pl.DataFrame({
  y: rows.map((i) =>
    i % 53 === 7
      ? null
      : 100 + ofG[g[i]] + ofH[h[i]] + slopes[g[i]] * (x[i] - 2005) + (f[i] === 1 ? 1 : 0) + 2 * random()
  ),
  x: x.map((v, i) => i % 31 === 3 ? null : v),
  f: f.map((v, i) => i % 97 === 5 ? null : "abc"[v]),
  g,
  h: h.map((v) => `h${v}`),
  b: rows.map(() => random() < 0.5),
  k,
  w: rows.map(() => 0.5 + random()),
  m: rows.map(() => 1 + Math.floor(3 * random())),
  o: rows.map(() => random()),
  "a name": rows.map(() => random()),
});

/** A frame in blocks of so many rows. */
export function inBlocks(frame: Frame, size: number): Source {
  return fromBlocks({
    columns: frame.columns,
    *read(columns) {
      for (let row = 0; row < frame.height; row += size) yield frame.select(...columns).slice(row, size);
    },
  });
}

/** A reader that counts how often it is read, and what it is asked for. */
export function counted(frame: Frame): BlockReader & { readonly reads: (readonly string[])[] } {
  const reads: (readonly string[])[] = [];
  return {
    columns: frame.columns,
    reads,
    *read(columns) {
      reads.push(columns);
      yield frame;
    },
  };
}
