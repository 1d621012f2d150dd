/** Variance partition, R² and ICC against performance 0.10.2, 1e-4 relative. */
import assert from "node:assert/strict";
import { icc, r2 } from "../../../lib/inference/describe/r2.ts";
import { variancePartition } from "../../../lib/inference/describe/variance_partition.ts";
import { referenceCase, referenceCaseIds } from "../../reference/load.ts";
import { refit, waitsFor } from "../../reference/refit.ts";

const BETA =
  "performance 0.10.2 has a negative residual variance for beta models; ours is the variance of logit(y)";
const KNOWN: Record<string, string> = {
  dragons_glmm1: BETA,
  dragons_glmm1_scaled: BETA,
  dragons_glmm3: BETA,
  dragons_glmm3_scaled: BETA,
  dragons_glmm4: BETA,
  dragons_glmm4_scaled: BETA,
  yellow_rust_beta: BETA,
  Owls_nbinom2:
    "performance takes the mean per unit of the offset, so that its numbers change with the unit; ours is the mean count",
  sleepstudy_lmer_uncorr: "performance forgets the slope's variance of (x || g)",
};

/** performance leaves the random effects of a singular fit out altogether; ours counts the zero variance as 0. */
const SINGULAR = new Set(["blood_pressure_lmer", "blood_pressure_tmb_ml"]);

// deno-lint-ignore no-explicit-any
const records = (frame: any): any[] => frame.toRecords();

for (const id of referenceCaseIds()) {
  const c = await referenceCase(id);
  if (waitsFor(c) || !c.variance_components) continue;
  Deno.test(`r2, icc: ${id}`, async () => {
    const m = await refit(c), v = variancePartition(m), peer = c.variance_components;
    const gaps = (["fixed", "random", "residual"] as const).filter((k) =>
      typeof peer[`var.${k}`] === "number"
    ).map((
      k,
    ) => Math.abs(v[k] - peer[`var.${k}`]) / (Math.abs(peer[`var.${k}`]) + 1e-12));
    const same = gaps.every((g) => g < 1e-4);
    assert.equal(
      same,
      !(id in KNOWN),
      KNOWN[id] ?? `variances ${JSON.stringify(v)}, expected ${JSON.stringify(peer)}`,
    );
    if (!same) return;
    assert.equal(SINGULAR.has(id), typeof peer["var.random"] !== "number");
    if (SINGULAR.has(id)) return;
    const [marginal, conditional] = records(r2(m)).map((r) => r.estimate),
      [adjusted, unadjusted] = records(icc(m)).map((r) => r.estimate);
    const close = (mine: number, theirs: number | null | undefined) =>
      theirs === null || theirs === undefined || Math.abs(mine - theirs) < 1e-4;
    assert.ok(close(marginal, c.r2?.marginal) && close(conditional, c.r2?.conditional));
    assert.ok(close(adjusted, c.icc?.adjusted) && close(unadjusted, c.icc?.unadjusted));
  });
}
