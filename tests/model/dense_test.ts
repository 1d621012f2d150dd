/**
 * Gaussian models with structured covariances against dense algebra: V = Z Σ Zᵀ + σ²I from what the model reports, nothing of the
 * engine. The log-likelihood is that of V (tolerance 1e-8: rounding of a sum of about 100 terms), no step in any parameter makes it
 * larger (an optimum to 1e-6 of the log-likelihood), standard errors are those of generalized least squares, and predictions at
 * places that the data do not have are conditional expectations.
 */
import { denseColumn } from "../../lib/math/columns.ts";
import assert from "node:assert/strict";
import { choleskyFactor, Matrix, positiveInverse } from "../../lib/math/dense.ts";
import { seed } from "../../lib/math/random.ts";
import { frameOf } from "../../lib/frame.ts";
import { fit, type FitOptions } from "../../lib/model/fit.ts";
import { engineOf, type Model } from "../../lib/model/result/model.ts";
import { covarianceOf, positionsCovariance } from "../../lib/model/result/term_result.ts";
import { predict } from "../../lib/inference/predict/predict.ts";
import { confint } from "../../lib/inference/intervals/confint.ts";
import { loadModel, saveModel } from "../../lib/model/result/save.ts";
import { tidy } from "../../lib/inference/intervals/tidy.ts";

/** Groups in three sites, occasions of which some are missing, places in the plane, one row for each. */
function data(groups: number, times: number) {
  const random = seed(5),
    rows: Record<string, (number | string)[]> = { y: [], x: [], t: [], g: [], site: [], u: [], v: [] };
  for (let g = 0; g < groups; g++) {
    let carry = 1.2 * random.normal();
    for (let t = 0; t < times; t++) {
      carry = 0.7 * carry + 0.8 * random.normal();
      const x = random.normal(), here = (g * 7 + t * 5) % 11 !== 0;
      if (!here) continue;
      const [u, v] = [random.uniform(), random.uniform()].map((z) => Math.round(100 * z) / 100);
      const field = 2 * Math.sin(5 * u) * Math.cos(4 * v);
      rows.y.push(2 + 0.5 * x + 0.2 * t + carry + 0.5 * random.normal() + field);
      rows.x.push(x);
      rows.t.push(t);
      rows.g.push(`g${String(g).padStart(2, "0")}`);
      rows.site.push(`s${g % 3}`);
      rows.u.push(u);
      rows.v.push(v);
    }
  }
  return frameOf(
    Object.fromEntries(
      Object.entries(rows).map((
        [k, v],
      ) => [k, typeof v[0] === "number" ? Float64Array.from(v as number[]) : v as string[]]),
    ),
  );
}

const frame = data(24, 6), long = data(4, 16);
const column = (name: string, from = frame) => from.getColumn(name).toArray();

interface Case {
  readonly formula: string;
  readonly options?: FitOptions;
  readonly data?: typeof frame;
}

const cases: Case[] = [
  { formula: "y ~ x + t + ar1(0 + factor(t) | g)" },
  { formula: "y ~ x + t + ar1(0 + factor(t) | g) + (1 | site)", options: { reml: false } },
  { formula: "y ~ x + t + ar1(0 + factor(t) | g)", data: long }, // so many occasions that each is a node
  { formula: "y ~ x + t + ar1(0 + factor(t) | g)", data: long, options: { reml: false } },
  { formula: "y ~ x + ar1(0 + factor(t) | g) + (1 | site)", data: long },
  { formula: "y ~ x + t + ar1(0 + factor(t) | g)", data: long, options: { dispersion: "~ 0" } },
  { formula: "y ~ x + exp(0 + numFactor(u, v) | 1)" },
  { formula: "y ~ x + exp(0 + numFactor(t) | g)", options: { reml: false } },
  { formula: "y ~ x + t + ar1(0 + factor(t) | g)", options: { dispersion: "~ 0" } },
  { formula: "y ~ x + t + ar1(0 + factor(t) | g)", options: { dispersion: "~ 0", reml: false } },
  { formula: "y ~ x + us(0 + factor(t) | g)", options: { dispersion: "~ 0" } },
  { formula: "y ~ x + us(0 + factor(t) | g) + (1 | site)", options: { dispersion: "~ 0", reml: false } },
  { formula: "y ~ x + diag(0 + factor(t) | g)", options: { dispersion: "~ 0" } },
  { formula: "y ~ x + exp(0 + numFactor(t) | g)", options: { dispersion: "~ 0" } },
];

/** Z of every term as positions or columns, read from the formula layer's design. */
function dense(
  model: Model,
  covariances: readonly Matrix[],
  sigma: number,
): { V: Matrix; X: Matrix; y: number[] } {
  const { design } = engineOf(model, "a test"),
    [mean] = design.predictors,
    { n } = design,
    V = Matrix.eye(n).mul(sigma ** 2);
  mean.random.forEach(({ level, columns }, k) => { // taken once: the columns of positions are made when they are asked for
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        if (level[i] !== level[j]) continue;
        let v = 0;
        columns.forEach((a, p) => {
          const zi = a ? a[i] : 1;
          if (zi !== 0) columns.forEach((b, q) => v += zi * (b ? b[j] : 1) * covariances[k].get(p, q));
        });
        V.set(i, j, V.get(i, j) + v);
      }
    }
  });
  const X = new Matrix(Array.from({ length: n }, (_, i) => mean.X.map((x) => denseColumn(x)[i])));
  return { V, X, y: Array.from(design.response.y) };
}

/** log-likelihood (or the REML criterion / −2) at V, with β by generalized least squares. */
function logLik({ V, X, y }: { V: Matrix; X: Matrix; y: number[] }, reml: boolean) {
  const L = choleskyFactor(V);
  if (!L) return { value: -Infinity, beta: [] as number[], covariance: Matrix.zeros(0, 0) };
  const inverse = positiveInverse(V)!,
    A = X.transpose().mmul(inverse).mmul(X),
    covariance = positiveInverse(A)!;
  const beta = covariance.mmul(X.transpose()).mmul(inverse).mmul(Matrix.columnVector(y)), p = X.columns;
  const r = Matrix.columnVector(y).sub(X.mmul(beta)),
    quadratic = r.transpose().mmul(inverse).mmul(r).get(0, 0);
  const n = y.length,
    logDet = (M: Matrix) => choleskyFactor(M)!.diagonal().reduce((s, v) => s + 2 * Math.log(v), 0);
  const N = reml ? n - p : n;
  const value = -(N * Math.log(2 * Math.PI) + logDet(V) + quadratic + (reml ? logDet(A) : 0)) / 2;
  return { value, beta: beta.to1DArray(), covariance };
}

for (const { formula, options, data = frame } of cases) {
  const title = `${formula} ${JSON.stringify(options ?? {})}, ${data.height} rows`;

  Deno.test(`dense algebra: ${title}`, () => {
    const model = fit(formula, data, options),
      covariances = model.random.map((t) => t.covariance as unknown as Matrix);
    assert.ok(model.converged, model.certificate.text);
    const { value, beta, covariance } = logLik(dense(model, covariances, model.sigma), model.reml);
    assert.ok(
      Math.abs(value - model.logLik) < 1e-8 * model.nobs,
      `log-likelihood ${model.logLik}, dense ${value}`,
    );
    beta.forEach((b, j) => {
      const se = Math.sqrt(covariance.get(j, j));
      assert.ok(
        Math.abs(b - model.parts[0].beta[j]) < 1e-6 * se,
        `β${j}: ${model.parts[0].beta[j]}, dense ${b}`,
      );
      if (model.reml) assert.ok(Math.abs(Math.sqrt(model.covariance.get(j, j)) / se - 1) < 1e-8, `SE ${j}`);
    });
    // every entry of θ, and σ where there is one
    const moved = (k: number, j: number, h: number) => {
      const t = model.random[k], theta = t.theta.slice();
      theta[j] += h;
      return model.random.map((_, l) =>
        l !== k
          ? covariances[l]
          : t.positions
          ? positionsCovariance(covarianceOf(t), theta, t.scale, t.names.length)
          : covariances[l].clone().mul((theta[0] / t.theta[0]) ** 2)
      );
    };
    const better = (at: Matrix[], sigma: number, what: string) => {
      const other = logLik(dense(model, at, sigma), model.reml).value;
      assert.ok(other < value + 1e-6, `${what}: ${other}, reported optimum ${value}`);
    };
    model.random.forEach((t, k) =>
      t.theta.forEach((_, j) =>
        [0.03, -0.03].forEach((h) => better(moved(k, j, h), model.sigma, `(${t.label}) θ${j}`))
      )
    );
    for (const f of [1.03, 0.97]) {
      if (model.sigma > 0) better(covariances, f * model.sigma, "σ");
      else better(covariances.map((S, k) => model.random[k].residual ? S.clone().mul(f) : S), 0, "scale");
    }
  });
}

Deno.test("predictions at new occasions and places are conditional expectations given all the data, also from a saved model", () => {
  for (
    const [formula, options, extra, data = frame] of [
      ["y ~ x + t + ar1(0 + factor(t) | g)", {}, { t: 8, u: 0.5, v: 0.5 }],
      ["y ~ x + t + ar1(0 + factor(t) | g)", { dispersion: "~ 0" }, { t: 8, u: 0.5, v: 0.5 }],
      ["y ~ x + exp(0 + numFactor(u, v) | 1)", {}, { t: 2, u: 0.417, v: 0.633 }],
    ] as const
  ) {
    const model = fit(formula, data, options), [term] = model.random;
    const row = frameOf({
      x: Float64Array.of(0.3),
      t: Float64Array.of(extra.t),
      g: ["g03"],
      u: Float64Array.of(extra.u),
      v: Float64Array.of(extra.v),
    });
    const [{ estimate, std_error }] = predict(model, row).toRecords() as Record<string, number>[];
    const { level } = engineOf(model, "").design.predictors[0].random[0];
    const x = model.parts[0].names.map((name) => name === "(Intercept)" ? 1 : name === "x" ? 0.3 : extra.t);
    const places = Object.fromEntries(
      ["u", "v", "t"].map((name) => [name, Array.from(column(name, data), Number)]),
    );
    const of = (name: string, i: number) => places[name][i];
    const apart = (i: number, j: number) =>
      term.structure === "exp"
        ? Math.hypot(of("u", i) - of("u", j), of("v", i) - of("v", j))
        : Math.abs(of("t", i) - of("t", j));
    const away = (i: number) =>
      term.structure === "exp"
        ? Math.hypot(of("u", i) - extra.u, of("v", i) - extra.v)
        : Math.abs(of("t", i) - extra.t);
    const { X, y } = dense(model, model.random.map((t) => t.covariance as unknown as Matrix), model.sigma);
    /** Everything at (log sd, log(correlation's own), log σ): REML criterion, conditional expectation, its variance given θ. */
    const at = ([logSd, logOwn, logSigma]: readonly number[]) => {
      const sd = Math.exp(logSd),
        own = Math.exp(logOwn),
        sigma2 = logSigma === undefined ? 0 : Math.exp(2 * logSigma);
      const covariance = (d: number) => sd ** 2 * (term.structure === "exp" ? Math.exp(-d / own) : own ** d);
      const V = new Matrix(
        y.map((_, i) =>
          y.map((_, j) => (level[i] === level[j] ? covariance(apart(i, j)) : 0) + (i === j ? sigma2 : 0))
        ),
      );
      const { value, beta, covariance: ofBeta } = logLik({ V, X, y }, true), inverse = positiveInverse(V)!;
      const c = y.map((_, i) =>
        term.structure === "exp" || term.levels[level[i]] === "g03" ? covariance(away(i)) : 0
      );
      const w = inverse.mmul(Matrix.columnVector(c)),
        r = Matrix.columnVector(y).sub(X.mmul(Matrix.columnVector(beta)));
      // Henderson's variance given θ: σ_b² − c'V⁻¹c + d'(X'V⁻¹X)⁻¹d, d = x − X'V⁻¹c
      const d = Matrix.columnVector(x).sub(X.transpose().mmul(w));
      return {
        value,
        expected: x.reduce((s, v, j) => s + v * beta[j], 0) + w.transpose().mmul(r).get(0, 0),
        given: sd ** 2 - Matrix.rowVector(c).mmul(w).get(0, 0) + d.transpose().mmul(ofBeta).mmul(d).get(0, 0),
      };
    };
    const [sd, own] = term.parameters.map((p) => Math.log(p.estimate));
    const best = model.sigma > 0 ? [sd, own, Math.log(model.sigma)] : [sd, own],
      { expected, given } = at(best);
    assert.ok(Math.abs(estimate - expected) < 1e-6, `${formula}: ${estimate}, dense ${expected}`);
    // that of θ on top, by the curvature of the criterion: differences over 0.01 of logarithms
    const h = 0.01,
      moved = (...moves: [number, number][]) => {
        const other = [...best];
        for (const [j, s] of moves) other[j] += s * h;
        return at(other);
      };
    const curved = best.map((_, i) =>
      best.map((_, j) =>
        i === j
          ? -(moved([i, 1]).value - 2 * at(best).value + moved([i, -1]).value) / h ** 2
          : -(moved([i, 1], [j, 1]).value - moved([i, 1], [j, -1]).value - moved([i, -1], [j, 1]).value +
            moved([i, -1], [j, -1]).value) / (4 * h ** 2)
      )
    );
    const slope = Matrix.columnVector(
      best.map((_, j) => (moved([j, 1]).expected - moved([j, -1]).expected) / (2 * h)),
    );
    const total = given + slope.transpose().mmul(positiveInverse(new Matrix(curved))!).mmul(slope).get(0, 0);
    assert.ok(
      Math.abs(std_error / Math.sqrt(total) - 1) < 1e-3,
      `${formula}: ${std_error}, dense ${Math.sqrt(total)}, given θ ${Math.sqrt(given)}`,
    );
    const [again] = predict(loadModel(saveModel(model)), row).toRecords() as Record<string, number>[];
    assert.equal(again.estimate, estimate);
    assert.equal(again.std_error, std_error);
  }
});

Deno.test("a term in the residual's place: fitted values are the response, profiles hold the Wald limits' estimate", () => {
  const model = fit("y ~ x + ar1(0 + factor(t) | g)", frame, { dispersion: "~ 0", reml: false });
  const rows = predict(model, frame).toRecords() as Record<string, number>[];
  rows.forEach((r, i) =>
    assert.ok(Math.abs(r.estimate - Number(column("y")[i])) < 1e-9 && r.std_error < 1e-6, `row ${i}`)
  );
  for (const r of confint(model, { method: "profile" }).toRecords() as Record<string, number>[]) {
    assert.ok(
      r.conf_low < r.estimate && r.estimate < r.conf_high,
      `${r.term}: ${r.conf_low} ${r.estimate} ${r.conf_high}`,
    );
  }
  assert.deepEqual((tidy(model).toRecords() as { term: string }[]).map(({ term }) => term), [
    "(Intercept)",
    "x",
    "sd__ar1",
    "rho__ar1",
  ]);
});
