/** A source that answers by itself, as an engine would that adds up: one model, y ~ x + (x | g) + (1 | h), written out. */
import assert from "node:assert/strict";
import {
  type Description,
  fit,
  fitFrom,
  type PairSums,
  pl,
  type Question,
  type Source,
  type Sums,
} from "../../mod.ts";
import { seed } from "../../lib/math/random.ts";

const generator = seed(8),
  rows = Array.from({ length: 400 }, (_, i) => i),
  G = ["a", "b", "c", "d", "e", "f"],
  H = ["p", "q", "r", "s"];
const g = rows.map(() => Math.floor(6 * generator.uniform())),
  h = rows.map(() => Math.floor(4 * generator.uniform()));
const x = rows.map(() => 50 + generator.normal());
const y = rows.map((i) => 10 + g[i] + 0.5 * h[i] + (0.2 + 0.1 * g[i]) * x[i] + generator.normal());
const mean = (v: readonly number[]) => v.reduce((s, each) => s + each, 0) / v.length;

function describe(question: Question): Description {
  assert.deepEqual(question, {
    used: ["y", "x", "g", "h"],
    levels: {},
    frequency: null,
    categories: [],
    calls: [],
    factors: ["y", "x"],
    groups: [["g"], ["h"]],
  });
  const numbers = (v: readonly number[]) => ({
    kind: "numeric" as const,
    mean: mean(v),
    min: Math.min(...v),
    max: Math.max(...v),
    values: null,
  });
  const levels = (codes: readonly number[], names: readonly string[]) => ({
    kind: "factor" as const,
    ordered: false,
    boolean: false,
    from: "text" as const,
    levels: names,
    counts: names.map((_, l) => codes.filter((code) => code === l).length),
  });
  return {
    rows: 400,
    rowsGiven: 400,
    missing: {},
    columns: { y: numbers(y), x: numbers(x), g: levels(g, G), h: levels(h, H) },
    states: {},
    factors: {},
    groups: [["g", G], ["h", H]].map(([text, names]) => ({
      components: [{ text: text as string, levels: names as string[] }],
      cells: null,
    })),
  };
}

/** Sums with any centres: here far rounder numbers than the means. */
function crossProducts(): Sums {
  const centre = Float64Array.of(0, 49, 20),
    columns = [rows.map(() => 1), x.map((v) => v - 49), y.map((v) => v - 20)];
  const sum = (of: (i: number) => number, where: (i: number) => boolean = () => true) =>
    rows.reduce((s, i) => where(i) ? s + of(i) : s, 0);
  const z = [[columns[0], x.map((v) => v - 52)], [columns[0]]], level = [g, h], names = [G, H];
  return {
    rows: 400,
    total: 400,
    logWeights: 0,
    centre,
    leading: 1,
    sums: Float64Array.from(columns, (v) => sum((i) => v[i])),
    products: columns.map((v, j) =>
      Float64Array.from({ length: j + 1 }, (_, k) => sum((i) => v[i] * columns[k][i]))
    ),
    factors: ["g", "h"].map((group, f) => ({
      group,
      rows: Int32Array.from(names[f], (_, l) => sum(() => 1, (i) => level[f][i] === l)),
      centre: Float64Array.of(0, 52).slice(0, z[f].length),
      leading: [1],
      own: Float64Array.from(
        names[f].flatMap((_, l) =>
          z[f].flatMap((a) => z[f].map((b) => sum((i) => a[i] * b[i], (i) => level[f][i] === l)))
        ),
      ),
      products: columns.map((v) =>
        Float64Array.from(
          names[f].flatMap((_, l) => z[f].map((a) => sum((i) => a[i] * v[i], (i) => level[f][i] === l))),
        )
      ),
    })),
    pairs: [pairs()],
  };

  /** h is the later factor; the pairs come in an order of their own. */
  function pairs(): PairSums {
    const met = [...new Map(rows.map((i) => [6 * h[i] + g[i], [h[i], g[i]]])).values()];
    return {
      row: 1,
      col: 0,
      rows: Int32Array.from(met, ([l]) => l),
      cols: Int32Array.from(met, ([, l]) => l),
      blocks: Float64Array.from(
        met.flatMap(([a, b]) => z[0].map((v) => sum((i) => v[i], (i) => h[i] === a && g[i] === b))),
      ),
    };
  }
}

Deno.test("a source that answers by itself: the model is that of its rows", async () => {
  const source: Source = {
    columns: () => Promise.resolve(["y", "x", "g", "h"]),
    describe: (question) => Promise.resolve(describe(question)),
    crossProducts: ({ less }) => {
      assert.equal(less, null);
      return Promise.resolve(crossProducts());
    },
  };
  const formula = "y ~ x + (x | g) + (1 | h)",
    data = pl.DataFrame({ y, x, g: g.map((l) => G[l]), h: h.map((l) => H[l]) });
  const a = await fitFrom(formula, source), b = fit(formula, data);
  assert.ok(Math.abs(a.logLik - b.logLik) < 1e-8, `${a.logLik}, in memory ${b.logLik}`);
  a.parts[0].beta.forEach((v, j) =>
    assert.ok(Math.abs(v - b.parts[0].beta[j]) < 1e-8, `${v}, in memory ${b.parts[0].beta[j]}`)
  );
  assert.deepEqual(JSON.parse(JSON.stringify(a.recipe)), JSON.parse(JSON.stringify(b.recipe)));
});
