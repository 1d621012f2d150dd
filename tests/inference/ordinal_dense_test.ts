/**
 * Ordered categories with scale effects, nominal effects and random effects, which no reference has: the marginal likelihood by
 * Simpson's rule over the random effects, or by Laplace's formula with differences, both written here from P(Y ≤ k) =
 * F((θ_k + α_k z − βx − b)/e^ζ). Log-likelihoods to 1e-6 (quadrature) and 1e-5 (differences); the gradient at the estimates is 0 and the
 * curvature gives the standard errors, to 1e-3 of them.
 */
import assert from "node:assert/strict";
import { cumulative, fit, type FitOptions, type Model, pl, tidy, varCorr } from "../../mod.ts";
import { seed } from "../../lib/math/random.ts";
import { Matrix, positiveInverse } from "../../lib/math/dense.ts";
import { pnorm } from "../../lib/math/normal.ts";

// deno-lint-ignore no-explicit-any
type Json = any;
const GROUPS = 25, SIZE = 12, K = 4, n = GROUPS * SIZE, random = seed(91);
const index = Array.from({ length: n }, (_, i) => i), group = index.map((i) => i % GROUPS);
const x = index.map(() => random.normal()),
  z = index.map(() => random.normal() * 0.6),
  w = index.map((i) => i % 2);
const own = Array.from({ length: GROUPS }, () => random.normal()),
  slope = Array.from({ length: GROUPS }, () => 0.6 * random.normal());
const CUTS = [-1.2, 0.1, 1.3], NOMINAL = [0.3, 0, -0.2];
const drawn = (latent: (i: number, e: number) => number) =>
  index.map((i) => {
    const u = random.uniform(), value = latent(i, Math.log(u / (1 - u)));
    return 1 + CUTS.filter((cut, k) => cut + NOMINAL[k] * z[i] < value).length;
  });
const y = drawn((i, e) =>
  0.7 * x[i] + 0.8 * own[group[i]] + slope[group[i]] * x[i] + Math.exp(0.3 * w[i]) * e
);
/** Groups differ in scale alone. */
const spread = drawn((i, e) => 0.7 * x[i] + Math.exp(0.3 * w[i] + 0.7 * own[group[i]]) * e);
const data = pl.DataFrame({ x, z, w, y, spread, g: group.map((g) => `g${String(g).padStart(2, "0")}`) });
const members = Array.from({ length: GROUPS }, (_, g) => index.filter((i) => group[i] === g));

const logistic = (v: number) => 1 / (1 + Math.exp(-v));
/** log P(Y = y_i) at these parameters: β, θ and α by threshold, δ; b is added to η, s to the log scale. */
function logProbability(
  F: (v: number) => number,
  p: Parameters,
  i: number,
  b: number,
  s: number,
  k = y[i],
): number {
  const scale = Math.exp(p.delta * w[i] + s);
  const below = (k: number) =>
    k < 1 ? 0 : k >= K ? 1 : F((p.theta[k - 1] + p.alpha[k - 1] * z[i] - p.beta * x[i] - b) / scale);
  return Math.log(below(k) - below(k - 1));
}
interface Parameters {
  beta: number;
  theta: number[];
  alpha: number[];
  delta: number;
}

/** log ∫ exp(h(b)) φ(b; 0, sd) db by Simpson's rule, about the largest value. */
function integrated(h: (b: number) => number, sd: number): number {
  const m = 400, reach = 8, step = 2 * reach * sd / m;
  const values = Array.from({ length: m + 1 }, (_, j) => {
    const b = -reach * sd + j * step;
    return h(b) - b * b / (2 * sd * sd) - Math.log(sd * Math.sqrt(2 * Math.PI));
  });
  const most = Math.max(...values);
  const sum = values.reduce(
    (s, v, j) => s + (j === 0 || j === m ? 1 : j % 2 ? 4 : 2) * Math.exp(v - most),
    0,
  );
  return most + Math.log(sum * step / 3);
}

const rowsOf = (frame: unknown): Json[] => (frame as Json).toRecords();
const close = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected}`);

/** The free parameters of a model in the order of their names, and what they are here. */
function read(model: Model) {
  const rows = rowsOf(tidy(model, { effects: "fixed" })),
    at = (component: string, term: string) =>
      rows.findIndex((r) => r.component === component && r.term === term);
  const sd = rowsOf(varCorr(model))[0].sdcor as number;
  const psi = [...rows.map((r) => r.estimate as number), Math.log(sd)];
  const parameters = (v: readonly number[]): Parameters => {
    const get = (j: number) => (j < 0 ? 0 : v[j]);
    return {
      beta: get(at("cond", "x")),
      theta: [1, 2, 3].map((k) => get(at("threshold", `${k}|${k + 1}`))),
      alpha: [1, 2, 3].map((k) => get(at("threshold", `${k}|${k + 1}.z`))),
      delta: get(at("disp", "w")),
    };
  };
  return { rows, psi, parameters };
}

function gradientAndErrors(
  f: (v: number[]) => number,
  psi: number[],
  errors: readonly number[],
  what: string,
) {
  const at = (moves: readonly [number, number][]) =>
    f(psi.map((v, j) => v + moves.reduce((s, [k, t]) => s + (k === j ? t : 0), 0)));
  const steps = psi.map((_, j) => 0.02 * (errors[j] ?? 0.2));
  const p = psi.length, H = Matrix.zeros(p, p), centre = f(psi);
  for (let j = 0; j < p; j++) {
    const up = at([[j, steps[j]]]), down = at([[j, -steps[j]]]);
    close((up - down) / (2 * steps[j]) * (errors[j] ?? 0.2), 0, 2e-3, `${what}: gradient ${j}`);
    H.set(j, j, -(up - 2 * centre + down) / steps[j] ** 2);
    for (let k = 0; k < j; k++) {
      const a = [j, steps[j]] as const, b = [k, steps[k]] as const;
      const mixed = at([[...a], [...b]]) - at([[...a], [k, -steps[k]]]) - at([[j, -steps[j]], [...b]]) +
        at([[j, -steps[j]], [k, -steps[k]]]);
      H.set(j, k, -mixed / (4 * steps[j] * steps[k]));
      H.set(k, j, H.get(j, k));
    }
  }
  const V = positiveInverse(H)!;
  errors.forEach((se, j) => close(Math.sqrt(V.get(j, j)) / se, 1, 3e-3, `${what}: standard error ${j}`));
}

const kinds: [string, FitOptions, "location" | "scale", (v: number) => number][] = [
  ["scale effects", { dispersion: "~ w" }, "location", logistic],
  ["nominal effects", { nominal: "~ z" }, "location", logistic],
  ["both, probit", { nominal: "~ z", dispersion: "~ w", family: cumulative("probit") }, "location", pnorm],
  ["random effects of the scale", { nominal: "~ z", dispersion: "~ w + (1 | g)" }, "scale", logistic],
];
for (const [name, options, where, F] of kinds) {
  Deno.test(`ordinal, ${name}: quadrature gives the integral over the random effects, its optimum and its curvature`, () => {
    const model = fit(where === "location" ? "y ~ x + (1 | g)" : "spread ~ x", data, {
      family: cumulative(),
      quadrature: 25,
      ...options,
    });
    assert.ok(model.converged, model.certificate.text);
    const { rows, psi, parameters } = read(model);
    const logLik = (v: number[]) => {
      const p = parameters(v), sd = Math.exp(v[v.length - 1]);
      return members.reduce(
        (sum, own) =>
          sum + integrated(
            (b) =>
              own.reduce(
                (s, i) =>
                  s + (where === "location"
                    ? logProbability(F, p, i, b, 0)
                    : logProbability(F, p, i, 0, b, spread[i])),
                0,
              ),
            sd,
          ),
        0,
      );
    };
    close(model.logLik, logLik(psi), 2e-6 * Math.abs(model.logLik), "log-likelihood");
    gradientAndErrors(logLik, psi, rows.map((r) => r.std_error), name);
  });
}

/** Laplace's formula for a group with effects (b₀, b₁) of precision P: modes by Newton's method on differences. */
function laplace(h: (b: number[]) => number, C: number[][]): number {
  const determinant = C[0][0] * C[1][1] - C[0][1] ** 2;
  const P = [[C[1][1] / determinant, -C[0][1] / determinant], [
    -C[0][1] / determinant,
    C[0][0] / determinant,
  ]];
  const q = (b: number[]) =>
    h(b) - (P[0][0] * b[0] ** 2 + 2 * P[0][1] * b[0] * b[1] + P[1][1] * b[1] ** 2) / 2;
  const t = 1e-3, move = (b: number[], s: number, u: number) => q([b[0] + s * t, b[1] + u * t]);
  let b = [0, 0], D = 1;
  for (let iteration = 0; iteration < 30; iteration++) {
    const c = q(b),
      g = [(move(b, 1, 0) - move(b, -1, 0)) / (2 * t), (move(b, 0, 1) - move(b, 0, -1)) / (2 * t)];
    const H = [
      -(move(b, 1, 0) - 2 * c + move(b, -1, 0)) / t ** 2,
      -(move(b, 1, 1) - move(b, 1, -1) - move(b, -1, 1) + move(b, -1, -1)) / (4 * t ** 2),
      -(move(b, 0, 1) - 2 * c + move(b, 0, -1)) / t ** 2,
    ];
    D = H[0] * H[2] - H[1] ** 2;
    b = [b[0] + (H[2] * g[0] - H[1] * g[1]) / D, b[1] + (H[0] * g[1] - H[1] * g[0]) / D];
  }
  return q(b) - Math.log(D) / 2 - Math.log(determinant) / 2;
}

Deno.test("ordinal, scale and nominal effects with random slopes: the Laplace approximation by differences", () => {
  const model = fit("y ~ x + (x | g)", data, { family: cumulative(), nominal: "~ z", dispersion: "~ w" });
  assert.ok(model.converged, model.certificate.text);
  const { psi, parameters } = read(model), p = parameters(psi), C = model.random[0].covariance.to2DArray();
  const total = members.reduce(
    (sum, own) =>
      sum +
      laplace((b) => own.reduce((s, i) => s + logProbability(logistic, p, i, b[0] + b[1] * x[i], 0), 0), C),
    0,
  );
  close(model.logLik, total, 1e-5 * Math.abs(total), "log-likelihood");
});

Deno.test("ordinal: nested and crossed random effects are sums of their terms, in any order", () => {
  const more = data.withColumns(
    pl.Series("h", index.map((i) => `h${(i * 7) % 5}`)),
    pl.Series("s", index.map((i) => `s${(i >> 2) % 3}`)),
  );
  const options = { family: cumulative(), dispersion: "~ w", nominal: "~ z" };
  const nested = fit("y ~ x + (1 | g/s)", more, options),
    written = fit("y ~ x + (1 | g:s) + (1 | g)", more, options);
  close(nested.logLik, written.logLik, 1e-7, "nested");
  const crossed = fit("y ~ x + (1 | g) + (1 | h)", more, options),
    turned = fit("y ~ x + (1 | h) + (1 | g)", more, options);
  close(crossed.logLik, turned.logLik, 1e-7, "crossed");
  for (const m of [nested, crossed]) assert.ok(m.converged, m.certificate.text);
});

for (const structure of ["us", "diag", "ar1", "exp"]) {
  Deno.test(`ordinal: structure ${structure} with scale and nominal effects is at least as likely as independent groups`, () => {
    const timed = data.withColumns(pl.Series("t", index.map((i) => Math.floor(i / GROUPS) % 3)));
    const options = { family: cumulative(), dispersion: "~ w", nominal: "~ z" };
    const model = fit(`y ~ x + ${structure}(0 + factor(t) | g)`, timed, options),
      none = fit("y ~ x", timed, options);
    assert.ok(model.converged, model.certificate.text);
    assert.ok(model.logLik > none.logLik);
  });
}
