/** (x | g, by = f) against the terms that it stands for, one for each level of f. */
import assert from "node:assert/strict";
import * as t from "../../../mod.ts";
import { fromBlocks } from "../../../lib/source/from_blocks.ts";
import { seed } from "../../../lib/math/random.ts";
import { bindShape } from "../../../lib/model/structures/bind.ts";
import { difference } from "../../laws/differences.ts";

const rowsOf = (table: unknown) => (table as { toRecords(): Record<string, number>[] }).toRecords();

/** Thirty groups in three levels of f, of 3 to 7 rows, with missing responses. */
function nested() {
  const random = seed(21),
    columns = {
      y: [] as (number | null)[],
      n: [] as number[],
      x: [] as number[],
      g: [] as string[],
      f: [] as string[],
    };
  const dummies: number[][] = [];
  for (let i = 0; i < 30; i++) {
    const own = i % 3,
      sd = [0.4, 0.8, 1.3][own],
      b = sd * random.normal(),
      slope = 0.5 * sd * random.normal();
    for (let k = 0; k < 3 + i % 5; k++) {
      const x = random.normal(), eta = 0.6 + 0.4 * x + b + slope * x;
      columns.x.push(x);
      columns.g.push(`g${i}`);
      columns.f.push("pqr"[own]);
      columns.y.push((i + k) % 11 === 0 ? null : eta + random.normal());
      columns.n.push(Math.round(Math.exp(eta / 2)));
      dummies.push([0, 1, 2].map((level) => Number(level === own)));
    }
  }
  const [p, q, r] = [0, 1, 2].map((level) => dummies.map((d) => d[level]));
  return t.pl.DataFrame({ ...columns, p, q, r });
}

const CASES = [
  ["(1 | g, by = f)", "(0 + p | g) + (0 + q | g) + (0 + r | g)"],
  ["(x | g, by = f)", "(0 + p + p:x | g) + (0 + q + q:x | g) + (0 + r + r:x | g)"],
  ["(0 + x | g, by = f)", "(0 + p:x | g) + (0 + q:x | g) + (0 + r:x | g)"],
  ["(x || g, by = f)", "(0 + p + p:x || g) + (0 + q + q:x || g) + (0 + r + r:x || g)"],
  ["diag(x | g, by = f)", "(0 + p + p:x || g) + (0 + q + q:x || g) + (0 + r + r:x || g)"],
] as const;

for (const [by, apart] of CASES) {
  for (
    const [response, options] of [["y", {}], ["y", { reml: false }], ["n", { family: "poisson" }]] as const
  ) {
    Deno.test(`${by} is ${apart}: ${response} ${JSON.stringify(options)}`, () => {
      const data = nested(),
        one = t.fit(`${response} ~ x + f + ${by}`, data, options),
        many = t.fit(`${response} ~ x + f + ${apart}`, data, options);
      assert.ok(one.converged && Math.abs(one.logLik - many.logLik) < 1e-6, `${one.logLik}, ${many.logLik}`);
      const sds = (m: t.Model) =>
        m.random.flatMap(({ parameters }) => parameters).filter(({ kind }) => kind === "sd").map((
          { estimate },
        ) => estimate).sort();
      sds(one).forEach((v, i) => assert.ok(Math.abs(v - sds(many)[i]) < 1e-3, `${sds(one)}, ${sds(many)}`));
      const [estimate, other] = [one, many].map((m) =>
        rowsOf(t.tidy(m)).filter((r) => r.effect as unknown === "fixed")
      );
      estimate.forEach((r, i) => {
        assert.ok(Math.abs(r.estimate - other[i].estimate) < 1e-4 * r.std_error, `${r.term}`);
        assert.ok(
          Math.abs(r.std_error - other[i].std_error) < 2e-3 * r.std_error,
          `${r.term}: ${r.std_error}, ${other[i].std_error}`,
        );
      });
      const grid = t.pl.DataFrame({
        x: [0.3, 0.3, -1],
        f: ["p", "r", "q"],
        g: ["g3", "new", "other"],
        p: [1, 0, 0],
        q: [0, 0, 1],
        r: [0, 1, 0],
      });
      const predictions = [one, many].map((m) => rowsOf(t.predict(m, grid, { newLevels: "population" })));
      predictions[0].forEach((r, i) => {
        assert.ok(Math.abs(r.estimate - predictions[1][i].estimate) < 1e-3, `row ${i}`);
        assert.ok(
          Math.abs(r.std_error - predictions[1][i].std_error) < 3e-3 * r.std_error,
          `row ${i}: ${r.std_error}`,
        );
      });
    });
  }
}

Deno.test("by: ranef has the effects that the groups have; saved, refitted and held it is the same model", () => {
  const data = nested(), model = t.fit("y ~ x + f + (x | g, by = f)", data), effects = rowsOf(t.ranef(model));
  assert.equal(effects.length, 60);
  effects.forEach((r) => assert.ok(r.std_error > 0));
  assert.match(t.summary(model), /\(x \| g, by = f\)/);
  const again = t.loadModel(t.saveModel(model));
  assert.deepEqual(rowsOf(t.ranef(again)), effects);
  assert.equal(t.summary(again), t.summary(model));
  assert.ok(
    Math.abs(t.refit(model, { formula: `y ~ ${model.parts[0].formula}` }).logLik - model.logLik) < 1e-8,
  );
  const [sd] = rowsOf(t.tidy(model)).filter((r) => r.term as unknown === "sd__fp");
  const held = t.fit("y ~ x + f + (1 | g, by = f)", data, { fixed: { "sd__fp | g": sd.estimate } });
  assert.ok(Math.abs(held.random[0].parameters[0].estimate / Number(sd.estimate) - 1) < 1e-14); // written and read as θ
  const [row] = rowsOf(
    t.confint(t.fit("y ~ x + f + (1 | g, by = f)", data), { method: "profile", terms: ["sd__fr"] }),
  );
  assert.ok(row.conf_low < row.estimate && row.estimate < row.conf_high);
});

Deno.test("by: structures over positions have the parameters of every level, by its name", () => {
  const data = nested().withColumn(
    t.pl.Series("t", nested().getColumn("x").toArray().map((_: number, i: number) => i % 3)),
  );
  const model = t.fit("y ~ x + f + ar1(0 + factor(t) | g, by = f)", data),
    own = model.random[0].parameters.map(({ name }) => name);
  assert.deepEqual(own, ["sd__ar1.p", "rho__ar1.p", "sd__ar1.q", "rho__ar1.q", "sd__ar1.r", "rho__ar1.r"]);
});

for (const name of ["us", "diag", "homdiag", "cs", "homtoep"] as const) {
  Deno.test(`by: ${name}, pullback is the adjoint of fill, near its inverse, start the standard deviations`, () => {
    const names = Array.from({ length: 6 }, (_, j) => `c${j}`),
      labels = ["a", "b"],
      positions = ["0", "1", "2"];
    const s = bindShape({ structure: name }, {
      label: "x | g, by = f",
      names,
      levels: ["1", "2"],
      positions: null,
      arguments: {},
      known: null,
      by: { labels, positions },
    });
    const random = seed(4),
      theta = Float64Array.from({ length: s.thetas }, () => 0.3 + Math.abs(random.normal()) / 3),
      c = s.width;
    const at = (x: Float64Array) => {
      const T = new Float64Array(c * c).fill(NaN);
      s.fill(x, 0, T);
      return T;
    };
    const gram = (T: Float64Array) =>
      Array.from({ length: c * c }, (_, k) => {
        const [i, j] = [k % c, Math.floor(k / c)];
        return names.reduce((sum, _, l) => sum + T[l * c + i] * T[l * c + j], 0);
      });
    const D = Float64Array.from({ length: c * c }, (_, i) => Math.cos(i + 1)),
      gradient = new Float64Array(s.thetas);
    s.pullback(theta, 0, D, gradient);
    gradient.forEach((g, j) => {
      const slope = difference(
        (h) => at(theta.map((v, i) => i === j ? v + h : v)).reduce((sum, v, i) => sum + v * D[i], 0),
        1e-3,
      );
      assert.ok(Math.abs(g - slope) < 1e-9, `θ${j}: ${g}, ${slope}`);
    });
    const S = gram(at(theta)), back = gram(at(Float64Array.from(s.near(at(theta)))));
    S.forEach((v, k) => assert.ok(Math.abs(v - back[k]) < 1e-6));
    S.forEach((v, k) => (k % c) % 2 === Math.floor(k / c) % 2 || assert.equal(v, 0)); // levels are independent
    gram(at(Float64Array.from(s.start(names.map(() => 0.7))))).forEach((v, k) =>
      k % (c + 1) === 0 && assert.ok(Math.abs(v - 0.49) < 1e-12)
    );
    assert.equal(new Set(s.shown.map(({ name }) => name)).size, s.shown.length);
  });
}

for (
  const [term, kind, message] of [
    ["(1 | g, by = x)", TypeError, /by = x: it is a number, and a factor is needed; write by = factor\(x\)/],
    [
      "(1 | f, by = g)",
      RangeError,
      /the groups of f have to lie within its levels, but "p" is in "g0" and in "g3"/,
    ],
    ["(f | g, by = f)", SyntaxError, /f cannot vary within the groups of its own levels/],
    ["(1 | g, b = f)", TypeError, /its argument f must be a number, text or TRUE\/FALSE/],
    ["(1 | g, b = 1)", RangeError, /takes no arguments after the term/],
    ["(x + 1, by = f)", SyntaxError, /something is missing before ,/],
    ["rw1(t | g, by = f)", RangeError, /by = … does not split/],
  ] as const
) {
  Deno.test(`by, refused: ${term}`, () => {
    const data = nested().withColumn(
      t.pl.Series("t", nested().getColumn("x").toArray().map((_: number, i: number) => i % 5)),
    );
    assert.throws(
      () => t.fit(`y ~ x + ${term}`, data),
      (error: Error) => error instanceof kind && message.test(error.message) || assert.fail(String(error)),
    );
  });
}

Deno.test("by: a source gives the same fit", async () => {
  const source = fromBlocks({
    columns: ["y", "x", "g", "f"],
    *read(names) {
      yield nested().select(...names);
    },
  });
  const formula = "y ~ x + (1 | g, by = f)",
    [here, there] = [t.fit(formula, nested()), await t.fitFrom(formula, source)];
  assert.ok(Math.abs(there.logLik - here.logLik) < 1e-8, `${there.logLik} and ${here.logLik}`);
  const estimates = (m: t.Model) => t.tidy(m).toRecords().map(({ estimate }) => Number(estimate));
  estimates(there).forEach((v, i) => assert.ok(Math.abs(v - estimates(here)[i]) < 1e-6, `${v}`));
});
