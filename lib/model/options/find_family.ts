/** Families by name, with what R and people call them. */
import { nearestName } from "../../frame.ts";
import * as families from "../families/mod.ts";
import type { Family } from "../families/family.ts";

const known = families as unknown as Readonly<Record<string, () => Family>>;

/** Other names of built-in families. */
const ALSO: Readonly<Record<string, string>> = {
  normal: "gaussian",
  lm: "gaussian",
  t: "studentT",
  t_family: "studentT",
  student: "studentT",
  student_t: "studentT",
  beta_family: "beta",
  betar: "beta",
  ordbeta: "orderedBeta",
  ordered_beta: "orderedBeta",
  beinf: "beta",
  zero_one_inflated_beta: "beta",
  zigamma: "gamma",
  lnorm: "lognormal",
  invgauss: "inverseGaussian",
  bernoulli: "binomial",
  logistic: "binomial",
  binary: "binomial",
  negbin: "nbinom2",
  nb: "nbinom2",
  nb2: "nbinom2",
  nb1: "nbinom1",
  nbinom: "nbinom2",
  "negative.binomial": "nbinom2",
  negative_binomial: "nbinom2",
  negativebinomial: "nbinom2",
  quasipoisson: "nbinom1",
  gpoisson: "genpois",
  com_poisson: "compois",
  cmp: "compois",
  cmpoisson: "compois",
  generalized_poisson: "genpois",
};

/**
 * A family from its name or itself.
 * @throws {RangeError} For a name that no family has, with the name that is meant.
 */
export function findFamily(family: Family | string): Family {
  if (typeof family !== "string") return family;
  if (Object.hasOwn(known, family)) return known[family]();
  const names = Object.keys(known);
  throw new RangeError(
    `Cannot find family "${family}": built in are ${names.map((f) => `"${f}"`).join(", ")}${
      hint(family, names)
    }`,
  );
}

/** Letters alone: truncated_nbinom2 is truncatedNbinom2. */
const plain = (name: string) => name.toLowerCase().replace(/[_.]/g, "");

function hint(family: string, names: readonly string[]): string {
  const call = /^\s*([\w.]+)\s*\(\s*(?:link\s*=\s*)?["']?([\w.^/]*)["']?\s*\)\s*$/.exec(family);
  const name = call ? call[1] : family.trim(), lower = name.toLowerCase();
  const meant = (Object.hasOwn(ALSO, lower) ? ALSO[lower] : null) ??
    names.find((each) => plain(each) === plain(name)) ?? nearestName(name, names);
  if (meant === null) return "";
  if (call === null) return `; did you mean "${meant}"?`;
  return `; a family with its link is not text: family: ${meant}(${call[2] === "" ? "" : `"${call[2]}"`})`;
}
