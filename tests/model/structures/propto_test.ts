/** A covariance known up to a factor, against dense algebra: V = σ_b² Z (I ⊗ R) Zᵀ + σ² I. */
import assert from "node:assert/strict";
import * as t from "../../../mod.ts";
import { choleskyFactor, Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import { seed } from "../../../lib/math/random.ts";

const rowsOf = (table: unknown) => (table as { toRecords(): Record<string, number>[] }).toRecords();
const SPECIES = ["ant", "bee", "cat", "dog", "eel"];
/** Variances that differ, and a species without rows. */
const R = SPECIES.map((_, i) =>
  SPECIES.map((_, j) => (1 + 0.3 * Math.min(i, j)) * 0.6 ** Math.abs(i - j) * (i === j ? 1.2 : 1))
);
const V = { labels: SPECIES, covariance: R };

function sites(one: boolean) {
  const random = seed(9),
    L = choleskyFactor(new Matrix(R))!,
    y: (number | null)[] = [],
    n: number[] = [],
    x: number[] = [],
    species: string[] = [],
    site: string[] = [];
  for (let s = 0; s < (one ? 1 : 15); s++) {
    const b = L.mmul(Matrix.columnVector(SPECIES.map(() => random.normal()))).to1DArray();
    for (let k = 0; k < (one ? 40 : 7); k++) {
      const j = k % 4;
      x.push(random.normal());
      const eta = 0.5 + 0.3 * x.at(-1)! + 0.8 * b[j];
      y.push((s + k) % 9 === 2 ? null : eta + 0.6 * random.normal());
      n.push(Math.round(Math.exp(eta)));
      species.push(SPECIES[j]);
      site.push(`s${s}`);
    }
  }
  return t.pl.DataFrame({ y, n, x, species, site });
}

for (
  const [formula, one] of [["y ~ x + propto(0 + species | site, V)", false], [
    "y ~ x + propto(0 + species | 1, V)",
    true,
  ]] as const
) {
  Deno.test(`propto: ${formula}, likelihood, modes, and a species without rows`, () => {
    const data = sites(one),
      model = t.fit(formula, data, { known: { V } }),
      [{ estimate: sd, name }] = model.random[0].parameters;
    assert.equal(name, "sd__propto");
    const rows = (rowsOf(data) as unknown as { y: number; x: number; species: string; site: string }[])
        .filter((r) => r.y !== null),
      n = rows.length;
    const at = rows.map((r) => SPECIES.indexOf(r.species)),
      y = Matrix.columnVector(rows.map((r) => r.y)),
      X = new Matrix(rows.map((r) => [1, r.x]));
    const C = (i: number, j: number, a: string, b: string) => a === b ? sd ** 2 * R[i][j] : 0;
    const W = positiveInverse(
      new Matrix(
        rows.map((r, i) =>
          rows.map((q, j) => C(at[i], at[j], r.site, q.site) + (i === j ? model.sigma ** 2 : 0))
        ),
      ),
    )!;
    const XWX = X.transpose().mmul(W).mmul(X),
      beta = positiveInverse(XWX)!.mmul(X.transpose().mmul(W).mmul(y)),
      r = y.clone().sub(X.mmul(beta)),
      Wr = W.mmul(r);
    const logDet = (M: Matrix) => 2 * choleskyFactor(M)!.diagonal().reduce((s, v) => s + Math.log(v), 0);
    const logLik =
      -((n - 2) * Math.log(2 * Math.PI) - logDet(W) + logDet(XWX) + r.transpose().mmul(Wr).get(0, 0)) / 2;
    assert.ok(Math.abs(model.logLik - logLik) < 1e-7, `${model.logLik}, ${logLik}`);
    const effect = (j: number, site: string) =>
      rows.reduce((s, q, i) => s + C(j, at[i], site, q.site) * Wr.get(i, 0), 0);
    const effects = rowsOf(t.ranef(model)) as unknown as { term: string; level: string; estimate: number }[];
    for (const e of effects) {
      assert.ok(
        Math.abs(e.estimate - effect(SPECIES.indexOf(e.term.replace("species", "")), one ? "s0" : e.level)) <
          1e-6,
      );
    }
    const grid = t.pl.DataFrame({ x: [0], species: ["eel"], site: ["s0"] }),
      [found] = rowsOf(t.predict(model, grid));
    assert.ok(Math.abs(found.estimate - beta.get(0, 0) - effect(4, "s0")) < 1e-6);
    assert.deepEqual(rowsOf(t.predict(t.loadModel(t.saveModel(model)), grid)), [found]);
    if (one) return;
    const [stranger] = rowsOf(
      t.predict(model, t.pl.DataFrame({ x: [0], species: ["eel"], site: ["new"] }), {
        newLevels: "population",
      }),
    );
    assert.ok(
      Math.abs(stranger.std_error ** 2 / (sd ** 2 * R[4][4]) - 1) < 0.5 &&
        stranger.std_error ** 2 > sd ** 2 * R[4][4],
    );
    const held = t.fit(formula, data, { known: { V }, fixed: { "sd__propto | site": sd } });
    assert.equal(held.random[0].parameters[0].estimate, sd);
  });
}

Deno.test("propto: a precision is the covariance's inverse; counts, profiles, by the levels of a factor", () => {
  const data = sites(false), precision = positiveInverse(new Matrix(R))!.to2DArray(), known = { V };
  const model = t.fit("y ~ x + propto(0 + species | site, V)", data, { known });
  const other = t.fit("y ~ x + propto(0 + species | site, V)", data, {
    known: { V: { labels: SPECIES, precision } },
  });
  assert.ok(Math.abs(model.logLik - other.logLik) < 1e-8);
  const [row] = rowsOf(t.confint(model, { method: "profile", terms: ["sd__propto"] }));
  assert.ok(row.conf_low < row.estimate && row.estimate < row.conf_high);
  assert.ok(t.fit("n ~ x + propto(0 + species | site, V)", data, { known, family: "poisson" }).converged);
  const wave = data.withColumn(
    t.pl.Series(
      "wave",
      (data.getColumn("site").toArray() as string[]).map((s) => "uv"[Number(s.slice(1)) % 2]),
    ),
  );
  assert.equal(
    t.fit("y ~ x + propto(0 + species | site, V, by = wave)", wave, { known }).random[0].parameters.length,
    2,
  );
  t.simulate(model, { n: 2, seed: 1 });
  assert.match(t.summary(model), /propto over 4 positions/);
});

for (
  const [formula, known, message] of [
    ["y ~ propto(0 + species | site)", { V }, /"V" is not a grouping factor/],
    [
      "y ~ propto(0 + species | site)",
      undefined,
      /after the term it needs the name of a matrix, as in propto\(0 \+ species \| site, V\)/,
    ],
    [
      "y ~ propto(0 + species | site, V)",
      undefined,
      /give the matrix by the option known: \{ V: \{ labels, covariance \} \}/,
    ],
    ["y ~ propto(x | site, V)", { V }, /left side has to be one factor without an intercept/],
    [
      "y ~ propto(0 + species | site, V)",
      { V: { labels: ["ant", "bee"], covariance: [[1, 0], [0, 1]] } },
      /the labels of its matrix lack 2 of the 4 levels: "cat", "dog"/,
    ],
    [
      "y ~ propto(0 + species | site, V)",
      { V: { labels: ["ant", "bee"], covariance: [[1, 2], [2, 1]] } },
      /the covariance is not positive definite/,
    ],
    [
      "y ~ propto(0 + species | site, V, d = 2)",
      { V },
      /its arguments after the term are the name of a matrix/,
    ],
  ] as const
) {
  Deno.test(`propto, refused: ${formula} ${JSON.stringify(known)}`, () => {
    assert.throws(
      () => t.fit(formula, sites(false), { known: known as t.FitOptions["known"] }),
      (e: Error) => message.test(e.message) || assert.fail(String(e)),
    );
  });
}
