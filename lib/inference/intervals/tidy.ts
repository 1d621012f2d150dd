/** Model → tables with broom's column names: coefficients, one-row summaries, Wald intervals. */
import { MEAN } from "../../model/families/part.ts";
import {
  type FigureMeta,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { pt, qt } from "../../math/distributions.ts";
import {
  coefficientStatistics,
  normalQuantile,
  shownParts,
  unitVector,
} from "../../model/result/coefficients.ts";
import { hasResidual, type Model } from "../../model/result/model.ts";
import { groupNames, ranef } from "../../model/result/ranef.ts";
import { covarianceOf } from "../../model/result/term_result.ts";
import { defaultDf, dfMethod, type DfName } from "../df/degrees_of_freedom.ts";
import { exponentiated, ratioLook, type Ratios, ratiosOf } from "./ratios.ts";
import { oneSided } from "../profiles/one_sided.ts";
import { aic, bic, deviance, dfResidual } from "../../model/result/statistics.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

/** Tables of coefficients. */
export const TIDY: ResultKind<TidyMeta> = resultKind("tidy");

/** What estimates know beyond their columns. */
export interface TidyMeta extends FigureMeta {
  /** Of each row: what its parameter is; null of coefficients and effects. */
  readonly parameters: readonly (RowParameter | null)[];
  /** What the estimates of each component are, where they are exponentiated. */
  readonly ratios?: Ratios;
  /** The link, on whose scale the coefficients of the mean are. */
  readonly link?: string;
}

/** A parameter of the random effects as a figure shows it. */
export interface RowParameter {
  /** "residual", "Days", "(Intercept), Days", "range". */
  readonly label: string;
  /** "own": a structure's own parameter on a scale of its own. */
  readonly kind: "sd" | "cor" | "own";
  /** Possible values of a structure's own parameter. */
  readonly range?: readonly [number, number];
}

/**
 * Options of {@link tidy}.
 *
 * @category The model
 */
export interface TidyOptions {
  /** Fixed effects, random-effect standard deviations and correlations, or conditional modes; default fixed and ran_pars. */
  effects?: "fixed" | "ran_pars" | "ran_vals" | readonly ("fixed" | "ran_pars" | "ran_vals")[];
  /** Level of the intervals. */
  level?: number;
  /**
   * Degrees of freedom of the fixed effects' t statistics. Default: residual for least squares, Kenward–Roger for REML fits, with
   * its standard errors (Satterthwaite above 1,000 random effects, of structures beyond us and diag, and of levels that are related), else
   * asymptotic (z).
   */
  df?: DfName;
  /**
   * Coefficients as ratios: odds ratios of the logit link, rate ratios of counts with the log link, response ratios of other
   * responses with it, hazard ratios of the complementary log-log link. Estimates and limits are exponentiated, standard errors by
   * the delta method; statistics and p-values stay (the test is of a ratio of 1). Standard deviations and correlations stay too.
   */
  exponentiate?: boolean;
}

const EFFECTS = kinds.oneOf("fixed", "ran_pars", "ran_vals");
const OPTIONS: Kinds<TidyOptions> = {
  effects: kinds.anyOf(EFFECTS, kinds.listOf(EFFECTS)),
  level: kinds.level,
  df: kinds.oneOf("asymptotic", "satterthwaite", "kenward-roger", "residual"),
  exponentiate: kinds.flag,
};

/** A row of {@link tidy}. */
export interface TidyRow {
  effect: string;
  component: string;
  group: string | null;
  term: string;
  level: string | null;
  estimate: number;
  std_error: number;
  statistic: number;
  df: number;
  p_value: number;
  conf_low: number;
  conf_high: number;
}

/** A row with what its parameter is. */
interface DescribedRow extends TidyRow {
  readonly parameter: RowParameter | null;
}

/**
 * One row per coefficient, standard deviation or correlation (and conditional mode, on request).
 *
 * ```ts
 * import { dataset, fit, tidy } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * tidy(model, { exponentiate: true }); // rate ratios
 * ```
 *
 * @returns `effect`, `component`, `group`, `term`, (`level` with ran_vals), `estimate`, `std_error`, `statistic`, `df`
 *   (Infinity: normal), `p_value`, `conf_low`, `conf_high`; missing where a quantity has no meaning. Coefficients that run to ±∞
 *   (separation) have an infinite standard error, no Wald test, and a one-sided interval by profile likelihood. Those that are held
 *   (option `fixed`) have the standard error 0 and no test.
 * @throws {RangeError} for `exponentiate` where coefficients are no logarithms of ratios (identity, probit, … links)
 * @category The model
 */
export function tidy(model: Model, options: TidyOptions = {}): ResultFrame {
  noMore("tidy", arguments, 2);
  model = ownModel(model, "tidy");
  checkOptions("tidy", options, OPTIONS);
  const { effects = ["fixed", "ran_pars"], level = 0.95, df = defaultDf(model) } = options;
  const wanted = new Set(typeof effects === "string" ? [effects] : effects);
  const ratios = options.exponentiate ? ratiosOf(model, "tidy") : undefined;
  const linear = [
    ...(wanted.has("fixed") ? fixedRows(model, level, df) : []),
    ...(wanted.has("ran_pars") ? parameterRows(model) : []),
    ...(wanted.has("ran_vals") ? valueRows(model, level) : []),
  ];
  const rows = linear.map((row) => ratios && row.effect !== "ran_pars" ? exponentiated(row, ratios) : row);
  const numbers = (key: keyof TidyRow) => Float64Array.from(rows, (r) => r[key] as number);
  const texts = (key: keyof TidyRow) => rows.map((r) => r[key] as string | null);
  return resultFrame(TIDY, {
    effect: texts("effect"),
    component: texts("component"),
    group: texts("group"),
    term: texts("term"),
    ...(wanted.has("ran_vals") ? { level: texts("level") } : {}),
    estimate: numbers("estimate"),
    std_error: numbers("std_error"),
    statistic: numbers("statistic"),
    df: numbers("df"),
    p_value: numbers("p_value"),
    conf_low: numbers("conf_low"),
    conf_high: numbers("conf_high"),
  }, {
    title: `${model.formula}, ${model.family.name} (${model.family.link.name})`,
    level,
    scale: ratios ? "response" : "link",
    link: model.family.link.name,
    null: ratios ? 1 : 0,
    response: model.response,
    parameters: rows.map(({ parameter }) => parameter),
    ...(ratios && { ratios, table: ratioLook(ratios) }),
  });
}

function fixedRows(model: Model, level: number, df: DfName): DescribedRow[] {
  return shownParts(model).flatMap((part) => {
    const method = part.part === MEAN ? dfMethod(model, df) : null, s = coefficientStatistics(model, part);
    return s.names.map((term, j): DescribedRow => {
      const unit = s.names.map((_, i) => (i === j ? 1 : 0)), nu = method?.df(unit) ?? Infinity;
      const infinite = s.stdError[j] === Infinity;
      const se = method && !infinite ? Math.sqrt(method.covariance.get(j, j)) : s.stdError[j],
        held = part.fixed.includes(term),
        t = held ? NaN : s.estimate[j] / se,
        width = held ? 0 : qt((1 + level) / 2, nu) * se; // the degrees of freedom of nothing are not defined
      const { low, high } = infinite
        ? oneSided(model).ends(unitVector(model, part.start + j), normalQuantile(level))
        : { low: s.estimate[j] - width, high: s.estimate[j] + width };
      return {
        effect: "fixed",
        component: part.component,
        group: null,
        term,
        level: null,
        estimate: s.estimate[j],
        std_error: se,
        statistic: t,
        df: nu,
        p_value: Number.isNaN(t) ? NaN : 2 * pt(-Math.abs(t), nu),
        conf_low: low,
        conf_high: high,
        parameter: null,
      };
    });
  });
}

const blank = {
  level: null,
  std_error: NaN,
  statistic: NaN,
  df: NaN,
  p_value: NaN,
  conf_low: NaN,
  conf_high: NaN,
};

/** "sd__(Intercept)" and "cor__(Intercept).Days", broom.mixed's names; "rho__ar1" for what is a structure's own. */
function parameterRows(model: Model): DescribedRow[] {
  const names = groupNames(model);
  const rows = model.random.flatMap((t, k): DescribedRow[] =>
    covarianceOf(t).shown.map((p, i) => ({
      effect: "ran_pars",
      component: t.part,
      group: names[k],
      ...blank,
      term: p.name,
      estimate: t.parameters[i].estimate,
      parameter: p.kind !== "own"
        ? { label: p.label, kind: p.kind }
        : p.correlation
        ? { label: p.meaning, kind: "cor" }
        : { label: p.label, kind: "own", range: p.range },
    }))
  );
  if (hasResidual(model)) {
    rows.push({
      effect: "ran_pars",
      component: MEAN,
      group: "Residual",
      term: "sd__Observation",
      estimate: model.sigma,
      parameter: { label: "residual", kind: "sd" },
      ...blank,
    });
  }
  return rows;
}

function valueRows(model: Model, level: number): DescribedRow[] {
  const z = normalQuantile(level);
  // deno-lint-ignore no-explicit-any
  return (ranef(model).toRecords() as any[]).map((r): DescribedRow => ({
    effect: "ran_vals",
    component: r.component,
    group: r.group,
    term: r.term,
    level: r.level,
    estimate: r.estimate,
    std_error: r.std_error,
    statistic: NaN,
    df: NaN,
    p_value: NaN,
    conf_low: r.estimate - z * r.std_error,
    conf_high: r.estimate + z * r.std_error,
    parameter: null,
  }));
}

/**
 * One row that sums the model up.
 *
 * ```ts
 * import { dataset, fit, glance } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * glance(model); // one row: AIC, BIC, …
 * ```
 *
 * @returns `family`, `link`, `nobs`, `npar`, `log_lik`, `aic`, `bic`, `deviance`, `df_residual`, `sigma`, `reml`,
 *   `converged`, `singular`
 * @category The model
 */
export function glance(model: Model): ResultFrame {
  model = ownModel(model, "glance", arguments);
  return resultFrame("glance", {
    family: [model.family.name],
    link: [model.family.link.name],
    nobs: Int32Array.of(model.nobs),
    npar: Int32Array.of(model.npar),
    log_lik: [model.logLik],
    aic: [aic(model)],
    bic: [bic(model)],
    deviance: [deviance(model)],
    df_residual: [dfResidual(model)],
    sigma: [model.sigma],
    reml: [model.reml],
    converged: [model.converged],
    singular: [model.singular],
  }, { title: model.formula });
}
