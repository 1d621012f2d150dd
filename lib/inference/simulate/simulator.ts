/** Draws new responses from a fitted model, one vector of n at a time, into storage that the caller owns. */
import { residualTerm } from "../../model/result/term_result.ts";
import type { Random } from "../../math/random.ts";
import type { Family } from "../../model/families/family.ts";
import { engineOf, type Model } from "../../model/result/model.ts";
import { effectsOnRows } from "../../model/result/rows.ts";
import type { RandomEffects } from "../../model/objective/random_effects.ts";
import { readChoice } from "../predict/linear_predictor.ts";
import { engineEta, rowsOf } from "../predict/residuals.ts";

/** Random effects held at their modes, drawn anew in every simulation, or held for the terms named and drawn for the rest. */
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
  readonly #drawn: DrawnEffects | null;
  readonly #row: (i: number) => Float64Array;

  constructor(model: Model, effects: SimulatedEffects = "conditional") {
    const engine = engineOf(model, "simulations"), { design } = engine, { family } = model;
    this.n = design.n;
    this.family = family;
    this.trials = design.response.trials;
    this.eta = engineEta(engine);
    if (engine.kind === "gaussian" && design.precision) divide(this.eta[1], design.precision);
    this.#row = rowsOf(this.eta);
    if (effects !== "conditional" && effects !== "unconditional") readChoice(effects, model);
    const held = effects === "conditional" && residualTerm(model.random) === undefined; // a residual is always drawn
    this.#drawn = held || model.random.length === 0 ? null : new DrawnEffects(model, this.eta, effects);
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

/** New random effects for some or all terms. */
class DrawnEffects {
  readonly #effects: RandomEffects;
  /** η of each part without the drawn terms, and where η with them goes (null for parts that have none). */
  readonly #base: readonly (Float64Array | null)[];
  readonly #eta: readonly (Float64Array | null)[];
  readonly #targets: Float64Array[];
  readonly #u: Float64Array;
  readonly #b: Float64Array;
  readonly #held: Uint8Array;
  readonly #scale: number;
  readonly #setTheta: () => void;

  constructor(model: Model, eta: readonly Float64Array[], effects: SimulatedEffects) {
    const engine = engineOf(model, "simulations"), { objective, optimum } = engine;
    this.#effects = effectsOnRows(engine);
    this.#scale = engine.kind === "gaussian" ? Math.sqrt(engine.objective.sigma2) : 1;
    const thetaAt = engine.kind === "general" ? engine.objective.thetaAt : 0;
    this.#setTheta = () => objective.effects.setTheta(optimum.psi, thetaAt);
    this.#held = heldEffects(model, effects);
    const { q } = this.#effects, drawnModes = new Float64Array(q);
    for (let j = 0; j < q; j++) drawnModes[j] = this.#held[j] ? 0 : -objective.b[j];
    const base = eta.map((e) => e.slice());
    this.#effects.addTo(drawnModes, base);
    const drawnParts = new Set(this.#effects.parts);
    this.#base = base.map((e, k) => drawnParts.has(k) ? e : null);
    this.#eta = base.map((e, k) => drawnParts.has(k) ? e.slice() : null);
    this.#targets = this.#eta.map((e) => e ?? new Float64Array(0));
    this.#u = new Float64Array(q);
    this.#b = new Float64Array(q);
  }

  draw(random: Random): readonly (Float64Array | null)[] {
    const u = this.#u, b = this.#b, held = this.#held, scale = this.#scale;
    for (let j = 0; j < u.length; j++) u[j] = scale * random.normal();
    this.#setTheta();
    for (const precision of this.#effects.precisions) precision.correlate(u);
    this.#effects.apply(u, b);
    for (let j = 0; j < b.length; j++) if (held[j]) b[j] = 0;
    this.#base.forEach((base, k) => base && this.#eta[k]!.set(base));
    this.#effects.addTo(b, this.#targets);
    return this.#eta;
  }
}

/** 1 for every effect that stays at its mode. */
function heldEffects(model: Model, effects: SimulatedEffects): Uint8Array {
  const { objective: { effects: all }, design } = engineOf(model, "simulations");
  const held = new Uint8Array(all.q);
  if (effects === "unconditional") return held;
  const choice = effects === "conditional" ? () => true : readChoice(effects, model),
    terms = design.predictors.flatMap((p) => p.random);
  model.random.forEach((result, index) => {
    if (result.residual) return;
    const chosen = result.names.filter((name) => choice(result.group, name));
    if (chosen.length === 0) return;
    if (chosen.length < result.names.length) {
      throw new RangeError(
        `Cannot simulate with randomEffects: "${effects}": it holds ${
          chosen.join(", ")
        } of (${result.label}) and not ` +
          `${
            result.names.filter((name) => !chosen.includes(name)).join(", ")
          }; name the whole term to hold it`,
      );
    }
    const layout = all.terms.find((t) => t.term === terms[index])!;
    const group = all.groups.find((g) => g.terms.includes(layout))!;
    for (let l = 0; l < result.levels.length; l++) {
      const at = group.start + l * group.width * group.nodesPerLevel + layout.slot;
      held.fill(1, at, at + layout.count);
    }
  });
  return held;
}
