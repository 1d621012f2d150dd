/** How well models fit, in rows for a table. */
import { effectTerms } from "../../model/result/term_result.ts";
import type { Model } from "../../model/result/model.ts";
import { aic, bic } from "../../model/result/statistics.ts";
import { aicc } from "./model_sel.ts";
import type { Entry } from "./model_terms.ts";
import { r2 } from "./r2.ts";

/**
 * Rows on the fit.
 *
 * @category Tests and intervals
 */
export type Gof =
  | "nobs"
  | "groups"
  | "npar"
  | "sigma"
  | "r2_marginal"
  | "r2_conditional"
  | "log_lik"
  | "aic"
  | "aicc"
  | "bic";

const USUAL: readonly Gof[] = ["nobs", "groups", "r2_marginal", "r2_conditional", "log_lik", "aic", "bic"];

const LABELS: Readonly<Record<Gof, string>> = {
  nobs: "Observations",
  groups: "Groups",
  npar: "Parameters",
  sigma: "Sigma",
  r2_marginal: "R² marginal",
  r2_conditional: "R² conditional",
  log_lik: "Log-likelihood",
  aic: "AIC",
  aicc: "AICc",
  bic: "BIC",
};

/** The names of all rows. */
export const GOF = Object.keys(LABELS) as readonly Gof[];

/** The rows that are asked for, of those that at least one model has; and which models have no R². */
export function gofRows(
  models: readonly Model[],
  names: readonly string[],
  wanted: readonly Gof[] = USUAL,
): { rows: Entry[]; notes: string[] } {
  const shares = wanted.some((name) => name.startsWith("r2")) ? models.map(shareOf) : [];
  const rows = wanted.flatMap((name): Entry[] => {
    if (name === "groups") return groupRows(models);
    return [entry(name, LABELS[name], models.map((model, k) => valueOf(model, name, shares[k])))];
  });
  const without = names.filter((_, k) => shares[k]?.reason);
  return {
    rows: rows.filter(({ values }) => values.some((value) => value === value)),
    notes: without.length > 0
      ? [`No R² of ${without.join(", ")}: ${shares.find((share) => share.reason)!.reason}.`]
      : [],
  };
}

const entry = (term: string, label: string, values: readonly number[]): Entry => ({
  part: "gof",
  component: null,
  group: null,
  term,
  quantity: "value",
  label,
  values,
});

/** Levels of each grouping factor. */
function groupRows(models: readonly Model[]): Entry[] {
  const groups = [...new Set(models.flatMap((model) => model.random.map(({ group }) => group)))];
  return groups.map((group) => ({
    ...entry(
      "groups",
      `Groups: ${group}`,
      models.map((m) => m.random.find((t) => t.group === group)?.levels.length ?? NaN),
    ),
    group,
  }));
}

/** Marginal and conditional R², or why there are none. */
interface Shares {
  readonly marginal: number;
  readonly conditional: number;
  readonly reason?: string;
}

function shareOf(model: Model): Shares {
  try {
    const [marginal, conditional] = r2(model).getColumn("estimate").toArray() as number[];
    return { marginal, conditional: effectTerms(model.random).length > 0 ? conditional : NaN };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    return {
      marginal: NaN,
      conditional: NaN,
      reason: error.message.replace(/^Cannot [^:]*: /, "").replace(/\.$/, ""),
    };
  }
}

function valueOf(model: Model, name: Exclude<Gof, "groups">, shares: Shares | undefined): number {
  const values: Record<typeof name, () => number> = {
    nobs: () => model.nobs,
    npar: () => model.npar,
    sigma: () => model.sigma,
    r2_marginal: () => shares?.marginal ?? NaN,
    r2_conditional: () => shares?.conditional ?? NaN,
    log_lik: () => model.logLik,
    aic: () => aic(model),
    aicc: () => aicc(model),
    bic: () => bic(model),
  };
  return values[name]();
}
