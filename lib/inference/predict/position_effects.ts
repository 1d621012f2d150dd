/** Random effects at positions of new rows: those of the fit, or E(b_new | b) where the fit has no such position. */
import { UNSEEN } from "../../formula/grouping.ts";
import type { NewPositions } from "../../formula/evaluate_recipe.ts";
import { covarianceOf, positionVariance, type TermResult } from "../../model/result/term_result.ts";
import type { Extension } from "../../model/structures/structure.ts";
import type { TermPlace } from "../../model/result/uncertainty.ts";

/** The effect of every row as a combination of the effects that its level has. */
export class PositionEffects {
  private readonly known = new Map<string, Extension>();

  constructor(private readonly term: TermResult, private readonly rows: NewPositions) {
    const covariance = covarianceOf(term), unseen = rows.codes.indexOf(UNSEEN);
    if (unseen >= 0 && !covariance.extend) {
      throw new RangeError(
        `Cannot predict at ${
          this.label(unseen)
        } (row ${unseen} of the new data): the positions of (${term.label}) are ${
          term.positions!.slice(0, 6).join(", ")
        }${
          term.positions!.length > 6 ? ", …" : ""
        }, and a covariance "${term.structure}" says nothing of others`,
      );
    }
  }

  /** Positions and weights; none where the row does not say where it is. */
  of(i: number): Extension {
    const code = this.rows.codes[i];
    if (code >= 0) return { index: [code], weight: [1], variance: 0 };
    if (code !== UNSEEN) {
      return { index: [], weight: [], variance: positionVariance(this.term, 0) / this.term.scale };
    }
    const label = this.label(i);
    let found = this.known.get(label);
    if (!found) this.known.set(label, found = this.at(this.term.theta, label));
    return found;
  }

  /** E(b | b̂) at the row's position of a level. */
  mode(i: number, level: number): number {
    const { index, weight } = this.of(i), { modes, names } = this.term;
    return index.reduce((s, k, e) => s + weight[e] * modes[level * names.length + k], 0);
  }

  /** Variance that the effects of the fit do not explain: of a new position, or of any position of a new level. */
  variance(i: number, newLevel: boolean): number {
    const code = this.rows.codes[i];
    return newLevel ? positionVariance(this.term, Math.max(0, code)) : this.term.scale * this.of(i).variance;
  }

  /** z of a row of a new level on the engine's scale: one position. */
  unit(i: number, place: TermPlace): number[] {
    const code = Math.max(0, this.rows.codes[i]), scale = place.basis.get(0, 0);
    return Array.from({ length: place.count }, (_, k) => k === code ? scale : 0);
  }

  /** ∂ mode / ∂θ_j at fixed b̂: central differences; all 0 at the positions of the fit. */
  slopes(i: number, level: number): number[] {
    const { theta, modes, names } = this.term;
    if (this.rows.codes[i] !== UNSEEN) return [];
    return Array.from(theta, (v, j) => {
      const h = 1e-5 * Math.max(1, Math.abs(v));
      const moved = [h, -h].map((step) => {
        const { index, weight } = this.at(theta.map((u, k) => k === j ? u + step : u), this.label(i));
        return index.reduce((s, k, e) => s + weight[e] * modes[level * names.length + k], 0);
      });
      return (moved[0] - moved[1]) / (2 * h);
    });
  }

  private at(theta: Float64Array, label: string): Extension {
    return covarianceOf(this.term).extend!(theta, 0, label);
  }

  private label(i: number): string {
    return this.rows.given[this.rows.givenCodes[i]];
  }
}
