/** Entries of ψ that are held at a value, because the caller holds the parameters that they are. */
import type { RandomEffects, TermLayout } from "./random_effects.ts";

/** One entry of ψ and its value. */
export interface Held {
  readonly at: number;
  readonly value: number;
}

/** The entries of θ that are held; θ begins at `thetaAt`. */
export function heldEntries({ terms }: Pick<RandomEffects, "terms">, thetaAt: number): Held[] {
  return terms.flatMap((layout) => {
    const { covariance, term: { fixed = {} }, theta } = layout;
    return covariance.shown.filter(({ name }) => Object.hasOwn(fixed, name)).map((p): Held => {
      const at = thetaAt + theta + p.at!, value = fixed[p.name];
      if (p.kind === "own") return { at, value: p.theta(value) };
      return { at, value: p.kind === "sd" ? value / ((p.factor ?? 1) * scaleOf(layout, p.of)) : 0 };
    });
  });
}

/** What a standard deviation of 1 on the engine's scale is on that of the data's columns. */
function scaleOf({ basis, count }: TermLayout, i: number): number {
  return Math.abs(basis.rows < count ? basis.get(0, 0) : basis.get(i, i));
}
