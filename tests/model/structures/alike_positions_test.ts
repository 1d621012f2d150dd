/**
 * Structures in the residual's place where what a subject's visits have in common is up to a million times what they differ by: the same
 * models written with a random intercept, or solved in closed form.
 */
import assert from "node:assert/strict";
import * as t from "../../../mod.ts";
import { choleskyFactor, Matrix } from "../../../lib/math/dense.ts";
import { seed } from "../../../lib/math/random.ts";

const VISITS = 4, SUBJECTS = 40;
const near = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected} ± ${allowed}`);

/** Every visit of every subject, or all but some. */
function trial(ratio: number, whole = true) {
  const random = seed(3);
  const rows: { y: number; visit: string; subject: string; arm: string }[] = [];
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
