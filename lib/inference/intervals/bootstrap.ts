/** The parametric bootstrap: new responses from the fitted model, the model fitted again to each, in worker threads. */
import { isDispersion, MEAN } from "../../model/families/part.ts";
import {
  type FigureMeta,
  metaOf,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
  startProgress,
} from "../../display.ts";
import type { Frame } from "../../frame.ts";
import { shownParts } from "../../model/result/coefficients.ts";
import { type Model, partsOf } from "../../model/result/model.ts";
import { published } from "../../model/result/value.ts";
import { groupNames } from "../../model/result/ranef.ts";
import { covarianceOf } from "../../model/result/term_result.ts";
import type { Shown } from "../../model/structures/structure.ts";
import { fitAll, modelAt, type Optimum, warmPlan, withResponse } from "../../model/refits.ts";
import { begin, countOn, simulatedResponses, stoppedNote } from "../simulate/many_fits.ts";
import { modelTitle } from "../../model/result/title.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

/** What draws know beyond their columns. */
export interface BootstrapMeta extends FigureMeta {
  /** The statistics of the model itself. */
  readonly estimates: Readonly<Record<string, number>>;
  /** What parameters are, in words, by their column. */
  readonly titles?: Readonly<Record<string, string>>;
  /** Where they stand in the model, by their column. */
  readonly places?: Readonly<Record<string, Pick<NamedParameter, "component" | "group" | "term">>>;
}

/** Draws of statistics. */
export const BOOTSTRAP: ResultKind<BootstrapMeta> = resultKind("bootstrap");

/**
 * Options of {@link bootstrap}.
 *
 * @category Tests and intervals
 */
export interface BootstrapOptions {
  /** Number of simulated responses (250). */
  n?: number;
  /** The same seed gives the same draws, whatever the number of workers (123). */
  seed?: number;
  /** What to keep of every fitted model, by name; default all coefficients, standard deviations, correlations, dispersion. */
  statistic?: (model: Model) => Record<string, number>;
  /** Called after every fit with the number done and the number of all; without it the notebook's cell shows them. */
  onProgress?: (done: number, n: number) => void;
  /** Gives the bootstrap up; the promise is then rejected with the signal's reason. */
  signal?: AbortSignal;
  /** Worker threads; default one per processor. */
  workers?: number;
}

const OPTIONS: Kinds<BootstrapOptions> = {
  n: kinds.count,
  seed: kinds.seed,
  statistic: kinds.callback,
  onProgress: kinds.callback,
  signal: kinds.signal,
  workers: kinds.count,
};

/**
 * Parametric bootstrap: y* is simulated with all random effects drawn anew, the model is fitted to y* from the estimate on,
 * and a statistic of every fit is kept.
 *
 * ```ts
 * import { bootstrap, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * await bootstrap(model, { n: 20, seed: 1 });
 * ```
 *
 * @returns one row per draw: `draw`, and a column per statistic (missing where a fit failed); its notes count failures and
 *   singular fits. `confint(model, { method: "bootstrap", draws })` makes percentile intervals of it, of your own statistics too.
 * @throws RangeError for a number of draws that is not a whole number; the signal's reason when aborted
 *
 * The stop button of a notebook ends it with the draws that are done; a note counts them.
 * Source: Efron & Tibshirani (1993), section 6.5.
 * @category Tests and intervals
 */
export async function bootstrap(model: Model, options: BootstrapOptions = {}): Promise<ResultFrame> {
  noMore("bootstrap", arguments, 2);
  model = ownModel(model, "bootstrap");
  checkOptions("bootstrap", options, OPTIONS);
  const { n = 250, seed = 123, statistic: given, onProgress, signal, workers } = options;
  const statistic = given ? (m: Model) => given(published(m)) : parameterRecord;
  const plan = warmPlan(model), response = simulatedResponses(model, seed);
  const display = startProgress("Bootstrap"), shown = onProgress ?? countOn(display);
  await begin(display, n);
  const records: (Record<string, number> | null)[] = [];
  let failed = 0, singular = 0;
  const onFit = (b: number, optimum: Optimum | Error) => {
    const refitted = optimum instanceof Error
      ? null
      : modelAt(model, withResponse(plan, response(b)), optimum);
    if (refitted?.singular) singular++;
    if (!refitted?.converged) failed++;
    records[b] = refitted && statistic(refitted);
  };
  const fits = await fitAll([plan], n, response, { onFit, onProgress: shown, signal, workers }).finally(() =>
    display.end()
  );
  if (fits.length === 0) {
    throw new Error("Cannot give a bootstrap: it was stopped before the first draw was done");
  }
  const kept = fits.map(({ b }) => records[b]),
    names = [...new Set(kept.flatMap((r) => (r ? Object.keys(r) : [])))];
  const columns = Object.fromEntries(
    names.map((name) => [name, Float64Array.from(kept, (r) => r?.[name] ?? NaN)]),
  );
  return resultFrame(BOOTSTRAP, { draw: Int32Array.from(fits, ({ b }) => b + 1), ...columns }, {
    title: `Parametric bootstrap of ${modelTitle(model)}, ${n} draws, seed ${seed}`,
    notes: [
      stoppedNote(fits.length, n, "draws"),
      failed > 0 ? `${failed} of ${fits.length} fits could not be certified.` : "",
      singular > 0
        ? `${singular} of ${fits.length} fits are singular (a variance of 0 or a correlation of ±1).`
        : "",
    ].filter(Boolean),
    estimates: statistic(model),
    ...parametersByColumn(model),
  });
}

/** What parameters are, and where they stand. */
function parametersByColumn(model: Model): Pick<BootstrapMeta, "titles" | "places"> {
  const parameters = namedParameters(model);
  return {
    titles: Object.fromEntries(parameters.map(({ name, title }) => [name, title])),
    places: Object.fromEntries(
      parameters.map(({ name, component, group, term }) => [name, { component, group, term }]),
    ),
  };
}

/** The statistics of the model itself behind a frame of draws; null for a frame that bootstrap() did not return. */
export function estimatesBehind(draws: Frame): Readonly<Record<string, number>> | null {
  return metaOf(draws, BOOTSTRAP)?.estimates ?? null;
}

/** A parameter of a model with the name that draws give it: "Days", "zi (Intercept)", "sd__(Intercept) | Subject", "sigma". */
export interface NamedParameter {
  readonly name: string;
  readonly component: string;
  readonly group: string | null;
  readonly term: string;
  readonly value: number;
  /** In words: "SD of Days, Subject". */
  readonly title: string;
}

/** Every parameter of a model. */
export function namedParameters(model: Model): NamedParameter[] {
  const groups = groupNames(model), where = (component: string) => component === MEAN ? "" : `${component} `;
  const fixed = shownParts(model).flatMap(({ component, names, beta }) =>
    names.map((term, j) => ({
      name: where(component) + term,
      component,
      group: null,
      term,
      value: beta[j],
      title: component === MEAN ? term : `${term} (${meaningOf(model, component)})`,
    }))
  );
  const random = model.random.flatMap((t, k) => {
    const place = t.part === MEAN ? "" : ` (${meaningOf(model, t.part)})`, { shown } = covarianceOf(t);
    return t.parameters.map(({ name, estimate }, i): NamedParameter => ({
      name: `${name} | ${where(t.part)}${groups[k]}`,
      component: t.part,
      group: groups[k],
      term: name,
      value: estimate,
      title: `${inWords(shown[i])}, ${groups[k]}${place}`,
    }));
  });
  return [...fixed, ...random, ...dispersion(model)];
}

/** "SD of Days", "correlation of (Intercept), Days", "correlation of neighbours". */
function inWords(parameter: Shown): string {
  if (parameter.kind === "own") return parameter.meaning;
  return `${parameter.kind === "sd" ? "SD" : "correlation"} of ${parameter.label}`;
}

/** What a linear predictor is of: "dispersion", "probability of an extra zero". */
function meaningOf(model: Model, component: string): string {
  return partsOf(model).find(({ name }) => name === component)?.meaning ?? component;
}

function dispersion(model: Model): NamedParameter[] {
  const own = partsOf(model).find(isDispersion);
  if (!own || model.formulas.dispersion !== undefined || model.formulas.residual !== undefined) return [];
  const value = model.sigma, component = own.name;
  if (!model.family.residual) {
    return [{ name: "sigma", component, group: null, term: "sigma", value, title: own.meaning }];
  }
  const term = "sd__Observation", group = "Residual";
  return [{ name: `${term} | ${group}`, component, group, term, value, title: "residual SD" }];
}

/** Every parameter of a model by name. */
export function parameterRecord(model: Model): Record<string, number> {
  return Object.fromEntries(namedParameters(model).map(({ name, value }) => [name, value]));
}
