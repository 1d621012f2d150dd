/** The arguments of fit() before anything is computed: a wrong name or type must not be ignored. */
import { checkOptions, describe, type Kind, type Kinds, kinds } from "../../check.ts";
import { isFamily } from "../families/family_argument.ts";
import type { FitControl, FitOptions } from "./options.ts";

const CONTROL: Kinds<FitControl> = {
  maxEvaluations: kinds.count,
  tolerance: kinds.positive,
  threads: kinds.count,
  crossed: kinds.oneOf("exact", "iterative"),
  onProgress: kinds.callback,
};

const PART: Kind = { ...kinds.text, should: 'a formula without response, such as "~ 1" or "~ x"' };
const LEVEL: Kind = {
  should: "a level",
  is: (value) => ["string", "number", "boolean"].includes(typeof value),
};
const FAMILY: Kind = {
  should: 'a name such as "poisson" or a family such as gamma("log")',
  is: (value) => typeof value === "string" || isFamily(value),
};
const WEIGHTS: Kind = {
  should: 'the name of a column, or { precision: "column" }, { frequency: "column" } or { trials: "column" }',
  is: (value) => typeof value === "string" || kinds.object.is(value),
};

const VALUE: Kind = { should: "a number", is: (value) => typeof value === "number" };

/** The kinds of the options of fit(). */
export const FIT_OPTIONS: Kinds<FitOptions> = {
  family: FAMILY,
  zeroInflation: PART,
  oneInflation: PART,
  dispersion: PART,
  nominal: PART,
  weights: WEIGHTS,
  offset: kinds.column,
  residual: { should: 'text such as "us(visit | subject)"', is: (value) => typeof value === "string" },
  reml: kinds.flag,
  quadrature: { ...kinds.count, should: "a whole number of points, 1 or more" },
  contrasts: kinds.recordOf(kinds.text, '{ group: "sum" }'),
  levels: kinds.recordOf(kinds.anyOf(LEVEL, kinds.listOf(LEVEL)), '{ group: ["b", "a"] }'),
  known: kinds.recordOf(kinds.object, "{ animal: { labels, precision } }"),
  structures: kinds.recordOf({
    should: "a structure, with a name, a meaning and bind()",
    is: (value) => kinds.object.is(value) && typeof (value as { bind?: unknown }).bind === "function",
  }, "{ cs: structure }"),
  fixed: kinds.recordOf(VALUE, '{ "sd__(Intercept)|g": 1 }'),
  start: kinds.recordOf(VALUE, '{ "sd__(Intercept)|g": 1 }'),
  missing: kinds.oneOf("omit", "fail"),
  control: { ...kinds.object, should: "an object such as { maxEvaluations: 1000 }" },
  shape: kinds.recordOf(PART, '{ power: "~ 1" }'),
};

/** Throws unless the formula is text and every option has a known name and a value of its kind. */
export function checkArguments<T extends FitOptions>(
  formula: unknown,
  options: T,
  caller = "fit",
  known: Kinds<T> = FIT_OPTIONS as Kinds<T>,
): void {
  if (typeof formula !== "string") {
    throw new TypeError(
      `Cannot fit: the formula is ${describe(formula)}, it should be text such as "y ~ x + (1 | g)"`,
    );
  }
  if (kinds.object.is(options) && typeof options.family === "function") {
    const name = (options.family as { name: string }).name || "this function";
    throw new TypeError(
      `Cannot use family: it is ${
        describe(options.family)
      }, which makes the family when it is called: write ${name}()`,
    );
  }
  checkOptions(caller, options, known);
  if (options.control !== undefined) checkOptions("fit control", options.control, CONTROL);
  if (kinds.object.is(options.weights)) checkWeights(options.weights as object);
}

function checkWeights(value: object): void {
  const given = Object.entries(value).filter(([, column]) => column !== undefined);
  for (const [kind, column] of given) {
    if (typeof column !== "string") {
      throw new TypeError(`Cannot use weights as ${kind}: they are ${describe(column)}, name a column`);
    }
  }
  if (given.length === 0) {
    throw new RangeError(
      'Cannot use weights: they name no column, write { frequency: "column" } or leave the option out',
    );
  }
  if (given.some(([kind]) => kind === "precision") && given.length > 1) {
    throw new RangeError(
      "Cannot use weights as precision together with others: precision weights divide the residual variance, " +
        "frequencies and trials count observations; choose one meaning",
    );
  }
}
