/** Fits a reference case with this module: the translation of R's call, and nothing else. */
import { fit, type FitOptions } from "../../lib/model/fit.ts";
import * as families from "../../lib/model/families/mod.ts";
import type { Family } from "../../lib/model/families/family.ts";
import * as structures from "../../lib/model/structures/mod.ts";
import type { Model } from "../../lib/model/result/model.ts";
import { type Frame, pl } from "../../lib/frame.ts";
import { referenceData } from "./load.ts";

/** R's family names and ours. */
const FAMILY: Record<string, string> = {
  ordbeta: "orderedBeta",
  Gamma: "gamma",
  t: "studentT",
  truncated_poisson: "truncatedPoisson",
  truncated_nbinom1: "truncatedNbinom1",
  truncated_nbinom2: "truncatedNbinom2",
};

// deno-lint-ignore no-explicit-any
type Case = any;

/** Why a case is not fitted yet, or null. */
export function waitsFor(c: Case): string | null {
  if (c.kind !== "fit") return `kind ${c.kind}`;
  const structure = /\b(\w+)\([^|]*\+ 0 \|/.exec(c.formula)?.[1];
  if (structure !== undefined && !(structure in structures)) return `structure in ${c.formula}`;
  return null;
}

/** The family object of a case. */
export function familyOf(c: Case): Family {
  const name = FAMILY[c.family] ?? c.family;
  if (c.id === "t_mixed_df4") return families.studentT({ df: 4 });
  // deno-lint-ignore no-explicit-any
  return (families as any)[name](c.link);
}

/** The data of a case, prepared as its `prepare` says in words. */
export async function caseData(c: Case): Promise<Frame> {
  const data = await referenceData(c.data);
  if (c.prepare.length === 0) return data;
  if (/^one = factor with the single level/.test(c.prepare[0])) {
    return data.withColumn(pl.lit("all").alias("one")) as Frame;
  }
  const below = /^keep rows with (\w+) < (\d+)/.exec(c.prepare[0]);
  if (below) return data.filter(pl.col(below[1]).lt(Number(below[2]))) as Frame;
  const places = /^(\w+) = numFactor\((\w+), (\w+)\)/.exec(c.prepare[0]);
  if (places) { // as text, which a formula takes as it takes numFactor(x, y)
    const [, name, x, y] = places, columns = [x, y].map((column) => data.getColumn(column).toArray() as number[]);
    return data.withColumns(pl.Series(name, columns[0].map((v, i) => `(${v},${columns[1][i]})`))) as Frame;
  }
  const times = /^(\w+) = numFactor\((\w+)\)/.exec(c.prepare[0]);
  if (times) { // as text, as numFactor(time) has it
    const values = data.getColumn(times[2]).toArray() as number[];
    return data.withColumns(pl.Series(times[1], values.map((v) => `(${v})`))) as Frame;
  }
  throw new Error(`Case ${c.id}: unknown preparation ${c.prepare}`);
}

/** The fit of a case. */
export async function refit(c: Case): Promise<Model> {
  const data = await caseData(c), peerIsLme4 = c.peer.package === "lme4";
  const options: FitOptions = { family: familyOf(c), reml: c.family === "gaussian" && c.link === "identity" && (!c.dispformula || c.dispformula === "~0") ? !!c.REML : undefined };
  if (c.ziformula && c.ziformula !== "~0") options.zeroInflation = c.ziformula;
  if (c.dispformula && c.dispformula !== "~1") options.dispersion = c.dispformula;
  if (c.weights) options.weights = peerIsLme4 && c.family === "gaussian" ? { precision: c.weights } : c.weights;
  if (c.offset) options.offset = c.offset;
  if (c.nAGQ > 1) options.quadrature = c.nAGQ;
  return fit(c.formula, data, options);
}
