/** Confidence intervals of the parameters. */
import { type ResultFrame, resultFrame } from "../display.ts";
import { coefficientStatistics, normalQuantile, shownParts } from "../model/coefficients.ts";
import type { Model } from "../model/model.ts";
import { modelTitle } from "./titles.ts";

/** Options of {@link confint}. */
export interface ConfintOptions {
  /** "wald": estimate ± z·SE of the fixed effects. */
  method?: "wald";
  level?: number;
}

/**
 * Confidence intervals of the fixed effects.
 * @returns `component`, `group` (missing for fixed effects), `term`, `estimate`, `conf_low`, `conf_high`, `method`
 */
export function confint(model: Model, options: ConfintOptions = {}): ResultFrame {
  const { method = "wald", level = 0.95 } = options;
  if (method !== "wald") {
    throw new RangeError(`Cannot compute intervals with method: "${method}", known is "wald"`);
  }
  const z = normalQuantile(level);
  const rows = shownParts(model).flatMap((part) => {
    const s = coefficientStatistics(model, part);
    return s.names.map((term, j) => ({
      component: part.part,
      term,
      estimate: s.estimate[j],
      se: s.stdError[j],
    }));
  });
  return resultFrame("confint", {
    component: rows.map((r) => r.component),
    group: rows.map(() => null as string | null),
    term: rows.map((r) => r.term),
    estimate: Float64Array.from(rows, (r) => r.estimate),
    conf_low: Float64Array.from(rows, (r) => r.estimate - z * r.se),
    conf_high: Float64Array.from(rows, (r) => r.estimate + z * r.se),
    method: rows.map(() => method as string),
  }, { title: modelTitle(model), level, scale: "link", null: 0 });
}
