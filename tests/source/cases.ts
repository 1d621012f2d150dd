/** Models that every source is asked for, and what it means that one is the same as in memory. */
import assert from "node:assert/strict";
import { dataset, fit, type FitFromOptions, type Frame, type Model } from "../../mod.ts";
import { designRecipe } from "../../lib/formula/recipe.ts";
import { crossed } from "./data.ts";

export const sleep = await dataset("sleepstudy"), pastes = await dataset("Pastes");

export interface SourceCase {
  readonly formula: string;
  readonly data?: Frame;
  readonly options?: FitFromOptions;
}

export const cases: readonly SourceCase[] = [
  { formula: "Reaction ~ Days + (Days | Subject)", data: sleep },
  { formula: "Reaction ~ Days + (Days || Subject)", data: sleep, options: { reml: false } },
  { formula: "Reaction ~ poly(Days, 2) + (1 | Subject)", data: sleep },
  { formula: "Reaction ~ Days", data: sleep },
  { formula: "Reaction ~ 1", data: sleep, options: { reml: false } },
  { formula: "strength ~ 1 + (1 | batch/cask)", data: pastes },
  { formula: "y ~ x * f + (1 | g) + (1 | h)" },
  { formula: "y ~ scale(x) * f + poly(x, 3) + (scale(x) | g) + (1 | h)" },
  { formula: "y ~ scale(x, center = 2003) + scale(k, scale = FALSE) + scale(o, center = FALSE) + (1 | g)" },
  { formula: "y ~ poly(scale(log(x)), 2) + (1 | h)" },
  {
    formula: "y ~ f + b + factor(k) + (1 | g) + (1 | h)",
    options: { weights: { precision: "w" }, offset: "o" },
  },
  { formula: "y ~ f + offset(log(m)) + (0 + f | g)", options: { weights: "m", contrasts: { f: "sum" } } },
  { formula: "y ~ 0 + f + log(x) + (0 + f + scale(x) | g)" },
  { formula: "y ~ 0 + k + f + (1 | g)" },
  {
    formula: "y ~ f * scale(log(x)) + interaction(f, b) + (1 | h/k)",
    options: { levels: { f: ["c", "a", "b"] } },
  },
  { formula: "y ~ f + (1 | g:h)", options: { levels: { f: "b" }, weights: { frequency: "m" } } },
  { formula: "y ~ I(scale(x)^2) + scale(x) + ordered(k) + (1 | factor(k))" },
  { formula: "y ~ k + (k | g) + (0 + o | g)", options: { levels: { k: [2, 0, 1, 3] } } },
  { formula: "y ~ f + I(k + 1) + k + `a name` + (b || h)" },
  { formula: "log(y) ~ factor(k > 1) + (1 | f)" },
  { formula: "b ~ x + (1 | g)" },
  { formula: "y ~ ns(x, df = 3) * f + cut(o, c(-0.1, 0.25, 0.5, 1.1)) + (1 | g)" },
  { formula: "y ~ x + cs(scale(x) + f | g) + (1 | h)" },
  { formula: "y ~ f + homdiag(0 + f | g)", options: { weights: { precision: "w" } } },
  { formula: "y ~ scale(x) + ar1(0 + factor(k) | g) + (1 | h)" },
  { formula: "y ~ f + hetar1(0 + factor(k) | g) + (scale(x) | g)", options: { weights: "m" } },
  { formula: "y ~ x + (1 | g) + toep(0 + f | g) + (0 + scale(o) | g)", options: { reml: false } },
  { formula: "y ~ x + rr(0 + factor(k) | g, d = 1)" },
  { formula: "y ~ f + (scale(x) | h:k, by = factor(k)) + (1 | g)" },
  { formula: "y ~ x + (1 | h:k) + homtoep(0 + f | h:k, by = factor(k))" },
  { formula: "y ~ ns(scale(x), knots = c(-1, 0.5)) + (ns(x) | h) + (1 | cut(o, 4))" },
];

/** Largest difference, in units of 1e-8 of the number or of its scale, whichever is larger. */
export function assertClose(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  scale: ArrayLike<number>,
  what: string,
) {
  assert.equal(a.length, b.length, what);
  for (let i = 0; i < a.length; i++) {
    const limit = 1e-8 * Math.max(Math.abs(b[i]), Math.abs(scale[i]));
    assert.ok(Math.abs(a[i] - b[i]) <= limit, `${what} ${i}: ${a[i]}, in memory ${b[i]}`);
  }
}

export function assertSame(a: Model, b: Model) {
  const P = b.covariance.rows,
    se = Float64Array.from({ length: P }, (_, i) => Math.sqrt(b.covariance.get(i, i)));
  assert.deepEqual(a.parts.map(({ names }) => names), b.parts.map(({ names }) => names));
  assert.deepEqual(a.parts[0].terms, b.parts[0].terms);
  assertClose(a.parts[0].beta, b.parts[0].beta, se, "coefficient");
  assertClose(a.covariance.to1DArray(), b.covariance.to1DArray(), outer(se).map((v) => 10 * v), "covariance");
  assertClose([a.sigma, a.logLik], [b.sigma, b.logLik], [0, 0], "sigma, log-likelihood");
  b.random.forEach((t, k) => {
    const sd = t.covariance.diagonal().map((v) => Math.sqrt(v) + 1e-3 * b.sigma);
    const per = Float64Array.from(t.modes, (_, i) => 100 * sd[i % sd.length]); // the search ends within 1e-6 of θ
    assertClose(
      a.random[k].covariance.to1DArray(),
      t.covariance.to1DArray(),
      outer(sd).map((v) => 100 * v),
      t.label,
    );
    assertClose(a.random[k].modes, t.modes, per, `modes of ${t.label}`);
    assert.deepEqual([a.random[k].levels, a.random[k].rowsPerLevel], [t.levels, t.rowsPerLevel]);
  });
  assert.deepEqual([a.nobs, a.npar, a.dfResidual, a.method], [b.nobs, b.npar, b.dfResidual, b.method]);
  assert.deepEqual(a.messages, b.messages);
  assertRecipes(a, b);
}

const outer = (x: ArrayLike<number>) => Array.from(x, (a) => Array.from(x, (b) => a * b)).flat();

/** Everything of a recipe is the same; means, and what scale and poly remember, to rounding. */
function assertRecipes(a: Model, b: Model) {
  const rounded = (model: Model) =>
    JSON.parse(
      JSON.stringify(designRecipe(model.recipe)),
      (_, v) => typeof v === "number" ? (Math.abs(v) < 1e-10 ? 0 : Number(v.toPrecision(11))) : v,
    );
  assert.deepEqual(rounded(a), rounded(b));
}

/** The same models from a source of their rows. */
export function sourceTests(
  what: string,
  from: (formula: string, data: Frame, options: FitFromOptions) => Promise<Model>,
): void {
  for (const { formula, data = crossed, options = {} } of cases) {
    const told = Object.keys(options).length > 0 ? ` ${JSON.stringify(options)}` : "";
    Deno.test(`${what} as in memory: ${formula}${told}`, async () => {
      assertSame(await from(formula, data, options), fit(formula, data, options));
    });
  }
}
