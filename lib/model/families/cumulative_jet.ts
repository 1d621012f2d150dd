/** The log-probability of a category as a function of the two thresholds around it and of the log scale. */
import type { Latent } from "./latent.ts";

/** ℓ and its derivatives in U, L and ζ, at one row. */
export class LocalJet {
  /** In U and L: one, two, three derivatives. */
  readonly d1 = new Float64Array(2);
  readonly d2 = new Float64Array(3);
  readonly d3 = new Float64Array(4);
  /** In ζ, and mixed: ζ; Uζ, Lζ; UUζ, ULζ, LLζ; ζζ; Uζζ, Lζζ; ζζζ. */
  readonly z = new Float64Array(3);
  readonly d1z = new Float64Array(2);
  readonly d2z = new Float64Array(3);
  readonly d1zz = new Float64Array(2);
  private readonly up = new Float64Array(3);
  private readonly low = new Float64Array(3);

  constructor(private readonly F: Latent) {}

  derive(u: number, l: number, shrink: number, p: number, order: number, scaled: boolean): void {
    const { up, low, d1, d2, d3 } = this;
    this.densities(u, p, order, up);
    this.densities(l, p, order, low);
    const a = up[0], a1 = up[1], b = low[0], b1 = low[1];
    d1[0] = a;
    d1[1] = -b;
    if (order >= 2) {
      d2[0] = a1 - a * a;
      d2[1] = a * b;
      d2[2] = -b1 - b * b;
    }
    if (order >= 3) {
      const a2 = up[2], b2 = low[2];
      d3[0] = a2 - 3 * a * a1 + 2 * a * a * a;
      d3[1] = a1 * b - 2 * a * a * b;
      d3[2] = a * b1 + 2 * a * b * b;
      d3[3] = -b2 - 3 * b * b1 - 2 * b * b * b;
    }
    if (scaled) this.scaleBy(Number.isFinite(u) ? u : 0, Number.isFinite(l) ? l : 0, shrink, order);
  }

  /** f/p, f′/p, f″/p as far as `order` needs them; 0 at ±∞. */
  private densities(x: number, p: number, order: number, out: Float64Array): void {
    if (!Number.isFinite(x)) {
      out.fill(0);
      return;
    }
    this.F.density(x, out);
    out[0] /= p;
    if (order >= 2) out[1] /= p;
    if (order >= 3) out[2] /= p;
  }

  /** From derivatives in u and l to those in U, L and ζ. */
  private scaleBy(u: number, l: number, s: number, order: number): void {
    const { d1, d2, d3, z, d1z, d2z, d1zz } = this;
    const first = u * d1[0] + l * d1[1]; // Eℓ
    z[0] = -first;
    if (order >= 2) {
      const tu = u * d2[0] + l * d2[1], tl = u * d2[1] + l * d2[2]; // Eℓ_u, Eℓ_l
      const second = u * tu + l * tl;
      z[1] = first + second; // E²ℓ
      d1z[0] = -s * (d1[0] + tu);
      d1z[1] = -s * (d1[1] + tl);
      if (order >= 3) {
        const quu = u * d3[0] + l * d3[1], qul = u * d3[1] + l * d3[2], qll = u * d3[2] + l * d3[3];
        const ru = u * quu + l * qul, rl = u * qul + l * qll;
        z[2] = -(first + 3 * second + u * ru + l * rl); // −E³ℓ
        d1zz[0] = s * (d1[0] + 3 * tu + ru);
        d1zz[1] = s * (d1[1] + 3 * tl + rl);
        d2z[0] = -s * s * (2 * d2[0] + quu);
        d2z[1] = -s * s * (2 * d2[1] + qul);
        d2z[2] = -s * s * (2 * d2[2] + qll);
        for (let e = 0; e < 4; e++) d3[e] *= s * s * s;
      }
      for (let e = 0; e < 3; e++) d2[e] *= s * s;
    }
    d1[0] *= s;
    d1[1] *= s;
  }
}
