/** Factors of terms of reduced rank, b = Λf: loadings Λ, and what gives the scores f of b. */
import { type ResultFrame, resultFrame } from "../../display.ts";
import type { Model } from "./model.ts";
import { ownModel } from "./model_argument.ts";
import { groupNames } from "./ranef.ts";
import { factorsOf } from "./factors.ts";

/**
 * Loadings of the terms of reduced rank, `rr(0 + trait | g, d = 2)`: the effects of a group are b = Λf with independent factors f of
 * variance 1. Λ is lower triangular (of the first trait only the first factor is a part) with a positive diagonal, which fixes its
 * rotation and its signs. {@link ranef} has the scores f of every group, {@link varCorr} the standard deviations and correlations ΛΛᵀ.
 *
 * ```ts
 * import { fit, loadings, pl } from "@tidyglmm/tidyglmm";
 *
 * const wave = (i: number) => Math.sin(i) + Math.cos(3 * i * i);
 * const rows = Array.from({ length: 120 }, (_, i) => ({
 *   site: `s${i % 20}`, species: "abc"[i % 3], y: wave(i % 20) * (1 + i % 3) + wave(i),
 * }));
 * loadings(fit("y ~ species + rr(0 + species | site, d = 1)", pl.readRecords(rows)));
 * ```
 *
 * @returns `component`, `group`, `term`, `trait`, `factor` (from 1 on) and `loading`, on the link scale
 * @throws RangeError where the model has no such term
 * Source: McGillycuddy, Popovic, Bolker & Warton (2025), J. Stat. Softw. 112:1.
 * @category The model
 */
export function loadings(model: Model): ResultFrame {
  model = ownModel(model, "loadings", arguments);
  const names = groupNames(model);
  const rows = model.random.flatMap((t, k) =>
    factorsOf(t).flatMap(({ traits, loadings }) =>
      traits.flatMap((i, a) =>
        loadings[a].map((loading, j) => ({
          component: t.part,
          group: names[k],
          term: `(${t.label})`,
          trait: t.names[i],
          factor: j + 1,
          loading,
        }))
      )
    )
  );
  if (rows.length === 0) {
    throw new RangeError(
      "Cannot give loadings: the model has no term of reduced rank, such as rr(0 + trait | g, d = 2)",
    );
  }
  return resultFrame("loadings", {
    component: rows.map((r) => r.component),
    group: rows.map((r) => r.group),
    term: rows.map((r) => r.term),
    trait: rows.map((r) => r.trait),
    factor: Int32Array.from(rows, (r) => r.factor),
    loading: Float64Array.from(rows, (r) => r.loading),
  }, { title: `Loadings of ${model.formula}` });
}
