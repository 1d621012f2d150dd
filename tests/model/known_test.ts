/**
 * Levels with a known precision: a pedigree's additive relationships, against the dense model V = Z (A ⊗ Σ) Zᵀ + σ²I built by
 * Kronecker products from what the model reports. Tolerances are of rounding (1e-8 relative), but for the optimum, which is good to 1e-6
 * of the log-likelihood.
 */
import { denseColumn } from "../../lib/math/columns.ts";
import assert from "node:assert/strict";
import { choleskyFactor, Matrix, positiveInverse } from "../../lib/math/dense.ts";
import { seed } from "../../lib/math/random.ts";
import { type Frame, pl } from "../../mod.ts";
import { frameOf } from "../../lib/frame.ts";
import { pedigree } from "../../lib/model/options/relations/pedigree.ts";
import { fit, type FitOptions } from "../../lib/model/fit.ts";
import type { Model } from "../../lib/model/result/model.ts";
import { engineOf } from "../../lib/model/result/model.ts";
import { Laplace } from "../../lib/model/objective/laplace.ts";
import { loadModel, saveModel } from "../../lib/model/result/save.ts";
import { predict } from "../../lib/inference/predict/predict.ts";
import { simulate } from "../../lib/inference/simulate/simulate.ts";
import { ranef } from "../../lib/model/result/ranef.ts";
import { confint } from "../../lib/inference/intervals/confint.ts";
import { sameGradient } from "../laws/differences.ts";

const ANIMALS = 40, FOUNDERS = 12;

/** Additive relationships by the tabular method (Henderson 1976; Mrode 2014, section 2.2); some parents are unknown. */
const A = (() => {
  const random = seed(3), rows = Array.from({ length: ANIMALS }, () => new Array(ANIMALS).fill(0));
  for (let i = 0; i < ANIMALS; i++) {
    const parents = i < FOUNDERS
      ? []
      : [0, 1].map(() => Math.floor(i * random.uniform())).filter((_, k) => k === 0 || i % 5 !== 0);
    for (let j = 0; j < i; j++) rows[i][j] = rows[j][i] = parents.reduce((s, p) => s + rows[j][p] / 2, 0);
    rows[i][i] = 1 + (parents.length === 2 ? rows[parents[0]][parents[1]] / 2 : 0);
  }
  return rows;
})();
const labels = A.map((_, i) => `a${i}`), precision = positiveInverse(new Matrix(A))!;
const known = { animal: { labels, precision: precision.to2DArray() } };

const frame = (() => {
  const random = seed(8), L = choleskyFactor(new Matrix(A))!;
  const draw = () => L.mmul(Matrix.columnVector(A.map(() => random.normal()))).to1DArray();
  const u = draw(),
    v = draw(),
    animal: string[] = [],
    x: number[] = [],
    y: number[] = [],
    count: number[] = [];
  for (let r = 0; r < 3; r++) {
    for (let i = FOUNDERS; i < ANIMALS; i++) { // founders have no records
      const z = random.normal(), eta = 1 + u[i] + (0.5 + 0.5 * v[i]) * z;
      animal.push(labels[i]);
      x.push(z);
      y.push(eta + 0.7 * random.normal());
      count.push(Math.max(0, Math.round(Math.exp(0.5 * u[i] + 0.3 * z + 1) + 0.8 * random.normal())));
    }
  }
  return frameOf({
    animal,
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    count: Float64Array.from(count),
  });
})();

/** V for Σ and σ², X, y and Z (A ⊗ I): the covariance of the rows with every animal's intercept and slope. */
function dense(model: Model, S: Matrix, sigma2: number) {
  const { design } = engineOf(model, "a test"),
    [mean] = design.predictors,
    [term] = mean.random,
    c = term.columns.length;
  const Z = Matrix.zeros(design.n, ANIMALS * c);
  for (let i = 0; i < design.n; i++) {
    term.columns.forEach((z, k) => Z.set(i, term.level[i] * c + k, z ? z[i] : 1));
  }
  const K = Matrix.zeros(ANIMALS * c, ANIMALS * c);
  A.forEach((row, i) => row.forEach((a, j) => K.setSubMatrix(S.clone().mul(a), i * c, j * c)));
  const ZK = Z.mmul(K),
    X = new Matrix(Array.from({ length: design.n }, (_, i) => mean.X.map((x) => denseColumn(x)[i])));
  return {
    V: ZK.mmul(Z.transpose()).add(Matrix.eye(design.n).mul(sigma2)),
    X,
    y: Array.from(design.response.y),
    ZK,
    K,
  };
}

function logLik({ V, X, y }: { V: Matrix; X: Matrix; y: number[] }, reml: boolean) {
  const inverse = positiveInverse(V)!,
    M = X.transpose().mmul(inverse).mmul(X),
    covariance = positiveInverse(M)!;
  const beta = covariance.mmul(X.transpose()).mmul(inverse).mmul(Matrix.columnVector(y));
  const r = Matrix.columnVector(y).sub(X.mmul(beta)),
    logDet = (S: Matrix) => choleskyFactor(S)!.diagonal().reduce((s, v) => s + 2 * Math.log(v), 0);
  const N = reml ? y.length - X.columns : y.length;
  const value = -(N * Math.log(2 * Math.PI) + logDet(V) + r.transpose().mmul(inverse).mmul(r).get(0, 0) +
    (reml ? logDet(M) : 0)) / 2;
  return { value, beta, covariance, inverse, r };
}

for (const formula of ["y ~ x + (1 | animal)", "y ~ x + (1 + x | animal)", "y ~ x + (1 + x || animal)"]) {
  for (const reml of [true, false]) {
    Deno.test(`known precision, dense algebra: ${formula}, ${reml ? "REML" : "ML"}`, () => {
      const model = fit(formula, frame, { known, reml }),
        S = model.random[0].covariance as unknown as Matrix,
        sigma2 = model.sigma ** 2;
      assert.ok(model.converged, model.certificate.text);
      const parts = dense(model, S, sigma2), { value, beta, covariance } = logLik(parts, reml);
      assert.ok(Math.abs(value - model.logLik) < 1e-8 * Math.abs(value), `${model.logLik}, dense ${value}`);
      beta.to1DArray().forEach((b, j) => {
        assert.ok(Math.abs(b - model.parts[0].beta[j]) < 1e-6 * Math.sqrt(covariance.get(j, j)));
        assert.ok(Math.abs(model.covariance.get(j, j) / covariance.get(j, j) - 1) < 1e-8);
      });
      for (const f of [0.95, 1.05]) {
        for (const [T, s] of [[S.clone().mul(f), sigma2], [S, sigma2 * f]] as [Matrix, number][]) {
          assert.ok(logLik(dense(model, T, s), reml).value < value + 1e-6);
        }
      }
    });
  }
}

Deno.test("known precision: modes of all animals, of ancestors without records too, are best linear unbiased predictors", () => {
  const model = fit("y ~ x + (1 + x | animal)", frame, { known }),
    S = model.random[0].covariance as unknown as Matrix;
  const { V, X, y, ZK, K } = dense(model, S, model.sigma ** 2), { inverse, r } = logLik({ V, X, y }, true);
  const blup = ZK.transpose().mmul(inverse).mmul(r).to1DArray();
  const rows = ranef(model, { condVar: "conditional" }).toRecords() as {
    term: string;
    level: string;
    estimate: number;
    std_error: number;
  }[];
  assert.equal(rows.length, 2 * ANIMALS);
  for (const { term, level, estimate, std_error } of rows) {
    const k = 2 * labels.indexOf(level) + (term === "x" ? 1 : 0), c = ZK.getColumn(k);
    assert.ok(Math.abs(estimate - blup[k]) < 1e-6, `${level} ${term}: ${estimate}, dense ${blup[k]}`);
    const given = K.get(k, k) - Matrix.rowVector(c).mmul(inverse).mmul(Matrix.columnVector(c)).get(0, 0); // given β and θ
    assert.ok(
      Math.abs(std_error / Math.sqrt(given) - 1) < 1e-6,
      `${level} ${term}: ${std_error}, dense ${Math.sqrt(given)}`,
    );
  }
  const row = frameOf({ animal: ["a3"], x: Float64Array.of(0) }),
    [at] = predict(model, row).toRecords() as { estimate: number }[];
  assert.ok(Math.abs(at.estimate - model.parts[0].beta[0] - blup[6]) < 1e-6);
  const again = predict(loadModel(saveModel(model)), row).toRecords();
  assert.deepEqual(again, predict(model, row).toRecords());
});

Deno.test("known precision: simulated effects have the covariance σ²A", () => {
  const model = fit("y ~ x + (1 | animal)", frame, { known }), runs = 800;
  const sims = simulate(model, { n: runs, seed: 1, randomEffects: "unconditional" });
  const at = (row: number) =>
    Float64Array.from({ length: runs }, (_, s) => Number(sims.getColumn(`sim_${s + 1}`).get(row)));
  const moment = (a: Float64Array, b: Float64Array) => {
    const mean = (v: Float64Array) => v.reduce((s, x) => s + x, 0) / runs, [ma, mb] = [mean(a), mean(b)];
    return a.reduce((s, x, i) => s + (x - ma) * (b[i] - mb), 0) / runs;
  };
  const v = model.random[0].covariance.get(0, 0);
  for (const [i, j] of [[0, 1], [2, 20], [20, 25]]) { // rows of animals FOUNDERS + i
    const expected = v * A[FOUNDERS + i][FOUNDERS + j],
      whole = Math.sqrt(
        (v * A[FOUNDERS + i][FOUNDERS + i] + model.sigma ** 2) *
          (v * A[FOUNDERS + j][FOUNDERS + j] + model.sigma ** 2),
      );
    assert.ok(
      Math.abs(moment(at(i), at(j)) - expected) < 4 * whole / Math.sqrt(runs),
      `${i}, ${j}: ${moment(at(i), at(j))}, σ²A ${expected}`,
    );
  }
});

Deno.test("known precision in the Laplace approximation: exact gradient", () => {
  const options: FitOptions = { family: "poisson", known },
    model = fit("count ~ x + (1 | animal)", frame, options);
  const engine = engineOf(model, "a test"),
    objective = new Laplace(engine.design, model.family),
    psi = engine.optimum.psi.map((v) => v + 0.1);
  const gradient = psi.slice();
  objective.evaluate(psi, gradient);
  sameGradient((x) => objective.evaluate(x), gradient, psi, 1e-3, 1e-7, "poisson");
});

/** The Laplace approximation of the Poisson model by dense algebra, at (β₀, β₁, log sd). */
function denseLaplace([b0, b1, logSd]: readonly number[]): number {
  const animal = (frame.getColumn("animal").toArray() as string[]).map((a) => labels.indexOf(a));
  const x = frame.getColumn("x").toArray() as number[], y = frame.getColumn("count").toArray() as number[];
  const P = precision.clone().mul(Math.exp(-2 * logSd)), u = new Array(ANIMALS).fill(0);
  let H = P, joint = 0;
  for (let iteration = 0, step = 1; iteration < 50 && step > 1e-10; iteration++) {
    H = P.clone();
    joint = 0;
    const score = P.mmul(Matrix.columnVector(u)).to1DArray().map((v) => -v);
    y.forEach((count, i) => {
      const k = animal[i], eta = b0 + b1 * x[i] + u[k], mu = Math.exp(eta);
      joint += count * eta - mu - logFactorial(count);
      score[k] += count - mu;
      H.set(k, k, H.get(k, k) + mu);
    });
    const U = Matrix.columnVector(u);
    joint -= U.transpose().mmul(P).mmul(U).get(0, 0) / 2;
    const move = positiveInverse(H)!.mmul(Matrix.columnVector(score)).to1DArray();
    step = Math.max(...move.map(Math.abs));
    move.forEach((m, k) => u[k] += m);
  }
  const half = (M: Matrix) => choleskyFactor(M)!.diagonal().reduce((sum, v) => sum + Math.log(v), 0);
  return joint + half(P) - half(H);
}

const logFactorial = (n: number): number => n < 2 ? 0 : Math.log(n) + logFactorial(n - 1);

/** The maximum with one parameter held, by Newton steps on differences. */
function highestWith(start: readonly number[], held: number, value: number): number {
  const at = [...start], free = [0, 1, 2].filter((j) => j !== held), h = 1e-3;
  at[held] = value;
  const moved = (...moves: [number, number][]) => {
    const other = [...at];
    for (const [j, d] of moves) other[j] += d;
    return denseLaplace(other);
  };
  for (let iteration = 0; iteration < 8; iteration++) {
    const [i, j] = free, f = denseLaplace(at);
    const g = free.map((k) => (moved([k, h]) - moved([k, -h])) / (2 * h));
    const c = free.map((k) => (moved([k, h]) - 2 * f + moved([k, -h])) / h ** 2);
    const m =
      (moved([i, h], [j, h]) - moved([i, h], [j, -h]) - moved([i, -h], [j, h]) + moved([i, -h], [j, -h])) /
      (4 * h * h);
    const det = c[0] * c[1] - m * m, step = [(c[1] * g[0] - m * g[1]) / det, (c[0] * g[1] - m * g[0]) / det];
    at[i] -= step[0];
    at[j] -= step[1];
    if (Math.hypot(...step) < 1e-7) break;
  }
  return denseLaplace(at);
}

Deno.test("known precision in the Laplace approximation: the likelihood, and its drop at the limits of profiles, by dense algebra", () => {
  const model = fit("count ~ x + (1 | animal)", frame, { family: "poisson", known });
  const [sd] = model.random[0].parameters, best = [...model.parts[0].beta, Math.log(sd.estimate)];
  assert.ok(
    Math.abs(denseLaplace(best) - model.logLik) < 1e-7,
    `${model.logLik}, dense ${denseLaplace(best)}`,
  );
  const rows = confint(model, { method: "profile", df: "asymptotic" }).toRecords() as Limits[];
  ["(Intercept)", "x", sd.name].forEach((term, j) => {
    const { conf_low, conf_high } = rows.find((r) => r.term === term)!;
    for (const limit of [conf_low, conf_high]) {
      const drop = 2 * (model.logLik - highestWith(best, j, j === 2 ? Math.log(limit) : limit));
      assert.ok(
        Math.abs(drop - 1.959963984540054 ** 2) < 1e-3,
        `${term} at ${limit}: twice the drop is ${drop}`,
      );
    }
  });
});

type Limits = { term: string; conf_low: number; conf_high: number };

Deno.test("known precision: the same as entries, as a covariance, with labels in another order; A = I is no relation", () => {
  const by = (k: FitOptions["known"]) => fit("y ~ x + (1 | animal)", frame, { known: k }).logLik,
    first = by(known);
  const pairs = labels.flatMap((_, i) => labels.slice(0, i + 1).map((_, j) => [i, j])).filter(([i, j]) =>
    Math.abs(precision.get(i, j)) > 1e-12
  );
  const entries = {
    rows: pairs.map(([i]) => i),
    cols: pairs.map(([, j]) => j),
    values: pairs.map(([i, j]) => precision.get(i, j)),
  };
  const order = labels.map((_, i) => (7 * i) % ANIMALS);
  for (
    const other of [
      { labels, entries },
      { labels, covariance: A },
      { labels: order.map((i) => labels[i]), covariance: order.map((i) => order.map((j) => A[i][j])) },
    ]
  ) assert.ok(Math.abs(by({ animal: other }) - first) < 1e-7);
  const unrelated = by({ animal: { labels, precision: Matrix.eye(ANIMALS) } });
  assert.ok(Math.abs(unrelated - fit("y ~ x + (1 | animal)", frame).logLik) < 1e-8);
});

// 50 sires of each generation: the factor of H stays sparse but for a few hundred of 10,000 columns
Deno.test("a pedigree of 10,000 animals over 20 generations: the variances are those of the simulation", () => {
  const random = seed(1),
    size = 1000,
    n = 20 * size,
    value = new Float64Array(n),
    name = (i: number) => `a${i}`;
  const animal = Array.from(value, (_, i) => name(i)), y: number[] = [];
  const parents = Array.from(value, (_, i) => {
    const before = (Math.floor(i / size) - 1) * size,
      pick = (from: number, to: number) => before + from + Math.floor((to - from) * random.uniform());
    return before < 0 ? [] : [pick(0, 50), pick(size / 2, size)];
  });
  parents.forEach((own, i) => { // sons and daughters of parents that are not inbred vary by √½ about their mean
    const mean = own.length > 0 ? (value[own[0]] + value[own[1]]) / 2 : 0;
    value[i] = mean + (own.length > 0 ? Math.SQRT1_2 : 1) * random.normal();
    y.push(5 + value[i] + 1.2 * random.normal());
  });
  const of = (k: number) => parents.map((own) => own.length > 0 ? name(own[k]) : null);
  const family = pedigree(pl.DataFrame({ id: animal, sire: of(0), dam: of(1) }) as Frame);
  const m = fit("y ~ 1 + (1 | animal)", pl.DataFrame({ animal, y }) as Frame, { known: { animal: family } });
  assert.ok(m.converged, m.certificate.text);
  const [{ estimate }] = m.random[0].parameters; // standard errors about 0.03 and 0.02
  assert.ok(Math.abs(estimate - 1) < 0.1 && Math.abs(m.sigma - 1.2) < 0.06, `${estimate} ${m.sigma}`);
});

const refused: [FitOptions["known"], RegExp][] = [
  [{ cow: known.animal }, /"cow" is not a grouping factor of the model, which has "animal"/],
  [
    { animal: { labels: labels.slice(0, 20), covariance: A.slice(0, 20).map((r) => r.slice(0, 20)) } },
    /lack 20 of its 28 levels: "a20"/,
  ],
  [{ animal: { labels, covariance: A.map((r) => r.map(() => 1)) } }, /not positive definite/],
  [
    { animal: { labels, covariance: A.map((r, i) => r.map((v, j) => v + (i === 1 && j === 0 ? 1 : 0))) } },
    /not symmetric: "a1", "a0"/,
  ],
  [{ animal: { labels, covariance: A.slice(1) } }, /39 × 40 entries, there are 40 labels/],
  [{ animal: { labels: labels.map(() => "a0"), covariance: A } }, /the label "a0" is there twice/],
  [{ animal: { labels } as never }, /neither precision, covariance nor entries/],
];
for (const [k, words] of refused) {
  Deno.test(`known precision refused: ${words}`, () => {
    assert.throws(
      () => fit("y ~ x + (1 | animal)", frame, { known: k }),
      (error) => (assert.match(String(error), words), true),
    );
  });
}
