/** Formulas and options that fit() refuses, and every source in the same words. */
import assert from "node:assert/strict";
import { fit, type FitFromOptions, type Model } from "../../mod.ts";
import { crossed } from "./data.ts";

const shared: readonly (readonly [string, FitFromOptions?])[] = [
  ["y ~ zz + (1 | g)"],
  ["y ~ x +* f"],
  ["y ~ x + mean(x)"],
  ["y ~ f + poly(k, 4)"],
  ["y ~ scale(k * 0)"],
  ["f ~ x"],
  ["y ~ x + (1 | x)"],
  ["y ~ x", { weights: { precision: "zz" } }],
  ["y ~ x", { levels: { zz: ["a"] } }],
  ["y ~ f", { contrasts: { x: "sum" } }],
  ["y ~ f", { missing: "fail" }],
  ["y ~ x + zzz(1 | g)"],
  ["cbind(y, x) ~ f"],
];

/**
 * @param from fits the rows of {@link crossed} from a source
 * @param plain takes what depends on the source out of a message
 * @param further of this source
 */
export function refusedTests(
  what: string,
  from: (formula: string, options: FitFromOptions) => Promise<Model>,
  plain: (message: string) => string,
  further: typeof shared = [],
): void {
  for (const [formula, options = {}] of [...shared, ...further]) {
    Deno.test(`${what} is refused as a data frame is: ${formula} ${JSON.stringify(options)}`, async () => {
      const failure = (error: unknown) => error as Error;
      let expected: Error | null = null;
      try {
        fit(formula, crossed, options);
      } catch (error) {
        expected = failure(error);
      }
      assert.ok(expected, "fit() takes it");
      const found = await from(formula, options).then(() => null, failure);
      assert.ok(found, "fitFrom() takes it");
      assert.equal(found.constructor, expected.constructor);
      assert.equal(plain(found.message), plain(expected.message));
    });
  }
}
