/** Confidence intervals of the parameters. */
import { quantileSorted, sortedNumbers } from "../../math/descriptive.ts";
import { MEAN } from "../../model/families/part.ts";
import {
  type FigureMeta,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { normalQuantile, shownComponents, unitVector } from "../../model/result/coefficients.ts";
import { columnNames, type Frame, readNumeric } from "../../frame.ts";
import { isLeastSquares, type Model } from "../../model/result/model.ts";
import { solutionOrNull } from "../../model/result/solution.ts";
import { estimatesBehind, namedParameters } from "./bootstrap.ts";
import { defaultDf, type DfName } from "../df/degrees_of_freedom.ts";
import { overDetermined } from "../profiles/complement.ts";
import { hasRunAway, profileFromLimit } from "../profiles/from_limit.ts";
import { oneSided } from "../profiles/one_sided.ts";
import { parametrise, standardErrorOf } from "../../model/parameters/list.ts";
import type { Base, Parameter, Quantity } from "../../model/parameters/parameter.ts";
import { asMaximumLikelihood } from "../simulate/refit.ts";
import { type Profile, profile } from "../profiles/profile.ts";
import { coefficientCutoff } from "../profiles/cutoff.ts";
import { deviationIntervals } from "./wald_deviations.ts";
import { ratioLook, type Ratios, ratiosOf } from "./ratios.ts";
import { tidy, type TidyRow } from "./tidy.ts";
import { modelTitle } from "../../model/result/title.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

/**
 * Options of {@link confint}.
 *
 * @category The model
 */
export interface ConfintOptions {
  /**
   * "wald" (default): estimate ± t·SE with the degrees of freedom of `df` (standard deviations ± z·SE on the log scale);
   * "profile": profile likelihood; "bootstrap": percentiles of the draws of bootstrap().
   */
  method?: "wald" | "profile" | "bootstrap";
  /** What bootstrap(model) returned, for method "bootstrap". */
  draws?: Frame;
  /**
   * Degrees of freedom of Wald and profile intervals of the fixed effects, as in tidy().
   * Default: residual for least squares, Kenward–Roger for REML fits, else asymptotic (z, as lme4's confint() for all models).
   */
  df?: DfName;
  /** Confidence level (0.95). */
  level?: number;
  /** Only these terms, named as in tidy() ("Days", "sd__(Intercept)", "cor__(Intercept).Days", "sigma"); default all. */
  terms?: readonly string[];
  /** Coefficients as odds, rate or response ratios, as in tidy(). */
  exponentiate?: boolean;
}

const OPTIONS: Kinds<ConfintOptions> = {
  method: kinds.oneOf("wald", "profile", "bootstrap"),
  draws: kinds.frame,
  df: kinds.oneOf("asymptotic", "satterthwaite", "kenward-roger", "residual"),
  level: kinds.level,
  terms: kinds.listOf(kinds.text),
  exponentiate: kinds.flag,
};

interface Row {
  component: string;
  group: string | null;
  term: string;
  estimate: number;
  low: number;
  high: number;
}

/** A profile: the signed root deviance ζ of one parameter at its values. */
export type Curve = readonly { readonly value: number; readonly zeta: number }[];

/** What profile intervals know beyond their columns. */
export interface ProfileMeta extends FigureMeta {
  /** The curve of each row; none where the estimate is infinite. */
  readonly curves: readonly Curve[];
  /** Of each row: whether it is a ratio, whose axis is logarithmic. None is where absent. */
  readonly ratio?: readonly boolean[];
  /** What the parameter of each row is, in words. */
  readonly titles: readonly string[];
}

/** Intervals by profile likelihood. */
export const PROFILE: ResultKind<ProfileMeta> = resultKind("profile");

/**
 * Confidence intervals of fixed effects, standard deviations, correlations and dispersion.
 *
 * Profile intervals of Gaussian models use the maximum-likelihood fit, as lme4's do. For fixed effects its deviance is cut off where
 * the degrees of freedom say: exactly the t interval in linear models and in the strata of balanced designs (lme4's own limits, cut off
 * at the normal quantile: `df: "asymptotic"`). A limit at the edge of the range (a standard deviation of 0, a correlation of
 * ±1) means that the data do not exclude it.
 *
 * ```ts
 * import { confint, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * confint(model, { method: "profile" });
 * ```
 *
 * @returns `component` ("own" for a bootstrapped statistic of one's own), `group` (missing for fixed effects), `term`,
 *   `estimate`, `conf_low`, `conf_high`, `method`
 * @throws RangeError for an unknown method, level or term, and for `exponentiate` where coefficients are no logarithms of ratios
 * Source: Venzon & Moolgavkar (1988), Appl. Stat. 37:87–94; Bates et al. (2015), section 5.2; checked against lme4 and glmmTMB.
 * @category Tests and intervals
 */
export function confint(model: Model, options: ConfintOptions = {}): ResultFrame {
  noMore("confint", arguments, 2);
  model = ownModel(model, "confint");
  checkOptions("confint", options, OPTIONS);
  const { method = "wald", level = 0.95, terms } = options;
  const ratios = options.exponentiate ? ratiosOf(model, "confint") : undefined;
  const curves: Curve[] = [];
  const linear = method === "bootstrap"
    ? keep(bootstrapRows(model, options.draws, level), terms)
    : method === "wald"
    ? waldRows(model, options.df ?? defaultDf(model), level, terms)
    : profileRows(model, level, options.df ?? defaultDf(model), terms, curves);
  const ratio = linear.map((row) => ratios !== undefined && isRatio(model, row, ratios));
  const rows = linear.map((row, k) => ratio[k] ? asRatio(row) : row);
  const columns = {
    component: rows.map((r) => r.component),
    group: rows.map((r) => r.group),
    term: rows.map((r) => r.term),
    estimate: Float64Array.from(rows, (r) => r.estimate),
    conf_low: Float64Array.from(rows, (r) => r.low),
    conf_high: Float64Array.from(rows, (r) => r.high),
    method: rows.map(() => method as string),
  };
  const meta = {
    title: modelTitle(model),
    level,
    ...(ratios
      ? { scale: "response" as const, null: 1, table: ratioLook(ratios) }
      : { scale: "link" as const, null: 0 }),
  };
  if (method !== "profile") return resultFrame("confint", columns, meta);
  const shown = curves.map((curve, k) => ratio[k] ? curve.map(pointOfRatio) : curve);
  return resultFrame(PROFILE, columns, {
    ...meta,
    curves: shown,
    ratio,
    titles: titlesOf(model, rows),
    notes: profileNotes(model, rows),
  });
}

/** Is it a coefficient of a component whose coefficients are logarithms of ratios? */
function isRatio(model: Model, { component, group, term }: Row, ratios: Ratios): boolean {
  if (group !== null || !ratios.get(component)) return false;
  return shownComponents(model).flat().some((part) =>
    part.component === component && part.names.includes(term)
  );
}

const asRatio = (row: Row): Row => ({
  ...row,
  estimate: Math.exp(row.estimate),
  low: Math.exp(row.low),
  high: Math.exp(row.high),
});

const pointOfRatio = ({ value, zeta }: Curve[number]) => ({ value: Math.exp(value), zeta });

function titlesOf(model: Model, rows: readonly Row[]): string[] {
  const named = namedParameters(model);
  return rows.map((row) =>
    named.find(({ component, group, term }) =>
      component === row.component && group === row.group && term === row.term
    )?.title ?? row.term
  );
}

function profileNotes(model: Model, rows: readonly Row[]): string[] {
  const lost = rows.filter(({ low, high }) => low !== low || high !== high).map(({ term }) => term);
  return [
    model.reml || isLeastSquares(model) ? "Profile intervals use the maximum-likelihood fit." : "",
    lost.length > 0
      ? `NA: the profile of ${
        lost.join(", ")
      } could not be followed to its limit; bootstrap(model) gives intervals.`
      : "",
  ].filter(Boolean);
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

function waldRows(model: Model, df: DfName, level: number, terms: readonly string[] | undefined): Row[] {
  const fixed = (tidy(model, { effects: "fixed", level, df }).toRecords() as unknown as TidyRow[]).map((
    r,
  ): Row => ({
    component: r.component,
    group: null,
    term: r.term,
    estimate: r.estimate ?? NaN,
    low: r.conf_low ?? NaN,
    high: r.conf_high ?? NaN,
  }));
  return keep(
    solutionOrNull(model) ? [...fixed, ...deviationIntervals(model, normalQuantile(level))] : fixed,
    terms,
  );
}

function profileRows(
  model: Model,
  level: number,
  df: DfName,
  terms: readonly string[] | undefined,
  curves: Curve[],
): Row[] {
  const fitted = asMaximumLikelihood(model), { base: whole, parameters } = parametrise(fitted);
  const { base, quantity } = overDetermined(whole);
  return keep(parameters, terms).map((p): Row => {
    if (p.held) return heldRow(p, base.psi, quantity(p).value);
    const z = cutoffOf(model, fitted, p, level, df);
    const run = runsAway(model, p);
    if (run) {
      curves.push([]);
      return { component: p.component, group: p.group, term: p.term, estimate: run.estimate, ...run.ends(z) };
    }
    const of = { component: p.component, group: p.group, term: p.term };
    if (isUndefined(quantity(p), base)) {
      curves.push([]);
      return { ...of, estimate: NaN, low: p.range[0], high: p.range[1] };
    }
    const own = { ...p, ...quantity(p) },
      { low, high, curve } = p.kind === "dispersion"
        ? logProfile(base, own, z)
        : hasRunAway(p, own.gradient(base.psi))
        ? profileFromLimit(whole, p, z)
        : profile(base, own, widthOf(own, base), z, p.range);
    curves.push(curve);
    return { ...of, estimate: own.value(base.psi), low, high };
  });
}

/** A correlation of what does not vary: it can be anything. */
function isUndefined({ deviations = [] }: Quantity, { psi }: Base): boolean {
  return deviations.some((sd) => sd.value(psi) === 0);
}

/** What the caller holds is known: its interval is itself. */
function heldRow(
  { component, group, term }: Parameter,
  psi: Float64Array,
  value: (psi: Float64Array) => number,
): Row {
  const estimate = value(psi);
  return { component, group, term, estimate, low: estimate, high: estimate };
}

/** A coefficient, or a dispersion or shape that is a function of one, whose estimate is infinite or at the edge of its range. */
function runsAway(model: Model, { index, of }: Parameter) {
  if (index === null) return null;
  const l = unitVector(model, index), profile = oneSided(model), tendency = profile.tendency(l);
  if (tendency === 0) return null;
  return {
    estimate: of(tendency * Infinity),
    ends: (z: number) => {
      const { low, high } = profile.ends(l, z), [a, b] = [of(low), of(high)];
      return a > b ? { low: b, high: a } : { low: a, high: b };
    },
  };
}

/** Root deviance of the limits: the normal quantile; for a coefficient of the mean what its degrees of freedom say. */
function cutoffOf(
  model: Model,
  fitted: Model,
  { kind, component, term }: Parameter,
  level: number,
  df: DfName,
): number {
  if (kind !== "fixed" || component !== MEAN) return normalQuantile(level);
  return coefficientCutoff(model, fitted, model.parts[0].names.map((n) => Number(n === term)), level, df);
}

/** A positive parameter is profiled on the log scale, where a flat likelihood levels off within a few units. */
function logProfile(base: Base, p: Parameter, z: number): Profile {
  const log = {
    value: (psi: Float64Array) => Math.log(p.value(psi)),
    gradient: (psi: Float64Array) => {
      const size = p.value(psi);
      return p.gradient(psi).map((v) => v / size);
    },
  };
  const se = Math.min(1, standardErrorOf(log, base)),
    found = profile(base, log, se, z, [-Infinity, Infinity]);
  return {
    low: Math.exp(found.low),
    high: Math.exp(found.high),
    curve: found.curve.map(({ value, zeta }) => ({ value: Math.exp(value), zeta })),
  };
}

/** A first step for the profile: the standard error, or a share of the estimate where it has none. */
function widthOf(p: Parameter, base: Base): number {
  const se = standardErrorOf(p, base);
  if (p.kind === "cor") return Math.min(1, Math.max(se, 0.05)); // at ±1 the delta method says 0
  return p.kind === "sd" ? Math.min(se, 2 * Math.max(p.value(base.psi), 0.05)) : se;
}

/**
 * Percentiles of each column of draws: the model's parameters by the names that bootstrap() gives them, and statistics of one's
 * own (component "own"), whose estimate is missing where polars made another frame of the draws.
 */
function bootstrapRows(model: Model, draws: Frame | undefined, level: number): Row[] {
  if (!draws) {
    throw new TypeError(
      'Cannot compute bootstrap intervals: give the draws, confint(model, { method: "bootstrap", draws: await bootstrap(model) })',
    );
  }
  const parameters = new Map(namedParameters(model).map((p) => [p.name, p])),
    given = estimatesBehind(draws) ?? {};
  const names = columnNames(draws).filter((name) => name !== "draw");
  if (names.length === 0) {
    throw new RangeError("Cannot compute bootstrap intervals: the draws have no column of a statistic");
  }
  return names.map((name) => {
    const values = sortedNumbers(readNumeric(draws, name).filter((v) => v === v));
    const ends = {
      low: quantileSorted(values, (1 - level) / 2),
      high: quantileSorted(values, (1 + level) / 2),
    };
    const known = parameters.get(name);
    if (!known) return { component: "own", group: null, term: name, estimate: given[name] ?? NaN, ...ends };
    const { component, group, term, value } = known;
    return { component, group, term, estimate: value, ...ends };
  });
}
