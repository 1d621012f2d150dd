/** The search for a free residual covariance: what it tells on its way and at its end is what the engine says of the same θ. */
import assert from "node:assert/strict";
import { fit, type Frame, pl } from "../../../mod.ts";
import { Matrix } from "../../../lib/math/dense.ts";
import { seed } from "../../../lib/math/random.ts";
import { planFit } from "../../../lib/model/fit.ts";
import type { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { optimise } from "../../../lib/model/optimum/optimise.ts";
import type { Step } from "../../../lib/model/optimum/stopped.ts";

/** Subjects of up to `visits` visits, each missing with that probability. */
function data(visits: number, missing: number): Frame {
  const random = seed(4), rows: Record<string, number | string>[] = [];
  for (let s = 0; s < 60; s++) {
    const own = 3 * random.normal();
    for (let v = 0; v < visits; v++) {
      const y = own + v + (1 + v / 3) * random.normal(), x = random.normal();
      if (random.uniform() > missing) rows.push({ y, x, visit: `v${v}`, id: `s${s}` });
    }
  }
  return pl.DataFrame(rows) as Frame;
}

// of 7 visits hardly two subjects that miss some have a pattern in common
for (const [visits, missing] of [[3, 0], [4, 0.3], [7, 0.12]] as const) {
  for (const reml of [true, false]) {
    Deno.test(`${visits} visits, ${missing} missing, ${reml ? "REML" : "ML"}: steps, gradients and curvature are the engine's`, () => {
      const plan = planFit("y ~ x + visit", data(visits, missing), { residual: "us(visit | id)", reml }),
        steps: Step[] = [];
      const { objective, optimum } = optimise({
        ...plan,
        watch: { step: (step) => steps.push(step), part: () => {}, standardErrors: () => {} },
      }) as { objective: ProfiledDeviance; optimum: ReturnType<typeof optimise>["optimum"] };
      assert.ok(optimum.converged && steps.length > 1);
      const gradient = new Float64Array(optimum.psi.length);
      for (const step of steps) {
        assert.equal(step.standing, undefined); // it is the engine's, which stands elsewhere
        const value = objective.evaluate(step.psi, gradient), size = Math.max(1, ...gradient.map(Math.abs));
        assert.ok(Math.abs(value + step.logLik) < 1e-9 * Math.abs(value), `${value} ${step.logLik}`);
        gradient.forEach((g, i) =>
          assert.ok(Math.abs(g - step.gradient[i]) < 1e-7 * size, `${g} ${step.gradient[i]}`)
        );
      }
      assert.ok(
        Math.abs(objective.evaluate(optimum.psi, gradient) - optimum.value) < 1e-9 * Math.abs(optimum.value),
      );
      // curvature by differences of the engine's gradient
      const h = 1e-4, p = optimum.psi.length, H = Matrix.zeros(p, p);
      for (let j = 0; j < p; j++) {
        const [up, down] = [h, -h].map((d) => {
          const g = new Float64Array(p);
          objective.evaluate(optimum.psi.map((v, i) => i === j ? v + d : v), g);
          return g;
        });
        for (let i = 0; i < p; i++) H.set(i, j, (up[i] - down[i]) / (2 * h));
      }
      const scale = (i: number, j: number) => Math.sqrt(H.get(i, i) * H.get(j, j));
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < p; j++) {
          const difference = Math.abs(H.get(i, j) - optimum.hessian.get(i, j));
          assert.ok(
            difference < 1e-4 * scale(i, j),
            `${i} ${j}: ${H.get(i, j)} ${optimum.hessian.get(i, j)}`,
          );
        }
      }
      const identity = optimum.hessian.mmul(optimum.covariance).sub(Matrix.eye(p)).abs().max();
      assert.ok(identity < 1e-6, `${identity}`);
    });
  }
}

Deno.test("where fewer subjects are complete than there are means, the likelihood has no bound, and the fit says that it found none", () => {
  const model = fit("y ~ x + visit", data(6, 0.55), { residual: "us(visit | id)" });
  assert.ok(!model.converged && /^Not converged/.test(model.certificate.text), model.certificate.text);
});
