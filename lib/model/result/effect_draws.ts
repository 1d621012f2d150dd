/** Random effects drawn anew, for some or all terms: b = Λ(θ̂) u, u ~ N(0, P⁻¹), times σ in the closed form. */
import type { Random } from "../../math/random.ts";
import type { RandomEffects } from "../objective/random_effects.ts";
import type { Engine } from "../optimum/engine.ts";

/** Linear predictors with random effects that are drawn again and again, in storage that is used again. */
export class EffectDraws {
  readonly #engine: Engine;
  readonly #effects: RandomEffects;
  /** η of each part without the drawn terms, and where η with them goes (null for parts that have none). */
  readonly #base: readonly (Float64Array | null)[];
  readonly #eta: readonly (Float64Array | null)[];
  readonly #targets: Float64Array[];
  readonly #u: Float64Array;
  readonly #b: Float64Array;
  readonly #held: Uint8Array;
  readonly #scale: number;
  readonly #thetaAt: number;

  /**
   * @param engine at its optimum
   * @param effects the engine's, with the rows whose predictors they move
   * @param eta of every part, all effects at their modes
   * @param held numbers of the terms that stay at their modes
   */
  constructor(
    engine: Engine,
    effects: RandomEffects,
    eta: readonly Float64Array[],
    held: ReadonlySet<number>,
  ) {
    const { objective } = engine, { q } = effects;
    this.#engine = engine;
    this.#effects = effects;
    this.#scale = engine.kind === "gaussian" ? Math.sqrt(engine.objective.sigma2) : 1;
    this.#thetaAt = engine.kind === "general" ? engine.objective.thetaAt : 0;
    this.#held = heldEffects(engine, effects, held);
    const drawnModes = objective.b.map((b, j) => this.#held[j] ? 0 : -b), base = eta.map((e) => e.slice());
    effects.addTo(drawnModes, base);
    const drawnParts = new Set(effects.parts);
    this.#base = base.map((e, k) => drawnParts.has(k) ? e : null);
    this.#eta = base.map((e, k) => drawnParts.has(k) ? e.slice() : null);
    this.#targets = this.#eta.map((e) => e ?? new Float64Array(0));
    this.#u = new Float64Array(q);
    this.#b = new Float64Array(q);
  }

  /** η of every part with new effects; null for parts without. */
  draw(random: Random): readonly (Float64Array | null)[] {
    const u = this.#u,
      b = this.#b,
      held = this.#held,
      scale = this.#scale,
      effects = this.#effects;
    for (let j = 0; j < u.length; j++) u[j] = scale * random.normal();
    effects.setTheta(this.#engine.optimum.psi, this.#thetaAt);
    for (const precision of effects.precisions) precision.correlate(u);
    effects.apply(u, b);
    for (let j = 0; j < b.length; j++) if (held[j]) b[j] = 0;
    this.#base.forEach((base, k) => base && this.#eta[k]!.set(base));
    effects.addTo(b, this.#targets);
    return this.#eta;
  }
}

/** 1 for every effect that stays at its mode. */
function heldEffects({ design }: Engine, effects: RandomEffects, held: ReadonlySet<number>): Uint8Array {
  const out = new Uint8Array(effects.q), terms = design.predictors.flatMap((p) => p.random);
  for (const index of held) {
    const layout = effects.terms.find((t) => t.term === terms[index])!;
    const group = effects.groups.find((g) => g.terms.includes(layout))!;
    if (group.onePosition) {
      out.fill(1, group.start, group.start + group.nodes * group.width);
      continue;
    }
    for (let l = 0; l < layout.term.levels.length; l++) {
      const at = group.start + l * group.width + layout.slot;
      out.fill(1, at, at + layout.count);
    }
  }
  return out;
}
