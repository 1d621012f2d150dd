/** Coefficients of determination and intraclass correlation of mixed models. */
import { type ResultFrame, resultFrame } from "../display.ts";
import type { Model } from "../model/model.ts";
import { modelTitle } from "./titles.ts";
import { variancePartition } from "./variance_partition.ts";
import { assertModel } from "../model/model_argument.ts";

/**
 * Nakagawa's R²: the share of the variance on the link scale explained by the fixed effects (marginal) and by fixed and
 * random effects (conditional). A variance estimated as 0 counts as 0, so singular fits have both.
 *
 * @returns one row per kind: `r2` ("marginal", "conditional"), `estimate`, and the variances `fixed`, `random`, `residual`
 * Source: Nakagawa, Johnson & Schielzeth (2017); checked against performance 0.10.2 in tests/reference.
 */
export function r2(model: Model): ResultFrame {
  assertModel(model, "r2");
  const v = variancePartition(model), total = v.fixed + v.random + v.residual;
  return resultFrame("r2", {
    r2: ["marginal", "conditional"],
    estimate: [v.fixed / total, (v.fixed + v.random) / total],
    fixed: [v.fixed, v.fixed],
    random: [v.random, v.random],
    residual: [v.residual, v.residual],
  }, {
    title: `R² of ${modelTitle(model)}`,
    notes: [`Variance of the response on the link scale: ${v.method}.`, ...inflationNote(model)],
  });
}

/**
 * Intraclass correlation: the share of the random effects in the variance on the link scale.
 * @returns one row per kind: `icc` ("adjusted": without the variance of the fixed effects; "unadjusted": with it), `estimate`
 * Source: Nakagawa, Johnson & Schielzeth (2017), section 4.
 */
export function icc(model: Model): ResultFrame {
  assertModel(model, "icc");
  if (model.random.length === 0) {
    throw new RangeError(
      `Cannot compute the intraclass correlation: ${modelTitle(model)} has no random effects`,
    );
  }
  const v = variancePartition(model);
  return resultFrame("icc", {
    icc: ["adjusted", "unadjusted"],
    estimate: [v.random / (v.random + v.residual), v.random / (v.fixed + v.random + v.residual)],
  }, {
    title: `Intraclass correlation of ${modelTitle(model)}`,
    notes: [`Variance of the response on the link scale: ${v.method}.`, ...inflationNote(model)],
  });
}

function inflationNote(model: Model): string[] {
  return model.parts.some((p) => p.part === "zi")
    ? ["For the conditional part alone: extra zeros are left out."]
    : [];
}
