/** Is what a function was given a model? */
import { describe, isPromise, noMore } from "../../check.ts";
import { type Model, modelInside } from "./model.ts";

/** Has it what every model has? */
export function isModel(value: unknown): value is Model {
  return typeof value === "object" && value !== null &&
    Object.prototype.toString.call(value) !== "[object DataFrame]" &&
    "certificate" in value && "recipe" in value && "parts" in value;
}

/**
 * The model inside what a caller gives.
 *
 * @param where Name of the function, for the message.
 * @param given The function's arguments, where it takes nothing but the model.
 * @throws {TypeError} Where it is none, saying what it is instead; for a promise, that `await` is missing.
 */
export function ownModel(value: unknown, where: string, given?: ArrayLike<unknown>): Model {
  if (isModel(value)) {
    if (given) noMore(where, given, 1);
    return modelInside(value);
  }
  const what = isPromise(value)
    ? "a promise: write await, as in const model = await fitAsync(…)"
    : `${describe(value)}, it should be the result of fit("y ~ x", data)`;
  throw new TypeError(`Cannot use ${where}(): its model is ${what}`);
}
