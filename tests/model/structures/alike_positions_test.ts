/**
 * Structures in the residual's place where what a subject's visits have in common is up to a million times what they differ by: the same
 * models written with a random intercept, solved in closed form, or by EM.
 */
import assert from "node:assert/strict";
import * as t from "../../../mod.ts";
import { choleskyFactor, inverseFromFactor, Matrix } from "../../../lib/math/dense.ts";
import { orthogonalColumns } from "../../../lib/math/orthogonal_columns.ts";
import { seed } from "../../../lib/math/random.ts";

const VISITS = 4, SUBJECTS = 40;

/** What a visit says. */
interface Row {
  readonly y: number;
  readonly visit: string;
  readonly subject: string;
  readonly arm: string;
}

const near = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected} ± ${allowed}`);

/** Every visit of every subject, or all but some. */
function trial(ratio: number, whole = true) {
  const random = seed(3);
  const rows: Row[] = [];
  for (let s = 0; s < SUBJECTS; s++) {
    const own = ratio * random.normal();
    for (let v = 0; v < VISITS; v++) {
      const y = own + v + random.normal();
      if (!whole && (s * VISITS + v) % 7 === 3) continue;
      rows.push({ y, visit: `v${v}`, subject: `s${s}`, arm: s % 2 ? "a" : "b" });
    }
  }
  return { y: rows.map((r) => r.y), data: t.pl.DataFrame(rows) };
}

// rounding of the responses themselves is 1e-16 of the ratio: the likelihoods are right to some multiple of that
for (const ratio of [1e3, 1e4, 1e5, 1e6]) {
  Deno.test(`homcs in the residual's place is a random intercept, also one ${ratio} times the residual`, () => {
    for (const whole of [true, false]) {
      const { data } = trial(ratio, whole), formula = "y ~ visit + arm";
      const model = t.fit(formula, data, { residual: "homcs(visit | subject)" }),
        same = t.fit(`${formula} + (1 | subject)`, data);
      near(model.logLik, same.logLik, 1e-12 * ratio + 1e-7, "log-likelihood");
      const [own, other] = [model, same].map((m) =>
        t.tidy(m, { effects: "fixed" }).toRecords() as { estimate: number; std_error: number }[]
      );
      own.forEach(({ estimate, std_error }, j) => {
        near(estimate, other[j].estimate, 1e-5 * std_error, `coefficient ${j}`);
        near(std_error, other[j].std_error, 1e-4 * std_error, `standard error ${j}`);
      });
    }
  });

  Deno.test(`us in the residual's place has the closed form of complete data, visits alike up to 1 in ${ratio}`, () => {
    const { data, y } = trial(ratio), n = SUBJECTS - 1;
    // of the first visit and the differences from it, whose determinant is that of the visits
    const columns = Array.from(
      { length: VISITS },
      (_, v) =>
        Array.from(
          { length: SUBJECTS },
          (_, s) => v === 0 ? y[s * VISITS] / ratio : y[s * VISITS + v] - y[s * VISITS],
        ),
    ).map((column) => {
      const mean = column.reduce((a, b) => a + b, 0) / SUBJECTS;
      return column.map((x) => x - mean);
    });
    const S = new Matrix(
      columns.map((a) => columns.map((b) => a.reduce((sum, x, i) => sum + x * b[i], 0) / n)),
    );
    const logDet = 2 * choleskyFactor(S)!.diagonal().reduce((s, v) => s + Math.log(v), 0) +
      2 * Math.log(ratio);
    const expected = -(n * VISITS * (Math.log(2 * Math.PI) + 1) + n * logDet + VISITS * Math.log(SUBJECTS)) /
      2;
    const model = t.fit("y ~ visit", data, { residual: "us(visit | subject)" });
    near(model.logLik, expected, 1e-6, "log-likelihood");
  });

  Deno.test(`us and cs in the residual's place are above homcs, visits alike up to 1 in ${ratio}`, () => {
    const { data } = trial(ratio);
    const [homcs, cs, us] = ["homcs", "cs", "us"].map((name) =>
      t.fit("y ~ visit + arm", data, { residual: `${name}(visit | subject)` }).logLik
    );
    assert.ok(homcs < cs && cs < us, `${homcs} ${cs} ${us}`);
    assert.ok(us - homcs < 20, `${homcs} ${us}`); // eight parameters more
  });
}

/** Visits that are missing: here and there, after a dropout, in all but some subjects, one in every subject. */
const MISSING: Readonly<Record<string, (subject: number, visit: number) => boolean>> = {
  scattered: (s, v) => (s * VISITS + v) % 7 === 3,
  dropout: (s, v) => s % 3 === 0 && v > (s / 3) % 3,
  mostly: (s, v) => s % 8 !== 0 && v === s % 4,
  everywhere: (s, v) => v === s % 4,
  "the first": (s, v) => s % 2 === 0 && v === 0,
};

function incomplete(ratio: number, missing: string): Row[] {
  const random = seed(3), rows: Row[] = [];
  for (let s = 0; s < SUBJECTS; s++) {
    const own = ratio * random.normal();
    for (let v = 0; v < VISITS; v++) {
      const y = own + v + random.normal();
      if (!MISSING[missing](s, v)) rows.push({ y, visit: `v${v}`, subject: `s${s}`, arm: s % 2 ? "a" : "b" });
    }
  }
  return rows;
}

// the scale of what is common takes log(ratio) per subject and nothing else: what us gains on homcs tends to that of subjects as a factor,
// from which it is off by the share that the subjects' own distribution says of their differences
for (const missing of Object.keys(MISSING)) {
  Deno.test(`us is above homcs by the same at every ratio, visits missing ${missing}`, () => {
    const gains = [1, 10, 100, 1e3, 1e4, 1e5, 1e6].map((ratio) => {
      const data = t.pl.DataFrame(incomplete(ratio, missing));
      const [homcs, us] = ["homcs", "us"].map((name) =>
        t.fit("y ~ visit + arm", data, { residual: `${name}(visit | subject)` })
      );
      assert.ok(us.converged, `${ratio}: ${us.certificate.text}`);
      assert.ok(us.logLik > homcs.logLik, `${ratio}: ${us.logLik} ${homcs.logLik}`);
      return us.logLik - homcs.logLik;
    });
    for (const [k, ratio] of [[3, 1e3], [4, 1e4], [5, 1e5]]) {
      near(gains[k], gains[6], 30 / ratio, `gain at ${ratio}`);
    }
  });
}

/**
 * ℓ at the maximum by EM over dense matrices, level by level (Jennrich & Schluchter 1986, section 3.3; Dempster, Laird & Rubin 1977),
 * with REML's share in the expectation; nothing of it is the package's but the factor of a matrix.
 */
function byEm(rows: readonly Row[], ratio: number, reml: boolean): number {
  const X = rows.map((
    { visit, arm },
  ) => [1, ...["v1", "v2", "v3"].map((v) => +(visit === v)), +(arm === "b")]);
  const subjects = [...new Set(rows.map((r) => r.subject))].map((id) => {
    const at = rows.map((_, i) => i).filter((i) => rows[i].subject === id);
    const visits = at.map((i) => Number(rows[i].visit.slice(1)));
    return { visits, X: new Matrix(at.map((i) => X[i])), y: Matrix.columnVector(at.map((i) => rows[i].y)) };
  });
  const p = X[0].length,
    N = rows.length - (reml ? p : 0),
    inv = (A: Matrix) => inverseFromFactor(choleskyFactor(A)!),
    logDet = (A: Matrix) => 2 * choleskyFactor(A)!.diagonal().reduce((s, v) => s + Math.log(v), 0);
  let S = Matrix.eye(VISITS).add(ratio ** 2), last = Infinity;
  for (let step = 0; step < 20000; step++) {
    const A = Matrix.zeros(p, p), b = Matrix.zeros(p, 1);
    let value = N * Math.log(2 * Math.PI) / 2;
    const weights = subjects.map(({ visits, X, y }) => {
      const V = S.selection(visits, visits), W = inv(V);
      A.add(X.transpose().mmul(W).mmul(X));
      b.add(X.transpose().mmul(W).mmul(y));
      value += logDet(V) / 2;
      return W;
    });
    const C = inv(A), beta = C.mmul(b), next = Matrix.zeros(VISITS, VISITS);
    subjects.forEach(({ visits, X, y }, k) => {
      const e = Matrix.sub(y, X.mmul(beta)), W = weights[k], all = [...Array(VISITS).keys()];
      value += e.transpose().mmul(W).mmul(e).get(0, 0) / 2;
      const G = S.selection(all, visits).mmul(W), M = e.mmul(e.transpose());
      if (reml) M.add(X.mmul(C).mmul(X.transpose()));
      next.add(G.mmul(M).mmul(G.transpose())).add(S).sub(G.mmul(S.selection(visits, all)));
    });
    if (reml) value += logDet(A) / 2;
    if (Math.abs(last - value) < 1e-11) break;
    last = value;
    S = next.mul(1 / subjects.length);
  }
  return -last;
}

// EM itself has 1e-16 · ratio² of its digits; its steps of 1e-11 end within 1e-8 of the maximum where a third is missing
for (
  const [missing, ratio] of [["scattered", 1], ["scattered", 100], ["dropout", 30], ["mostly", 1], [
    "the first",
    10,
  ]] as const
) {
  for (const reml of [true, false]) {
    Deno.test(`us has the value of EM, visits missing ${missing}, ratio ${ratio}, ${reml ? "REML" : "ML"}`, () => {
      const rows = incomplete(ratio, missing);
      const { logLik } = t.fit("y ~ visit + arm", t.pl.DataFrame(rows), {
        residual: "us(visit | subject)",
        reml,
      });
      near(logLik, byEm(rows, ratio, reml), 1e-6, "log-likelihood");
    });
  }
}

/**
 * Closed form of monotone dropout by ML where every visit has means of its own: each visit's regression on those before it, of the
 * subjects that have it (Anderson 1957, J. Am. Stat. Assoc. 52:200–203), here on the first and the differences from it.
 */
function byRegressions(rows: readonly Row[]): number {
  let value = 0;
  for (let v = 0; v < VISITS; v++) {
    const those = rows.filter((r) => r.visit === `v${v}`), n = those.length;
    const y = (row: Row, k: number) => rows.find((r) => r.subject === row.subject && r.visit === `v${k}`)!.y;
    const from = (row: Row, k: number) => k === 0 ? y(row, 0) : y(row, k) - y(row, 0);
    const columns = [
      () => 1,
      (r: Row) => +(r.arm === "b"),
      ...Array.from({ length: v }, (_, k) => (r: Row) => from(r, k)),
      (r: Row) => from(r, v),
    ].map((f) => Float64Array.from(those, f));
    const left = orthogonalColumns(columns).R.get(v + 2, v + 2); // root mean square of what a regression leaves
    value -= n / 2 * (Math.log(2 * Math.PI * left ** 2) + 1);
  }
  return value;
}

for (const ratio of [1, 1e3, 1e4, 1e5, 1e6]) {
  Deno.test(`us of monotone dropout is the product of regressions, visits alike up to 1 in ${ratio}`, () => {
    const rows = incomplete(ratio, "dropout");
    const model = t.fit("y ~ visit * arm", t.pl.DataFrame(rows), {
      residual: "us(visit | subject)",
      reml: false,
    });
    assert.ok(model.converged, model.certificate.text);
    near(model.logLik, byRegressions(rows), 1e-12 * ratio + 1e-8, "log-likelihood");
  });
}

Deno.test("us of as many patterns as subjects has the value that it has of one", () => {
  const random = seed(9), rows: Row[] = [];
  for (let s = 0; s < 90; s++) {
    const own = 1e4 * random.normal();
    for (let v = 0; v < 9; v++) {
      const y = own + v + random.normal() * (1 + v / 4);
      if (s < 30 || random.normal() > -0.5) {
        rows.push({ y, visit: `v${v}`, subject: `s${s}`, arm: s % 2 ? "a" : "b" });
      }
    }
  }
  const data = t.pl.DataFrame(rows),
    [homcs, us] = ["homcs", "us"].map((name) =>
      t.fit("y ~ visit + arm", data, { residual: `${name}(visit | subject)` })
    );
  assert.ok(us.converged && us.logLik > homcs.logLik, `${homcs.logLik} ${us.logLik} ${us.certificate.text}`);
});

// cross-products are used as long as they have half of their digits, so the likelihoods agree to 1e-8 of a few units
for (const ratio of [1e3, 1e4, 1e5, 1e6]) {
  Deno.test(`means of visits have the REML of an intercept and differences, groups ${ratio} times the residual`, () => {
    for (const { data } of [trial(ratio), trial(ratio, false)]) {
      for (const name of ["us", "homcs", "(1 | subject)"]) {
        const [plain, means] = ["visit * arm", "0 + visit : arm"].map((mean) =>
          name.startsWith("(")
            ? t.fit(`y ~ ${mean} + ${name}`, data)
            : t.fit(`y ~ ${mean}`, data, { residual: `${name}(visit | subject)` })
        );
        // the gradient of homcs by its template has ratio · 1e-10 standard errors of noise: at 1e6 it may not be certified
        if (name !== "homcs" || ratio < 1e6) {
          assert.ok(plain.converged && means.converged, `${name}: ${means.certificate.text}`);
        }
        near(means.logLik, plain.logLik, 3e-8, name);
      }
    }
  });
}

Deno.test("a search does not throw where means of visits are not determined on its way", () => { // 1,000 dropouts of eight visits did
  const random = seed(5), rows: (Row & { x: number })[] = [];
  for (let s = 0; s < 300; s++) {
    const base = random.normal(), last = 3 + Math.floor(Math.abs(5 * random.normal()));
    for (let v = 0, carry = 0; v < 8; v++) {
      carry = 0.7 * carry + 0.7 * random.normal();
      const y = 10 + 0.3 * v * (s % 2) + base + carry + 0.3 * (v + 1) * random.normal();
      if (v <= last) rows.push({ y, visit: `v${v}`, subject: `s${s}`, arm: s % 2 ? "a" : "b", x: base });
    }
  }
  const model = t.fit("y ~ x + arm * visit", t.pl.DataFrame(rows), { residual: "us(visit | subject)" });
  assert.ok(model.converged, model.certificate.text);
});
