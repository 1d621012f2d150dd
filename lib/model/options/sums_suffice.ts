/** Which models sums of products determine. */
import type { Family } from "../families/family.ts";
import type { FitOptions } from "./options.ts";

/** Options that closed Gaussian models do not have. */
const OPEN = [
  "zeroInflation",
  "oneInflation",
  "dispersion",
  "nominal",
  "residual",
  "shape",
  "quadrature",
  "known",
  "structures",
  "fixed",
  "start",
] as const;

/** Why sums of products do not determine the model: they do Gaussian ones with identity link and one residual variance, and no other. */
export function obstacle(family: Family, options: FitOptions): TypeError | null {
  const closed = family.residual === true && family.link.name === "identity" && family.made === undefined;
  const remedy =
    "collect the rows, or a sample of them, in a data frame and use fit(), or let a database collapse them to the different ones";
  if (!closed) {
    return new TypeError(
      `Cannot fit family "${family.name}" with link "${family.link.name}" from this source: sums of products determine Gaussian models ` +
        `with identity link only; ${remedy}`,
    );
  }
  const given = OPEN.find((name) => options[name] !== undefined);
  return given === undefined ? null : new TypeError(
    `Cannot use ${given} with fitFrom() of this source: sums of products determine Gaussian models with one residual variance; ` +
      remedy,
  );
}
