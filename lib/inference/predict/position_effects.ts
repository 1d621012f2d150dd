/** Random effects at positions of new rows: those of the fit, or E(b_new | b) where a level of the fit has no such position. */
import { UNSEEN } from "../../formula/grouping.ts";
import type { NewPositions } from "../../formula/evaluate_recipe.ts";
import {
  bindAnew,
  covarianceOf,
  positionVariance,
  type TermResult,
  varianceShare,
} from "../../model/result/term_result.ts";
import { cellOf } from "../../model/structures/cells.ts";
import type { Covariance, Extension } from "../../model/structures/structure.ts";
import type { TermPlace } from "../../model/result/uncertainty.ts";

/** The effect of every row as a combination of the effects that its level has, by their numbers among the term's modes. */
export class PositionEffects {
  private readonly known = new Map<string, Extension>();
  /** A structure for each θ of the differences, so that its factor is made once and not for every row. */
  private readonly moved: Covariance[] = [];

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

  /** Effects and weights; none where the row does not say where it is. */
  of(i: number, level: number): Extension {
    const code = this.rows.codes[i], { cells, names } = this.term;
    if (code < 0 && code !== UNSEEN) {
      return { index: [], weight: [], variance: positionVariance(this.term, 0) / this.term.scale };
    }
    const own = code < 0 ? -1 : cells ? cellOf(cells, level, code) : level * names.length + code;
    if (own >= 0) return { index: [own], weight: [1], variance: 0 };
    const label = this.label(i), key = `${level} ${label}`;
    let found = this.known.get(key);
    if (!found) this.known.set(key, found = this.at(this.term.theta, label, level));
    return found;
  }

  /** E(b | b̂) at the row's position of a level. */
  mode(i: number, level: number): number {
    const { index, weight } = this.of(i, level), { modes } = this.term;
    return index.reduce((s, k, e) => s + weight[e] * modes[k], 0);
  }

  /** Variance that the effects of the fit do not explain: of a new position, or of any position of a new level. */
  variance(i: number, level: number): number {
    if (level !== UNSEEN) return level < 0 ? 0 : this.term.scale * this.of(i, level).variance;
    return positionVariance(this.term, Math.max(0, this.rows.codes[i]), this.label(i));
  }

  /** z of a row of a new level on the engine's scale: one position. */
  unit(i: number, place: TermPlace): number[] {
    const code = Math.max(0, this.rows.codes[i]), scale = place.basis.get(0, 0);
    const own = this.rows.codes[i] >= 0 && !this.term.cells; // a template that has this position's variance
    const share = own ? 1 : Math.sqrt(varianceShare(this.term, this.label(i)));
    return Array.from({ length: place.count }, (_, k) => k === code ? share * scale : 0);
  }

  /** ∂ mode / ∂θ_j at fixed b̂: central differences; all 0 at the positions of the fit. */
  slopes(i: number, level: number): number[] {
    const { theta, modes } = this.term, code = this.rows.codes[i];
    if (code < 0 && code !== UNSEEN || this.of(i, level).variance === 0) return [];
    return Array.from(theta, (v, j) => {
      const h = 1e-5 * Math.max(1, Math.abs(v));
      const [up, down] = [h, -h].map((step, side) => {
        const covariance = this.moved[2 * j + side] ??= bindAnew(this.term);
        const { index, weight } = this.at(
          theta.map((u, k) => k === j ? u + step : u),
          this.label(i),
          level,
          covariance,
        );
        return index.reduce((s, k, e) => s + weight[e] * modes[k], 0);
      });
      return (up - down) / (2 * h);
    });
  }

  private at(
    theta: Float64Array,
    label: string,
    level: number,
    covariance = covarianceOf(this.term),
  ): Extension {
    const found = covariance.extend!(theta, 0, label, level), { cells, names } = this.term;
    return cells ? found : { ...found, index: found.index.map((k) => level * names.length + k) };
  }

  private label(i: number): string {
    return this.rows.given[this.rows.givenCodes[i]];
  }
}
