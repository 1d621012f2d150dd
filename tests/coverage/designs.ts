/** The designs whose intervals are simulated, fixed before the first run: one has six groups, none is large. */
import type { Frame } from "../../lib/frame.ts";
import { frameOf } from "../../lib/frame.ts";
import type { Random } from "../../lib/math/random.ts";
import { seed } from "../../lib/math/random.ts";
import type { FitOptions } from "../../lib/model/fit.ts";

/** A model, its true coefficients, and how responses come about. */
export interface Design {
  readonly name: string;
  /** Starts its random numbers. */
  readonly seed: number;
  readonly formula: string;
  readonly options: FitOptions;
  readonly columns: Readonly<Record<string, readonly (number | string)[]>>;
  /** True values: of an effect that varies within groups, and of one between them. */
  readonly within: readonly [term: string, value: number];
  readonly between: readonly [term: string, value: number];
  /** A response, with a new observation of the first row's group and one of a new group, both at the first row's predictors. */
  draw(random: Random): { y: number[]; same: number; fresh: number };
}

const normals = (n: number, start: number): number[] => {
  const random = seed(start);
  return Array.from({ length: n }, () => random.normal());
};

/** `size` values for each of some groups. */
const repeat = (groups: number, size: number) =>
  Array.from({ length: groups * size }, (_, i) => Math.floor(i / size));

function sixGroups(): Design {
  const g = repeat(6, 5), x = g.map((_, i) => i % 5 - 2);
  return {
    seed: 2000,
    name: "six groups of five",
    formula: "y ~ x + (1 | g)",
    options: {},
    columns: { x, g: g.map((k) => `g${k}`) },
    within: ["x", 0.5],
    between: ["(Intercept)", 3],
    draw(random) {
      const b = Array.from({ length: 7 }, () => random.normal()),
        at = (k: number, i: number) => 3 + 0.5 * x[i] + b[k] + random.normal();
      return { y: g.map((k, i) => at(k, i)), same: at(0, 0), fresh: at(6, 0) };
    },
  };
}

function unequalGroups(): Design {
  const g = [2, 3, 4, 5, 6, 6, 7, 8, 9, 10].flatMap((size, k) => new Array<number>(size).fill(k)),
    x = normals(g.length, 101);
  const treated = (k: number) => k % 2;
  return {
    seed: 2001,
    name: "ten groups of 2 to 10, half of them treated",
    formula: "y ~ t + x + (1 | g)",
    options: {},
    columns: { x, g: g.map((k) => `g${k}`), t: g.map((k) => treated(k) ? "yes" : "no") },
    within: ["x", -0.3],
    between: ["tyes", 1],
    draw(random) {
      const b = Array.from({ length: 11 }, () => 0.8 * random.normal());
      const at = (k: number, i: number) => 2 + treated(g[i]) - 0.3 * x[i] + b[k] + random.normal();
      return { y: g.map((k, i) => at(k, i)), same: at(g[0], 0), fresh: at(10, 0) };
    },
  };
}

function splitPlot(): Design {
  const rows = Array.from(
    { length: 48 },
    (_, i) => ({ block: Math.floor(i / 12), whole: Math.floor(i / 4) % 3, sub: i % 4 }),
  );
  return {
    seed: 2002,
    name: "split plot, 4 blocks of 3 whole plots of 4",
    formula: "y ~ a + b + (1 | block) + (1 | block:a)",
    options: {},
    columns: {
      block: rows.map((r) => `r${r.block}`),
      a: rows.map((r) => `a${r.whole}`),
      b: rows.map((r) => `b${r.sub}`),
    },
    within: ["bb1", 0.6],
    between: ["aa1", 1.2],
    draw(random) {
      const block = Array.from({ length: 5 }, () => random.normal()),
        plot = Array.from({ length: 13 }, () => 0.7 * random.normal());
      const at = (b: number, p: number, { whole, sub }: typeof rows[0]) =>
        5 + 1.2 * whole + 0.6 * sub + block[b] + plot[p] + random.normal();
      return {
        y: rows.map((r) => at(r.block, 3 * r.block + r.whole, r)),
        same: at(0, 0, rows[0]),
        fresh: at(4, 12, rows[0]),
      };
    },
  };
}

function randomSlopes(): Design {
  const g = repeat(12, 8), x = g.map((_, i) => (i % 8 - 3.5) / 2), z = normals(g.length, 102);
  return {
    seed: 2003,
    name: "random slopes, 12 groups of 8",
    formula: "y ~ x + z + (x | g)",
    options: {},
    columns: { x, z, g: g.map((k) => `g${k}`) },
    within: ["z", 0.4],
    between: ["x", 1],
    draw(random) {
      const b = Array.from({ length: 13 }, () => {
        const u = random.normal();
        return [u, 0.6 * (0.3 * u + Math.sqrt(1 - 0.09) * random.normal())];
      });
      const at = (k: number, i: number) => 1 + x[i] + 0.4 * z[i] + b[k][0] + b[k][1] * x[i] + random.normal();
      return { y: g.map((k, i) => at(k, i)), same: at(0, 0), fresh: at(12, 0) };
    },
  };
}

function crossed(): Design {
  const rows = Array.from({ length: 60 }, (_, i) => ({ s: Math.floor(i / 6), i: i % 6 })),
    z = normals(60, 103);
  const level = (item: number) => item - 2.5;
  return {
    seed: 2004,
    name: "crossed, 10 subjects by 6 items",
    formula: "y ~ x + z + (1 | s) + (1 | i)",
    options: {},
    columns: {
      x: rows.map((r) => level(r.i)),
      z,
      s: rows.map((r) => `s${r.s}`),
      i: rows.map((r) => `i${r.i}`),
    },
    within: ["z", 0.5],
    between: ["x", 0.4],
    draw(random) {
      const s = Array.from({ length: 11 }, () => random.normal()),
        items = Array.from({ length: 7 }, () => 0.7 * random.normal());
      const at = (a: number, b: number, k: number) =>
        2 + 0.4 * level(rows[k].i) + 0.5 * z[k] + s[a] + items[b] + random.normal();
      return { y: rows.map((r, k) => at(r.s, r.i, k)), same: at(0, 0, 0), fresh: at(10, 6, 0) };
    },
  };
}

function counts(): Design {
  const g = repeat(20, 6), x = g.map((_, i) => (i % 6 - 2.5) / 2), treated = (k: number) => k % 2;
  return {
    seed: 2005,
    name: "counts, 20 groups of 6, half of them treated",
    formula: "y ~ t + x + (1 | g)",
    options: { family: "poisson" },
    columns: { x, g: g.map((k) => `g${k}`), t: g.map((k) => treated(k) ? "yes" : "no") },
    within: ["x", 0.3],
    between: ["tyes", 0.5],
    draw(random) {
      const b = Array.from({ length: 21 }, () => 0.5 * random.normal());
      const at = (k: number, i: number) =>
        random.poisson(Math.exp(1.5 + 0.5 * treated(g[i]) + 0.3 * x[i] + b[k]));
      return { y: g.map((k, i) => at(k, i)), same: at(g[0], 0), fresh: at(20, 0) };
    },
  };
}

/** The six designs. */
export const DESIGNS: readonly Design[] = [
  sixGroups(),
  unequalGroups(),
  splitPlot(),
  randomSlopes(),
  crossed(),
  counts(),
];

/** The data of a design with a response, and its first row with every grouping column set to a new group. */
export function dataOf(design: Design, y: readonly number[]): Frame {
  return frameOf({ ...design.columns as Record<string, number[]>, y: [...y] });
}

/** The first row of a design: of its own groups, or of groups that are not in the data. */
export function firstRow(design: Design, fresh: boolean): Frame {
  const groups = new Set([...design.formula.matchAll(/\|\s*(\w+)/g)].map(([, name]) => name));
  const entries = Object.entries(design.columns).map((
    [name, values],
  ) => [name, [fresh && groups.has(name) ? "new" : values[0]]]);
  return frameOf(Object.fromEntries(entries) as Record<string, number[]>);
}
