/**
 * What a public function is given: options of known names and kinds.
 *
 * @category Extend
 */
export { noMore } from "./check/arguments.ts";
export { describe, isPromise } from "./check/describe.ts";
export { alone, checkOptions, checkValue, type Kinds } from "./check/options.ts";
export * as kinds from "./check/kinds.ts";
export type { Kind } from "./check/kinds.ts";
