/** The certificate: what makes us believe that the estimate is an optimum, and how good the approximation is there. */
import type { PredictorDesign } from "../../formula/types.ts";
import type { Engine } from "../optimum/engine.ts";
import type { Certificate, IterativeSearch, Starts } from "../optimum/optimum.ts";
import { AdaptiveQuadrature } from "../objective/quadrature.ts";
import type { TermLayout } from "../objective/random_effects.ts";

/**
 * Makes the certificate of a fit. The check of the Laplace approximation is computed when first asked for.
 * @param again the engine when it is asked for
 */
export function certify(engine: Engine, quadrature: number, again: () => Engine): Certificate {
  const { optimum, objective } = engine, flat = optimum.flat.directions.length;
  const boundary = boundaries(engine);
  const facts = {
    gradient: optimum.gradient,
    smallestEigenvalue: optimum.smallestEigenvalue,
    boundary,
    evaluations: optimum.evaluations,
    converged: optimum.converged,
    starts: optimum.starts ?? { tried: 1, agreeing: 1 },
    ...(optimum.iterative && { iterative: optimum.iterative }),
  };
  const over = overDifferent(optimum.different, engine.design.n);
  let error: Certificate["laplaceError"] | undefined;
  const scalar = engine.kind === "general" && quadrature === 1 && objective.effects.groups.length === 1 &&
    objective.effects.groups[0].width === 1 && objective.effects.precisions.length === 0;
  const certificate = {
    ...facts,
    get laplaceError() {
      return scalar ? error ??= laplaceError(again() as Engine & { kind: "general" }) : undefined;
    },
    get text(): string {
      return describe(this, flat, over);
    },
  };
  return certificate;
}

/** Covariance parameters that sit at the edge of what is possible. */
function boundaries(engine: Engine): string[] {
  const terms = engine.design.predictors.flatMap((p) => p.random), ranks = ranksOf(engine);
  return terms.flatMap((term, k): string[] => {
    const { edges, freedom } = layoutOf(engine, term).covariance, c = edges.length;
    const zero = c - ranks[k], where = `(${term.label})`;
    if (zero === 0) return [];
    if (zero === c) return [`all variances of ${where} are 0`];
    return [
      freedom === "linear"
        ? `the covariance of ${where} has rank ${ranks[k]} of ${c}`
        : `${zero} of the ${c} variances of ${where} ${zero === 1 ? "is" : "are"} 0`,
    ];
  });
}

/** Rank of the covariance of every random term, in the order of the formula: the diagonal entries of its template that are not 0. */
export function ranksOf(engine: Engine): number[] {
  const { optimum: { psi, held } } = engine,
    thetaAt = engine.kind === "general" ? engine.objective.thetaAt : 0;
  return engine.design.predictors.flatMap((p) => p.random).map((term) => {
    const { covariance, theta } = layoutOf(engine, term);
    const stands = (i: number) => Math.abs(psi[i]) >= 1e-6 || held.includes(i);
    return covariance.edges.filter(({ at }) => stands(thetaAt + theta + at)).length;
  });
}

function layoutOf(engine: Engine, term: PredictorDesign["random"][number]): TermLayout {
  return engine.objective.effects.terms.find((t) => t.term === term)!;
}

/** Change of the log-likelihood under 9-point quadrature, and the first-order shift of the estimates √(gᵀH⁻¹g) in SE. */
function laplaceError(engine: Engine & { kind: "general" }): { logLik: number; shift: number } {
  const { objective, optimum } = engine, gradient = new Float64Array(optimum.psi.length);
  const value = new AdaptiveQuadrature(objective, 9).evaluate(optimum.psi, gradient);
  let largest = 0;
  for (const i of optimum.free) {
    let shift = 0;
    for (const j of optimum.free) shift += optimum.covariance.get(i, j) * gradient[j];
    const variance = optimum.covariance.get(i, i);
    if (variance > 0) largest = Math.max(largest, Math.abs(shift) / Math.sqrt(variance));
  }
  objective.evaluate(optimum.psi, gradient); // leaves the objective as it was
  return { logLik: optimum.value - value, shift: largest };
}

function describe(c: Omit<Certificate, "text">, flat: number, over: string): string {
  const gradient = c.iterative?.exact === false ? "estimated gradient" : "gradient";
  const lines = [
    c.converged
      ? `Converged: the ${gradient} is ${c.gradient.toExponential(1)} standard errors from zero.`
      : c.gradient === Infinity
      ? "Not converged: the curvature of the likelihood overflows where the search ended."
      : `Not converged: the ${gradient} is ${
        c.gradient.toExponential(1)
      } standard errors from zero and the smallest scaled ` +
        `eigenvalue of the Hessian is ${c.smallestEigenvalue.toExponential(1)}.`,
    c.converged && Number.isFinite(c.smallestEigenvalue) && c.smallestEigenvalue > 1e-9
      ? `The likelihood is curved in every direction${
        flat > 0 ? ` but ${flat}, along which it is flat` : ""
      } (smallest scaled eigenvalue ${c.smallestEigenvalue.toPrecision(2)}).`
      : "",
    searched(c.starts),
    c.iterative ? withoutFactors(c.iterative) : "",
    over,
    c.boundary.length > 0 ? `At the boundary: ${c.boundary.join("; ")}.` : "",
  ];
  if (c.laplaceError) {
    const { logLik, shift } = c.laplaceError;
    lines.push(
      `Against 9-point quadrature the Laplace approximation is off by ${
        Math.abs(logLik).toPrecision(2)
      } in the log-likelihood ` +
        `and by at most ${shift.toPrecision(2)} standard errors in an estimate${
          shift > 0.1 ? ": refit with quadrature" : ""
        }.`,
    );
  }
  return lines.filter(Boolean).join("\n");
}

function searched({ tried, agreeing, rows }: Starts): string {
  if (tried === 1) return "";
  return rows === undefined
    ? `Searched from ${tried} starts: ${agreeing} came to this optimum, none to a better one.`
    : `A part of ${rows} rows was searched from ${tried} starts: ${agreeing} came to its optimum, from which the search of all rows ` +
      "began, none to a better one.";
}

/** What a search by estimated gradients means for the numbers. */
export function withoutFactors({ exact, logLik, shift }: IterativeSearch): string {
  const near = `within about ${(2 * shift).toPrecision(1)} of their standard errors`;
  if (exact) {
    return "Searched by estimates of the determinant of the crossed effects; log-likelihood, gradient and standard errors are exact, from a " +
      "factor at the estimates.";
  }
  return logLik === 0
    ? "Searched by estimates of determinant and inverse of the crossed effects; the log-likelihood is exact, from a factor at the estimates, " +
      `which are ${near} from the optimum.`
    : `The factor of the crossed effects would take more than 4 GiB: determinant and inverse are estimated. The log-likelihood has a standard ` +
      `error of ${logLik.toPrecision(1)}, and the estimates are ${near} from what a factor would give.`;
}

const overDifferent = (different: number | undefined, rows: number): string =>
  different === undefined
    ? ""
    : `The search went over the ${different} different rows of ${rows}, each counted as often as it occurs.`;
