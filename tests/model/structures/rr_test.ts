/** Reduced rank against dense algebra: V = Z(I ⊗ ΛΛᵀ)Zᵀ + σ²I, factors integrated out. */
import assert from "node:assert/strict";
import * as t from "../../../mod.ts";
import { choleskyFactor, Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import { seed } from "../../../lib/math/random.ts";

const rowsOf = (table: unknown) => (table as { toRecords(): Record<string, number>[] }).toRecords();
const TRAITS = ["a", "b", "c", "d", "e"],
  LOADINGS = [[1, 0], [0.8, 0.6], [-0.5, 0.7], [0.3, -0.4], [0.9, 0.2]];

/** Forty groups, five traits, unbalanced. */
function traits() {
  const random = seed(5),
    y: number[] = [],
    trait: string[] = [],
    g: string[] = [],
    h: string[] = [],
    x: number[] = [];
  for (let i = 0; i < 40; i++) {
    const f = [random.normal(), random.normal()];
    for (let k = 0; k < 8; k++) {
      if ((i * k) % 7 === 3) continue;
      const j = k % 5;
      x.push(random.normal());
      y.push(0.5 * x.at(-1)! + LOADINGS[j][0] * f[0] + LOADINGS[j][1] * f[1] + 0.6 * random.normal());
      trait.push(TRAITS[j]);
      g.push(`g${String(i).padStart(2, "0")}`);
      h.push("uv"[i % 2]);
    }
  }
  return t.pl.DataFrame({ y, x, trait, g, h });
}

const data = traits(), model = t.fit("y ~ x + trait + rr(0 + trait | g, d = 2)", data);

Deno.test("rr: the restricted likelihood, modes and scores are those of dense algebra", () => {
  const table = rowsOf(t.loadings(model)), L = Matrix.zeros(5, 2);
  table.forEach((r) => L.set(TRAITS.indexOf(String(r.trait).replace("trait", "")), r.factor - 1, r.loading));
  assert.ok(L.get(0, 0) > 0 && L.get(1, 1) > 0 && L.get(0, 1) === 0);
  const rows = rowsOf(data) as unknown as { y: number; x: number; trait: string; g: string }[],
    n = rows.length;
  const at = rows.map((r) => TRAITS.indexOf(r.trait)), levels = model.random[0].levels;
  const S = L.mmul(L.transpose()), y = Matrix.columnVector(rows.map((r) => r.y));
  const X = new Matrix(
    rows.map((r, i) => [1, r.x, ...TRAITS.slice(1).map((_, k) => Number(at[i] === k + 1))]),
  );
  const V = new Matrix(
    rows.map((r, i) =>
      rows.map((q, j) => (r.g === q.g ? S.get(at[i], at[j]) : 0) + (i === j ? model.sigma ** 2 : 0))
    ),
  );
  const W = positiveInverse(V)!,
    XWX = X.transpose().mmul(W).mmul(X),
    beta = positiveInverse(XWX)!.mmul(X.transpose().mmul(W).mmul(y));
  const r = y.clone().sub(X.mmul(beta)), Wr = W.mmul(r);
  const logDet = (M: Matrix) => 2 * choleskyFactor(M)!.diagonal().reduce((s, v) => s + Math.log(v), 0);
  const logLik =
    -((n - 6) * Math.log(2 * Math.PI) + logDet(V) + logDet(XWX) + r.transpose().mmul(Wr).get(0, 0)) / 2;
  assert.ok(Math.abs(model.logLik - logLik) < 1e-7, `${model.logLik}, ${logLik}`);
  const effects = rowsOf(t.ranef(model)) as unknown as {
    term: string;
    level: string;
    estimate: number;
    std_error: number;
  }[];
  assert.equal(effects.length, 40 * (5 + 2));
  for (const { term, level, estimate, std_error } of effects) {
    assert.ok(levels.includes(level) && std_error > 0);
    const j = TRAITS.indexOf(term.replace("trait", "")), factor = Number(term.replace("factor ", "")) - 1;
    const own = rows.reduce(
      (sum, q, i) =>
        q.g === level ? sum + (j >= 0 ? S.get(j, at[i]) : L.get(at[i], factor)) * Wr.get(i, 0) : sum,
      0,
    );
    assert.ok(Math.abs(estimate - own) < 1e-6, `${term} of ${level}: ${estimate}, ${own}`);
    if (j >= 0) continue;
    const members = rows.flatMap((q, i) => q.g === level ? [i] : []); // var(f | y, β) = 1 − λᵀ V⁻¹ λ of the group
    const l = Matrix.columnVector(members.map((i) => L.get(at[i], factor))),
      U = W.selection(members, members);
    assert.ok(std_error ** 2 > 1 - l.transpose().mmul(U).mmul(l).get(0, 0) - 1e-8); // and that of β
    assert.ok(std_error < 1.2);
  }
});

Deno.test("rr: with as many factors as effects it is us, and fewer are a part of more", () => {
  const full = t.fit("y ~ x + trait + rr(0 + trait | g, d = 5)", data),
    us = t.fit("y ~ x + trait + (0 + trait | g)", data);
  assert.ok(Math.abs(full.logLik - us.logLik) < 1e-4, `${full.logLik}, ${us.logLik}`);
  const one = t.fit("y ~ x + trait + rr(0 + trait | g, d = 1)", data);
  assert.ok(one.logLik < model.logLik && model.logLik < us.logLik + 1e-6);
  assert.deepEqual([one.npar, model.npar, full.npar].map((v) => v - 7), [5, 9, 15]);
  assert.deepEqual(one.messages, []); // of rank 1 by what it is
});

Deno.test("rr: saved and loaded, refitted, by the levels of a factor, over slopes, for counts", () => {
  const again = t.loadModel(t.saveModel(model));
  assert.deepEqual(rowsOf(t.loadings(again)), rowsOf(t.loadings(model)));
  assert.deepEqual(rowsOf(t.ranef(again)), rowsOf(t.ranef(model)));
  assert.ok(
    Math.abs(t.refit(model, { formula: "y ~ x + trait + rr(0 + trait | g, d = 2)" }).logLik - model.logLik) <
      1e-8,
  );
  const by = t.fit("y ~ x + trait + rr(0 + trait | g, d = 1, by = h)", data);
  assert.equal(rowsOf(t.loadings(by)).length, 10);
  assert.equal(rowsOf(t.ranef(by)).length, 40 * 6);
  const slopes = t.fit("y ~ x + trait + rr(x | g, d = 1)", data),
    [a, b] = rowsOf(t.loadings(slopes)).map((r) => r.loading);
  const S = slopes.random[0].covariance;
  [[a * a, S.get(0, 0)], [a * b, S.get(0, 1)], [b * b, S.get(1, 1)]].forEach(([u, v]) =>
    assert.ok(Math.abs(u - v) < 1e-10)
  );
  t.simulate(model, { n: 2, seed: 1 });
  const [row] = rowsOf(
    t.predict(model, t.pl.DataFrame({ x: [0], trait: ["b"], g: ["new"] }), { newLevels: "population" }),
  );
  assert.ok(row.std_error > Math.sqrt(model.random[0].covariance.get(1, 1)));
});

Deno.test("rr: what it cannot do is refused in a sentence", () => {
  assert.throws(() => t.loadings(t.fit("y ~ x + (1 | g)", data)), /no term of reduced rank/);
  const one = data.filter(t.pl.col("trait").isIn(["a", "b", "c"])).unique({
    subset: ["g", "trait"],
    maintainOrder: true,
    keep: "first",
  });
  assert.throws(
    () => t.fit("y ~ rr(0 + trait | g, d = 2)", one, { dispersion: "~ 0" }),
    /residual's place: with fewer factors/,
  );
});
