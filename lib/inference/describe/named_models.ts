/** Several models, with names where they were given. */
import { kinds } from "../../check.ts";
import type { Model } from "../../model/result/model.ts";
import { isModel, ownModel } from "../../model/result/model_argument.ts";

/** A model and what it is called. */
export interface NamedModel {
  readonly name?: string;
  readonly model: Model;
}

/**
 * The models among the arguments of a function: each by itself, or several as `{ name: model }`.
 *
 * @throws {RangeError} where there is none
 * @throws {TypeError} where one is no model
 */
export function namedModels(given: readonly unknown[], where: string): NamedModel[] {
  const named = given.flatMap((each): { name?: string; model: unknown }[] =>
    !isModel(each) && kinds.object.is(each) && Object.keys(each as object).length > 0
      ? Object.entries(each as object).map(([name, model]) => ({ name, model }))
      : [{ model: each }]
  );
  if (named.length === 0) {
    throw new RangeError(`Cannot use ${where}() without models: give some, ${where}(m0, m1)`);
  }
  return named.map(({ name, model }) => ({ name, model: ownModel(model as Model, where) }));
}
