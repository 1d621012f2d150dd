/**
 * Counts against glmmTMB (tests/reference/make/65_counts.R): five families, as they are, zero-truncated, zero-inflated and as hurdles, for
 * three data sets. Log-likelihood 1e-7, estimates 2e-4 standard errors, standard deviations of groups 2e-4, predictions 1e-4 standard errors
 * and standard errors 1e-3 of themselves: glmmTMB's Hessian is a difference of gradients over steps of 1e-3.
 */
import assert from "node:assert/strict";
import { fit, type FitOptions, type Model, pl, predict } from "../../mod.ts";

interface Part {
  readonly names: readonly string[];
  readonly estimate: readonly number[];
  readonly se: readonly (number | null)[] | null;
}
interface Case {
  readonly id: string;
  readonly data: "sites" | "calm" | "made" | "even";
  readonly family: string;
  readonly formula: string;
  readonly zi: string;
  readonly disp: string;
  readonly weights: string | null;
  readonly logLik: number;
  readonly npar: number;
  readonly nobs: number;
  readonly sigma: number;
  readonly parts: Readonly<Record<string, Part>>;
  readonly sd: number | null;
  readonly link: readonly number[];
  readonly link_se: readonly number[];
  readonly response: readonly number[];
  readonly response_se: readonly number[];
}
// deno-lint-ignore no-explicit-any
const { data: frames, levels, cases }: { data: any; levels: any; cases: Case[] } = JSON.parse(
  await Deno.readTextFile(new URL("./tables/counts.json", import.meta.url)),
);

/** truncated_nbinom1 is truncatedNbinom1. */
const nameOf = (family: string) => family.replace(/_(\w)/, (_, letter) => letter.toUpperCase());

function refit(c: Case): Model {
  let data = pl.DataFrame(frames[c.data]);
  const response = c.formula.split(" ~")[0];
  if (c.family.startsWith("truncated") && c.zi === "~0") data = data.filter(pl.col(response).gt(0));
  const options: FitOptions = {
    family: nameOf(c.family),
    levels: levels[c.data],
    ...(c.zi !== "~0" && { zeroInflation: c.zi }),
    ...(c.disp !== "~1" && { dispersion: c.disp }),
    ...(c.weights && { weights: c.weights }),
  } as FitOptions;
  return fit(c.formula, data, options);
}

const close = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected} ± ${allowed}`);

/** Rows of the fit that are compared. */
function predictions(
  model: Model,
  type: "link" | "response",
  expected: readonly number[],
  se: readonly number[],
) {
  const rows = predict(model, undefined, { type }).toRecords();
  expected.forEach((value, i) => {
    close(rows[i].estimate as number, value, 2e-4 * se[i], `${type} of row ${i}`);
    close(rows[i].std_error as number / se[i], 1, 1e-3, `standard error of the ${type} of row ${i}`);
  });
}

for (const c of cases) {
  Deno.test(`counts: ${c.id}, family ${c.family}: ${c.formula}`, () => {
    const model = refit(c);
    assert.ok(model.converged, model.certificate.text);
    close(model.logLik, c.logLik, 1e-7 * Math.abs(c.logLik), "logLik");
    assert.equal(model.npar, c.npar);
    assert.equal(model.nobs, c.nobs);
    for (const [name, part] of Object.entries(c.parts)) {
      const own = model.parts.find((p) => p.part === name)!;
      assert.deepEqual([...own.names], [part.names].flat());
      [part.estimate].flat().forEach((value, j) => {
        const ours = Math.sqrt(model.covariance.get(own.start + j, own.start + j)),
          theirs = [part.se].flat()[j];
        close(own.beta[j], value, 2e-4 * ours, `${name}: ${own.names[j]}`);
        if (theirs != null) close(ours / theirs, 1, 1e-3, `standard error of ${name}: ${own.names[j]}`);
      });
    }
    if (c.disp === "~1" && c.parts.disp) close(model.sigma / c.sigma, 1, 2e-4, "sigma");
    if (c.sd !== null && c.sd !== undefined) {
      close(model.random[0].parameters[0].estimate / c.sd, 1, 2e-4, "standard deviation of groups");
    }
    predictions(model, "link", c.link, c.link_se);
    predictions(model, "response", c.response, c.response_se);
  });
}

Deno.test("counts: three cases or more of every family, one of them zero-inflated and one with missing values, weights and offsets", () => {
  for (const family of ["poisson", "nbinom1", "nbinom2", "genpois", "compois"]) {
    for (const name of [family, `truncated_${family}`]) {
      const own = cases.filter((c) => c.family === name);
      assert.ok(
        own.length >= 3 && own.some((c) => c.zi !== "~0") &&
          own.some((c) => c.weights && c.formula.includes("offset")),
        name,
      );
    }
  }
});
