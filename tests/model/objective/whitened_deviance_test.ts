/** The deviance in whitened coordinates, its slope and its curvature, near the optimum and away from it: the engine's value, and differences. */
import assert from "node:assert/strict";
import { type Frame, pl } from "../../../mod.ts";
import { Matrix } from "../../../lib/math/dense.ts";
import { seed } from "../../../lib/math/random.ts";
import { triangleProduct } from "../../../lib/math/triangle.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";
import { unitPlus, WhitenedDeviance } from "../../../lib/model/objective/whitened_deviance.ts";
import { WhitenedRows } from "../../../lib/model/objective/whitened_patterns.ts";

const C = 4;

/** Visits of subjects that have ten times as much in common as they differ by. */
function data(missing: number): Frame {
  const random = seed(11), rows: Record<string, number | string>[] = [];
  for (let s = 0; s < 50; s++) {
    const own = 10 * random.normal(), arm = "ab"[s % 2];
    for (let v = 0; v < C; v++) {
      const y = own + v + (1 + v / 2) * random.normal(), x = random.normal();
      if (random.uniform() > missing) rows.push({ y, x, arm, visit: `v${v}`, id: `s${s}` });
    }
  }
  return pl.DataFrame(rows) as Frame;
}

for (const missing of [0, 0.3]) {
  for (const reml of [true, false]) {
    for (const structure of ["us", "diag"]) {
      Deno.test(`${structure}, ${missing} missing, ${reml ? "REML" : "ML"}`, () => {
        const { design } = planFit("y ~ x + arm * visit", data(missing), {
          residual: `${structure}(visit | id)`,
          reml,
        });
        const whole = new ProfiledDeviance(rowSums(design), reml),
          { rows, effects: { terms: [{ term, covariance }] } } = whole.sums;
        const { places: all, theta } = covariance.freeFactor!, places = all.slice(1), size = places.length;
        // a factor that has little in common with the data's
        const centre = unitPlus(all.map(([i, j]) => i === j ? 0.5 + i : 1 / (1 + i + j)), all, C);
        const deviance = new WhitenedDeviance(whole, new WhitenedRows(term, rows!, C), places, centre);
        for (const far of [0, 0.1, 0.6]) {
          const a = Float64Array.from(places, (_, k) => far * Math.cos(3 * k)),
            gradient = new Float64Array(size);
          const value = deviance.evaluate(a, gradient), H = deviance.curvature();
          const L = triangleProduct(centre, unitPlus(a, places, C), C);
          const known = whole.evaluate(Float64Array.from(theta(L)));
          assert.ok(Math.abs(value - known) < 1e-9 * Math.abs(known), `${value} ${known}`); // sums in another order
          // central differences of step 1e-4: 1e-8 of the third derivative, and rounding of 1e-13 of the value over the step
          const h = 1e-4, D = Matrix.zeros(size, size), largest = Math.max(...gradient.map(Math.abs));
          for (let j = 0; j < size; j++) {
            const [up, down] = [h, -h].map((step) => {
              const slope = new Float64Array(size);
              return { value: deviance.evaluate(a.map((v, i) => i === j ? v + step : v), slope), slope };
            });
            const slope = (up.value - down.value) / (2 * h);
            assert.ok(
              Math.abs(slope - gradient[j]) < 1e-6 * Math.max(1, largest),
              `${j}: ${slope} ${gradient[j]}`,
            );
            for (let i = 0; i < size; i++) D.set(i, j, (up.slope[i] - down.slope[i]) / (2 * h));
          }
          assert.ok(Matrix.sub(D, H).abs().max() < 1e-6 * H.clone().abs().max(), `${D}\n${H}`);
        }
      });
    }
  }
}
