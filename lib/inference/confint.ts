/** Confidence intervals of the parameters. */
import { type ResultFrame, resultFrame } from "../display.ts";
import { coefficientStatistics, normalQuantile, shownParts } from "../model/coefficients.ts";
import { columnNames, type Frame, readNumeric } from "../frame.ts";
import type { Model } from "../model/model.ts";
import { parameterRecord } from "./bootstrap.ts";
import { type Parameter, parametrise, standardErrorOf } from "./parameters.ts";
import { profile } from "./profile.ts";
import { deviationIntervals } from "./wald_deviations.ts";
import { modelTitle } from "./titles.ts";
import { checkOptions, type Kinds, kinds } from "../check.ts";
import { assertModel } from "../model/model_argument.ts";

/** Options of {@link confint}. */
export interface ConfintOptions {
  /**
   * "wald" (default): estimate ± z·SE (standard deviations on the log scale); "profile": profile likelihood; "bootstrap":
   * percentiles of the draws of bootstrap().
   */
  method?: "wald" | "profile" | "bootstrap";
  /** What bootstrap(model) returned, for method "bootstrap". */
  draws?: Frame;
  /** Confidence level (0.95). */
  level?: number;
  /** Only these terms, named as in tidy() ("Days", "sd__(Intercept)", "cor__(Intercept).Days", "sigma"); default all. */
  terms?: readonly string[];
}

const OPTIONS: Kinds<ConfintOptions> = {
  method: kinds.oneOf("wald", "profile", "bootstrap"),
  draws: kinds.frame,
  level: kinds.level,
  terms: kinds.listOf(kinds.text),
};

interface Row {
  component: string;
  group: string | null;
  term: string;
  estimate: number;
  low: number;
  high: number;
}

/** A point of a profile: ζ(value) of one parameter. */
export interface ProfilePoint {
  readonly parameter: string;
  readonly value: number;
  readonly zeta: number;
}

/**
 * Confidence intervals of fixed effects, standard deviations, correlations and dispersion.
 *
 * Profile intervals of Gaussian models use the maximum-likelihood fit, as lme4's do; a limit at the edge of the range (a
 * standard deviation of 0, a correlation of ±1) means that the data do not exclude it.
 *
 * @returns `component`, `group` (missing for fixed effects), `term`, `estimate`, `conf_low`, `conf_high`, `method`
 * @throws RangeError for an unknown method, level or term
 * Source: Venzon & Moolgavkar (1988), Appl. Stat. 37:87–94; Bates et al. (2015), section 5.2; checked against lme4 and glmmTMB.
 */
export function confint(model: Model, options: ConfintOptions = {}): ResultFrame {
  assertModel(model, "confint");
  checkOptions("confint", options, OPTIONS);
  const { method = "wald", level = 0.95, terms } = options, z = normalQuantile(level);
  const curves: ProfilePoint[] = [];
  const rows = method === "bootstrap"
    ? keep(bootstrapRows(model, options.draws, level), terms)
    : method === "wald"
    ? waldRows(model, z, terms)
    : profileRows(model, z, terms, curves);
  return resultFrame(method === "profile" ? "profile" : "confint", {
    component: rows.map((r) => r.component),
    group: rows.map((r) => r.group),
    term: rows.map((r) => r.term),
    estimate: Float64Array.from(rows, (r) => r.estimate),
    conf_low: Float64Array.from(rows, (r) => r.low),
    conf_high: Float64Array.from(rows, (r) => r.high),
    method: rows.map(() => method as string),
  }, {
    title: modelTitle(model),
    level,
    scale: "link",
    null: 0,
    profile: curves,
    notes: method === "profile" && model.reml
      ? ["Profile intervals use the maximum-likelihood fit."]
      : undefined,
  });
}

function keep<T extends { term: string }>(rows: readonly T[], terms: readonly string[] | undefined): T[] {
  if (!terms) return [...rows];
  for (const t of terms) {
    if (!rows.some((r) => r.term === t)) {
      throw new RangeError(
        `Cannot find term "${t}": the parameters are ${rows.map((r) => `"${r.term}"`).join(", ")}`,
      );
    }
  }
  return rows.filter((r) => terms.includes(r.term));
}

function waldRows(model: Model, z: number, terms: readonly string[] | undefined): Row[] {
  const fixed = shownParts(model).flatMap((part) => {
    const s = coefficientStatistics(model, part);
    return s.names.map((term, j): Row => ({
      component: part.part,
      group: null,
      term,
      estimate: s.estimate[j],
      low: s.estimate[j] - z * s.stdError[j],
      high: s.estimate[j] + z * s.stdError[j],
    }));
  });
  return keep(model.engine ? [...fixed, ...deviationIntervals(model, z)] : fixed, terms);
}

function profileRows(
  model: Model,
  z: number,
  terms: readonly string[] | undefined,
  curves: ProfilePoint[],
): Row[] {
  const { base, parameters } = parametrise(model);
  return keep(parameters, terms).map((p): Row => {
    const { low, high, curve } = profile(base, p, widthOf(p, base), z, p.range);
    for (const { value, zeta } of curve) curves.push({ parameter: label(p), value, zeta });
    return { component: p.component, group: p.group, term: p.term, estimate: p.value(base.psi), low, high };
  });
}

/** A first step for the profile: the standard error, or a share of the estimate where it has none. */
function widthOf(p: Parameter, base: Parameters<typeof standardErrorOf>[1]): number {
  const se = standardErrorOf(p, base);
  return p.kind === "sd" ? Math.min(se, 2 * Math.max(p.value(base.psi), 0.05)) : se;
}

function label(p: Parameter): string {
  return [p.component === "cond" ? "" : p.component, p.group, p.term].filter(Boolean).join(" ");
}

/** Percentiles of each column of draws, named as bootstrap() names them. */
function bootstrapRows(model: Model, draws: Frame | undefined, level: number): Row[] {
  if (!draws) {
    throw new TypeError(
      'Cannot compute bootstrap intervals: give the draws, confint(model, { method: "bootstrap", draws: await bootstrap(model) })',
    );
  }
  const estimates = parameterRecord(model), columns = new Set(columnNames(draws));
  return Object.entries(estimates).filter(([name]) => columns.has(name)).map(([name, estimate]) => {
    const values = readNumeric(draws, name).filter((v) => v === v).sort(),
      [, part, term, place, group = null] = name.match(/^(?:(zi|disp) )?(.*?)(?: \| (?:(zi|disp) )?(.*))?$/)!;
    const component = part ?? place ?? (group === "Residual" || term === "sigma" ? "disp" : "cond");
    return {
      component,
      group,
      term,
      estimate,
      low: percentile(values, (1 - level) / 2),
      high: percentile(values, (1 + level) / 2),
    };
  });
}

/** Quantile of sorted values by linear interpolation (Hyndman & Fan 1996, type 7). */
function percentile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1), low = Math.floor(at), high = Math.min(sorted.length - 1, low + 1);
  return sorted.length > 0 ? sorted[low] + (at - low) * (sorted[high] - sorted[low]) : NaN;
}
