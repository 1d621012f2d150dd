/** Where a search looks for other correlations, and that no fit ends below a model that is a special case or a limit of its own. */
import assert from "node:assert/strict";
import { Matrix } from "../../../lib/math/dense.ts";
import { seed } from "../../../lib/math/random.ts";
import { frameOf } from "../../../lib/frame.ts";
import { planFit } from "../../../lib/model/fit.ts";
import type { FitOptions } from "../../../lib/model/options/options.ts";
import type { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { NOT_FLAT } from "../../../lib/model/optimum/directions.ts";
import { objectiveOf } from "../../../lib/model/optimum/engine.ts";
import type { Optimum } from "../../../lib/model/optimum/optimum.ts";
import { otherEnds } from "../../../lib/model/optimum/other_correlations.ts";
import { fit, pl } from "../../../mod.ts";
import { scattered } from "../objective/dense.ts";

const n = 60, rows = Array.from({ length: n }, (_, i) => i);
const frame = frameOf({
  x: scattered(n, 70),
  y: scattered(n),
  g: rows.map((i) => `g${i % 10}`),
  k: rows.map((i) => `k${Math.floor(i / 10) % 2}`),
  h: rows.map((i) => `h${i % 2}`), // of the groups
  t: rows.map((i) => Math.floor(i / 20)),
  u: rows.map((i) => Math.floor(i / 10)),
});

/** The starts beside an optimum that is regular, but for what is said of it. */
function ends(
  formula: string,
  theta: readonly number[],
  more: Partial<Optimum> = {},
  options: FitOptions = {},
) {
  const { effects } = objectiveOf(planFit(formula, frame, options)) as ProfiledDeviance;
  assert.equal(effects.thetas, theta.length);
  const first = {
    psi: Float64Array.from(theta),
    fixed: [],
    held: [],
    free: [],
    converged: true,
    flat: NOT_FLAT,
    covariance: Matrix.eye(theta.length),
    ...more,
  } as unknown as Optimum;
  return otherEnds(effects, first, 0).map((start) => Array.from(start));
}

const ar1 = "y ~ x + ar1(0 + factor(t) | g)";

Deno.test("no other correlations where a structure has none of its own, where they are held or known sharply", () => {
  for (const plain of ["(1 | g)", "diag(0 + factor(t) | g)", "(x | g)"]) {
    const { effects } = objectiveOf(planFit(`y ~ x + ${plain}`, frame, {})) as ProfiledDeviance;
    assert.deepEqual(ends(`y ~ x + ${plain}`, new Array(effects.thetas).fill(0.3)), []);
  }
  assert.deepEqual(ends(ar1, [0.4, 0.3], { fixed: [1], held: [1] }), []);
  assert.deepEqual(ends(ar1, [0.4, 0.3], { covariance: Matrix.eye(2).mul(0.005) }), []);
  assert.equal(ends(ar1, [0.4, 0.3], { covariance: Matrix.eye(2).mul(0.02) }).length, 2);
  assert.deepEqual(ends(ar1, [0.4, 2]), [[0.4, -1.5]]); // it is beyond the other end
});

Deno.test("Toeplitz correlations decay, alternate or are equal; of two occasions they have two signs", () => {
  const correlations = ([, t, u]: readonly number[]) => {
    const [r, s] = [t, u].map((v) => v / Math.hypot(1, v));
    return [r, r * r + s * (1 - r * r)].map((v) => Math.round(1e9 * v) / 1e9);
  };
  const found = ends("y ~ x + homtoep(0 + factor(t) | g)", [0.4, 0, 0]);
  assert.deepEqual(found.map(correlations), [[0.8, 0.64], [-0.8, 0.64], [0.8, 0.8], [-0.4, -0.4]]);
  const two = ends("y ~ x + homtoep(0 + k | g)", [0.4, 0]);
  assert.deepEqual(two.map(([, t]) => Math.round(1e9 * t / Math.hypot(1, t)) / 1e9), [0.8, -0.8]);
});

Deno.test("where the likelihood is flat in them standard deviations begin anew, at 0 with those of the others", () => {
  const flat = { ...NOT_FLAT, directions: [Float64Array.of(1, 0)] };
  assert.deepEqual(ends(ar1, [7, 0], { flat }), [[0.5, -1.5], [0.5, 1.5]]);
  const each = ends("y ~ x + hetar1(0 + factor(t) | g)", [0, 0.3, 0.4, 0], { fixed: [0] });
  assert.ok(
    each.every((start) => start.slice(0, 3).every((v) => Math.abs(v - 0.5 / Math.sqrt(3)) < 1e-12)),
    `${each}`,
  );
});

Deno.test("levels of by = … move together, and a group's other effects make way", () => {
  const both = ends("y ~ x + ar1(0 + factor(t) | g, by = h)", [0.4, 0.1, 0.3, 0.2]);
  assert.deepEqual(both, [[0.4, -1.5, 0.3, -1.5], [0.4, 1.5, 0.3, 1.5]]);
  assert.deepEqual(ends("y ~ x + (1 | g) + ar1(0 + factor(t) | g)", [0.8, 0.4, 0.1])[1], [0.1, 0.4, 1.5]);
  assert.deepEqual(ends("y ~ x + (1 | k) + ar1(0 + factor(t) | g)", [0.8, 0.4, 0.1])[1], [0.8, 0.4, 1.5]);
});

Deno.test("in the residual's place correlations are looked at beside a group's weaker effect", () => {
  const found = ends("y ~ x + (1 | g)", [0.8, 0.3], {}, { residual: "ar1(u | g)" });
  assert.deepEqual(found, [[0.1, -1.5], [0.1, 1.5]]);
});

/** Groups with an effect in common and rows that are independent otherwise. */
function grouped(from: number, G: number, T: number, sd: number) {
  const random = seed(from), id: string[] = [], t: number[] = [], x: number[] = [], y: number[] = [];
  for (let i = 0; i < G; i++) {
    const b = sd * random.normal();
    for (let k = 0; k < T; k++) {
      id.push(`s${i}`);
      t.push(k);
      x.push(random.normal());
      y.push(1 + 0.3 * x.at(-1)! + b + random.normal());
    }
  }
  return pl.DataFrame({ id, t, v: t.map((k) => `v${k}`), x, y });
}

/** A model, one that it contains or has as its limit, and seeds of data over so many positions in which a first descent ends elsewhere. */
const NESTED: readonly (readonly [string, string, FitOptions, number, readonly number[]])[] = [
  ["gau(0 + numFactor(t) | id)", "(1 | id)", { reml: false }, 4, [0, 1, 2, 3, 4, 5]],
  ["ar1(0 + v | id)", "(1 | id)", {}, 4, [0, 1, 2, 3, 4, 5]],
  ["homtoep(0 + v | id)", "homcs(0 + v | id)", { dispersion: "~ x" }, 2, [17, 38]],
  ["homtoep(0 + v | id)", "homcs(0 + v | id)", { dispersion: "~ x", reml: true }, 2, [15, 38]],
  ["homtoep(0 + v | id)", "ar1(0 + v | id)", {}, 4, [7]],
  ["toep(0 + v | id)", "cs(0 + v | id)", { reml: false }, 5, [43, 51, 58]],
];

for (const [larger, smaller, options, T, seeds] of NESTED) {
  Deno.test(`${larger} ${JSON.stringify(options)} is nowhere below ${smaller}`, () => {
    for (const s of seeds) {
      const data = grouped(s, 8 + 2 * (s % 5), T, 0.15 * (s % 5));
      const models = [larger, smaller].map((term) => fit(`y ~ x + ${term}`, data, options));
      assert.ok(models.every(({ converged }) => converged));
      const [a, b] = models.map(({ logLik }) => logLik);
      assert.ok(a > b - 1e-3, `seed ${s}: ${a} and ${b}`); // a limit is neared by as much as ρ may be short of 1
    }
  });
}
