/** Draws new responses from a fitted model, one vector of n at a time, into storage that the caller owns. */
import { residualTerm } from "../../model/result/term_result.ts";
import { expit } from "../../math/special.ts";
import type { Random } from "../../math/random.ts";
import type { Family } from "../../model/families/family.ts";
import { engineOf, type Model } from "../../model/result/model.ts";
import type { RandomEffects } from "../../model/objective/random_effects.ts";
import { readChoice } from "../predict/linear_predictor.ts";
import { engineEta } from "../predict/residuals.ts";

/** Random effects held at their modes, drawn anew in every simulation, or held for the terms named and drawn for the rest. */
export type SimulatedEffects = "conditional" | "unconditional" | string;

/**
 * y* ~ family(h(η), φ) with η_k = offset_k + X_k β̂_k + Z_k b for every part k (mean, dispersion, shapes, zero inflation).
 * Held effects are b̂; drawn ones are b = Λ(θ̂) u, u ~ N(0, P⁻¹), for the terms of all parts.
 */
export class Simulator {
  readonly n: number;
  readonly family: Family;
  /** Some random effects are drawn anew, so rows of a group move together. */
  readonly redraws: boolean;
  /** Means, exp(η) of the family's parts, and probabilities of an extra zero, with every effect at its mode. */
  readonly mean: Float64Array;
  readonly parameters: readonly Float64Array[];
  readonly zero: Float64Array | null;
  readonly trials: Float64Array | null;
  readonly #drawn: DrawnEffects | null;
  readonly #phi: number[];
  readonly #precision: Float64Array | null;

  constructor(model: Model, effects: SimulatedEffects = "conditional") {
    const engine = engineOf(model, "simulations"), { design } = engine, { family } = model;
    const eta = engineEta(engine);
    this.n = design.n;
    this.family = family;
    this.trials = design.response.trials;
    this.#precision = engine.kind === "gaussian" ? design.precision : null;
    const inflated = design.predictors.at(-1)!.part === "zi";
    this.mean = eta[0].map((e) => family.link.mean(e));
    this.parameters = family.parts.map((_, k) => this.#weighted(eta[k + 1].map(Math.exp), k));
    this.zero = inflated ? eta.at(-1)!.map(expit) : null;
    this.#phi = family.parts.map(() => 0);
    if (effects !== "conditional" && effects !== "unconditional") readChoice(effects, model);
    const held = effects === "conditional" && residualTerm(model.random) === undefined; // a residual is always drawn
    this.#drawn = held || model.random.length === 0 ? null : new DrawnEffects(model, eta, effects);
    this.redraws = this.#drawn !== null;
  }

  /** Fills `out` (length n) with one simulated response: successes where the family has trials. */
  draw(random: Random, out: Float64Array): void {
    if (this.#drawn) this.#moveTo(this.#drawn.draw(random));
    const { family, mean, parameters, zero, trials } = this, phi = this.#phi, parts = phi.length;
    for (let i = 0; i < out.length; i++) {
      if (zero !== null && random.uniform() < zero[i]) {
        out[i] = 0;
        continue;
      }
      for (let k = 0; k < parts; k++) phi[k] = parameters[k][i];
      out[i] = family.simulate(random, mean[i], phi, trials === null ? 1 : trials[i]);
    }
  }

  /** Means and parameters at other linear predictors; parts without drawn effects stay as they are. */
  #moveTo(eta: readonly (Float64Array | null)[]): void {
    const { family, mean, parameters, zero } = this, last = eta.length - 1;
    eta.forEach((e, k) => {
      if (e === null) return;
      if (k === 0) { for (let i = 0; i < e.length; i++) mean[i] = family.link.mean(e[i]); }
      else if (zero !== null && k === last) {
        for (let i = 0; i < e.length; i++) zero[i] = expit(e[i]);
      } else for (let i = 0; i < e.length; i++) parameters[k - 1][i] = Math.exp(e[i]);
    });
  }

  /** Precision weights w divide the residual variance: σ_i = σ/√w_i. */
  #weighted(parameter: Float64Array, k: number): Float64Array {
    const w = this.#precision;
    return w && k === 0 ? parameter.map((sigma, i) => sigma / Math.sqrt(w[i])) : parameter;
  }
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
    this.#effects = objective.effects;
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
