/** Draws new responses from a fitted model, one vector of n at a time, into storage that the caller owns. */
import { residualTerm } from "../../model/result/term_result.ts";
import type { Random } from "../../math/random.ts";
import type { Family } from "../../model/families/family.ts";
import type { EffectDraws } from "../../model/result/effect_draws.ts";
import type { Model } from "../../model/result/model.ts";
import { rowSolution } from "../../model/result/sample.ts";
import { type Choice, readChoice } from "../predict/random_choice.ts";
import { rowsOf } from "../predict/residuals.ts";

/**
 * Random effects held at their modes, drawn anew in every simulation, or held for the terms named and drawn for the rest.
 *
 * @category Checks
 */
export type SimulatedEffects = "conditional" | "unconditional" | string;

/**
 * y* ~ family(η) with η_k = offset_k + X_k β̂_k + Z_k b for every part k (mean, dispersion, shapes, zero inflation).
 * Held effects are b̂; drawn ones are b = Λ(θ̂) u, u ~ N(0, P⁻¹), for the terms of all parts.
 */
export class Simulator {
  readonly n: number;
  readonly family: Family;
  /** Some random effects are drawn anew, so rows of a group move together. */
  readonly redraws: boolean;
  /** Linear predictors of all parts, with every effect at its mode until effects are drawn. */
  readonly eta: readonly Float64Array[];
  readonly trials: Float64Array | null;
  readonly #drawn: EffectDraws | null;
  readonly #row: (i: number) => Float64Array;

  constructor(model: Model, effects: SimulatedEffects = "conditional") {
    const solution = rowSolution(model, "simulations"), { design } = solution, { family } = model;
    this.n = design.n;
    this.family = family;
    this.trials = design.response.trials;
    this.eta = solution.splitPredictors();
    if (design.precision) divide(this.eta[1], design.precision);
    this.#row = rowsOf(this.eta);
    if (effects !== "conditional" && effects !== "unconditional") readChoice(effects, model);
    const held = effects === "conditional" && residualTerm(model.random) === undefined; // a residual is always drawn
    this.#drawn = held || model.random.length === 0
      ? null
      : solution.draws(this.eta, heldTerms(model, effects));
    this.redraws = this.#drawn !== null;
  }

  /** Fills `out` (length n) with one simulated response: successes where the family has trials. */
  draw(random: Random, out: Float64Array): void {
    const { family, trials, eta } = this, row = this.#row;
    this.#drawn?.draw(random).forEach((moved, k) => moved && eta[k].set(moved));
    for (let i = 0; i < out.length; i++) {
      out[i] = family.simulate(random, row(i), trials === null ? 1 : trials[i]);
    }
  }
}

/** Precision weights w divide the residual variance: log σ_i = log σ − ½ log w_i. */
function divide(logSigma: Float64Array, w: Float64Array): void {
  for (let i = 0; i < w.length; i++) logSigma[i] -= Math.log(w[i]) / 2;
}

/** Numbers of the terms that stay at their modes. */
function heldTerms(model: Model, effects: SimulatedEffects): Set<number> {
  const held = new Set<number>();
  if (effects === "unconditional") return held;
  const choice: Choice = effects === "conditional"
    ? ({ names }) => names.map(() => true)
    : readChoice(effects, model);
  model.random.forEach((result, index) => {
    if (result.residual) return;
    const takes = choice(result), chosen = result.names.filter((_, j) => takes[j]);
    if (chosen.length === 0) return;
    if (chosen.length < result.names.length) {
      throw new RangeError(
        `Cannot simulate with randomEffects: "${effects}": it holds ${
          chosen.join(", ")
        } of (${result.label}) and not ` +
          `${result.names.filter((_, j) => !takes[j]).join(", ")}; name the whole term to hold it`,
      );
    }
    held.add(index);
  });
  return held;
}
