/** Arguments beyond those that a function has: refused, since a kernel does not check types and they would be ignored. */
import { describe } from "./describe.ts";

/** Where that is which people look for in these functions. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  aic: "modelSel(a, b) compares models",
  aicc: "modelSel(a, b) compares models",
  augment: "predict(model, data) is for new data",
  bic: "modelSel(a, b) compares models",
  deviance: "fit(…, { reml: false }) fits by maximum likelihood",
  fitted: 'predict(model, undefined, { randomEffects: "none" }) leaves the random effects out',
  fixef: 'it has all components; one of them: fixef(model).filter(pl.col("component").eq(pl.lit("zi")))',
  glance: "tidy(model, { … }) has options",
  logLik: "fit(…, { reml: false }) fits by maximum likelihood",
  range: "it takes a number of values and runs over the column's; other values are written out, [0, 5, 10]",
  summary: "tidy(model, { df: … }) has degrees of freedom and p-values",
  testResiduals: "the tests by themselves have options: testDispersion(residuals, { … })",
  varCorr: "tidy(model, { … }) has options",
};

/**
 * Throws where a function was given more than it takes. What `models.map(aic)` passes beside the model is no mistake.
 *
 * @param where Name of the function.
 * @param given Its `arguments`.
 * @param most How many it takes.
 * @throws {TypeError} Saying what was given too many, and where that belongs.
 */
export function noMore(where: string, given: ArrayLike<unknown>, most: number): void {
  const more = Array.from({ length: given.length }, (_, i) => given[i]).slice(most);
  if (more.every((value) => value === undefined) || isMapping(given)) return;
  const takes = most === 0 ? "no argument" : most === 1 ? "one argument" : `${most} arguments`;
  const hint = Object.hasOwn(ELSEWHERE, where) ? `; ${ELSEWHERE[where]}` : "";
  throw new TypeError(
    `Cannot use ${where}(): it takes ${takes}, and was given ${more.map(describe).join(", ")} too${hint}`,
  );
}

/** Called by Array.map: with a value, its index and the array. */
function isMapping(given: ArrayLike<unknown>): boolean {
  const [value, index, array] = Array.from(given);
  return given.length === 3 && typeof index === "number" && Array.isArray(array) &&
    Object.is(array[index], value);
}
