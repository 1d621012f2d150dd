/** Nominal effects: what their formula may hold, beside that of the location. */
import { ones } from "../../math/shared_memory.ts";
import { quoteList } from "../../formula/errors.ts";
import { dependence } from "../../formula/rank.ts";
import type { Design, PredictorDesign } from "../../formula/types.ts";
import type { Family } from "../families/family.ts";
import { isNominal } from "../families/part.ts";

/**
 * The thresholds' predictors are no terms of the location too: η + c x and θ_k + (c + α_k) x are the same for every c.
 * @throws {RangeError} naming what stands in both, or has no place there
 */
export function checkNominal({ predictors, response }: Design, family: Family): void {
  const k = family.parts(response).findIndex(isNominal), nominal = predictors[k];
  if (k < 0 || nominal.formula === "1") return;
  const [location] = predictors;
  if (nominal.random.length > 0 || nominal.offset) {
    throw new RangeError(
      `Cannot use nominal: "~ ${nominal.formula}": it has ${
        nominal.offset
          ? "an offset, which moves all thresholds alike"
          : "random effects, which are of the location"
      }; write ${nominal.offset ? "it" : "them"} in the main formula`,
    );
  }
  const both = termsOf(location).filter(({ key }) => termsOf(nominal).some((own) => own.key === key));
  if (both.length > 0) {
    const names = quoteList(both.map(({ label }) => label)), one = both.length === 1;
    throw new RangeError(
      `Cannot use ${names} as nominal ${one ? "effect" : "effects"}: ${
        one ? "it stands" : "they stand"
      } in the main formula too, where an effect is the same for all thresholds; leave ${
        one ? "it" : "them"
      } out there`,
    );
  }
  checkConstant(nominal, response.y.length);
  checkSpan(location, nominal);
}

/** Thresholds need a constant each, by an intercept or by all levels of a factor. */
function checkConstant({ X, formula }: PredictorDesign, n: number): void {
  if (!dependence([...X, ones(n)]).kept.includes(X.length)) return;
  throw new RangeError(
    `Cannot use nominal: "~ ${formula}": without an intercept all thresholds are 0 where its predictors are; leave the 0 out`,
  );
}

/** Columns of the location that are combinations of the thresholds' columns. */
function checkSpan(location: PredictorDesign, nominal: PredictorDesign): void {
  if (location.X.length === 0) return;
  const before = nominal.X.length, { kept } = dependence([...nominal.X, ...location.X]);
  const lost = location.names.filter((_, j) => !kept.includes(before + j));
  if (lost.length === 0) return;
  throw new RangeError(
    `Cannot use nominal: "~ ${nominal.formula}": ${lost.length === 1 ? "column" : "columns"} ${
      quoteList(lost)
    } of the main formula ${lost.length === 1 ? "is a combination" : "are combinations"} of its columns, ` +
      "so that their coefficients cannot be told apart; leave one of the two out",
  );
}

/** The terms of a formula, with their variables in any order. */
function termsOf({ terms }: PredictorDesign): { label: string; key: string }[] {
  return terms.filter(({ label }) => label !== "(Intercept)")
    .map(({ label, factors }) => ({ label, key: [...factors].sort().join("\n") }));
}
