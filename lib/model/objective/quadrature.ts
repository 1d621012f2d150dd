/**
 * Adaptive Gauss–Hermite quadrature for one scalar random effect per level (Pinheiro & Bates 1995, J. Comput. Graph.
 * Stat. 4:12–35): with s = H^{−1/2} and u_j = û + √2 s t_j,
 *
 *   −log ∫ e^{−h(u)} du/√2π ≈ −log s − log Σ_j (w_j/√π) e^{t_j² − h(u_j)}
 *
 * for every level. The gradient differentiates û and s too, so it is that of the approximation itself.
 */
import type { Objective } from "../../math/minimize.ts";
import { gaussHermite } from "../../math/quadrature.ts";
import type { Laplace } from "./laplace.ts";

/** The objective with k-point quadrature in place of the Laplace approximation; shares û and H with it. */
export class AdaptiveQuadrature implements Objective {
  private readonly nodes: Float64Array;
  private readonly logWeights: Float64Array;

  constructor(readonly laplace: Laplace, readonly points: number) {
    const { groups } = laplace.effects;
    if (groups.length !== 1 || groups[0].width !== 1 || groups[0].precision) {
      throw new RangeError(
        `Cannot use quadrature: ${points}, it needs exactly one random intercept or slope on one grouping factor, this model has ${
          groups.length === 0
            ? "no random effects"
            : groups.map((g) => g.precision ? `dependent levels of ${g.name}` : `${g.width} per ${g.name}`)
              .join(" and ")
        }; leave the option out for the Laplace approximation`,
      );
    }
    const { nodes, weights } = gaussHermite(points);
    this.nodes = nodes;
    this.logWeights = weights.map((w, j) => Math.log(w / Math.sqrt(Math.PI)) + nodes[j] ** 2);
  }

  evaluate(psi: Float64Array, gradient?: Float64Array): number {
    const { laplace, nodes, logWeights } = this, { effects, likelihood, u, eta } = laplace;
    if (!Number.isFinite(laplace.evaluate(psi))) return Infinity;
    const [group] = effects.groups, L = group.nodes, k = nodes.length, { part: [part] } = group;
    const mode = u.slice(), s = this.scales(), column = group.column[0], T = effects.template(0)[0];
    const h = Array.from({ length: k }, () => new Float64Array(L)), slope = h.map(() => new Float64Array(L));
    const fixed = eta.map((e) => e.slice()), unit = laplace.bases[part].unit;
    for (let i = 0; i < fixed[part].length; i++) {
      fixed[part][i] -= unit * (column ? column[i] : 1) * T * mode[group.level[i]];
    }
    const scores = gradient ? Array.from({ length: k }, () => likelihood.jets.d1.map((d) => d.slice())) : [];
    for (let j = 0; j < k; j++) {
      const at = mode.map((m, l) => m + Math.SQRT2 * s[l] * nodes[j]);
      this.rowsAt(fixed, at, T, part);
      likelihood.evaluate(eta, gradient ? 1 : 0);
      for (let l = 0; l < L; l++) h[j][l] = at[l] * at[l] / 2;
      for (let i = 0; i < group.level.length; i++) {
        h[j][group.level[i]] -= likelihood.jets.value[i];
        if (gradient) slope[j][group.level[i]] += (column ? column[i] : 1) * likelihood.jets.d1[part][i]; // Zᵀg
      }
      if (gradient) likelihood.jets.d1.forEach((d, m) => scores[j][m].set(d));
    }
    const { value, share } = overNodes(h, logWeights, s);
    if (gradient) this.gradient(psi, { mode, s, share, slope, scores, T }, gradient);
    else this.restore(fixed, mode, T, part, 2);
    return value;
  }

  /** The nodes follow the modes: where those are quiet, so is what is summed over the nodes. */
  quieten(psi: Float64Array, error: number): boolean | null {
    return this.laplace.quieten?.(psi, error) ?? null;
  }

  /** s_l = H_l^{−1/2} on the spherical scale. */
  private scales(): Float64Array {
    return this.laplace.sphericalCovariance().slice(0, this.laplace.effects.q).map(Math.sqrt);
  }

  private rowsAt(fixed: Float64Array[], at: Float64Array, T: number, part: number) {
    const { eta, effects, bases } = this.laplace, [group] = effects.groups, column = group.column[0];
    const { unit } = bases[part];
    eta.forEach((e, m) => e.set(fixed[m]));
    for (let i = 0; i < eta[part].length; i++) {
      eta[part][i] += unit * (column ? column[i] : 1) * T * at[group.level[i]];
    }
  }

  private restore(fixed: Float64Array[], mode: Float64Array, T: number, part: number, order: 2 | 3) {
    this.rowsAt(fixed, mode, T, part);
    this.laplace.likelihood.evaluate(this.laplace.eta, order);
  }

  private gradient(
    psi: Float64Array,
    at: {
      mode: Float64Array;
      s: Float64Array;
      share: Float64Array[];
      slope: Float64Array[];
      scores: Float64Array[][];
      T: number;
    },
    gradient: Float64Array,
  ) {
    const { laplace, nodes } = this, { effects, likelihood, eta } = laplace, [group] = effects.groups;
    const { mode, s, share, slope, scores, T } = at, L = mode.length;
    const onMode = new Float64Array(L), onScale = new Float64Array(L), template = new Float64Array(1);
    const mean = likelihood.jets.d1.map((d) => new Float64Array(d.length));
    for (let j = 0; j < nodes.length; j++) {
      for (let l = 0; l < L; l++) {
        const u = mode[l] + Math.SQRT2 * s[l] * nodes[j], derivative = u - T * slope[j][l];
        onMode[l] += share[j][l] * derivative;
        onScale[l] += share[j][l] * derivative * Math.SQRT2 * nodes[j];
        template[0] -= share[j][l] * slope[j][l] * u;
      }
      mean.forEach((m, k) => {
        for (let i = 0; i < m.length; i++) m[i] += share[j][group.level[i]] * scores[j][k][i];
      });
    }
    // s = H^{−1/2}: the adjoint of H is −½ s³ times that of s; pullBack wants twice the adjoint of H
    const S = laplace.sphericalCovariance().slice();
    for (let l = 0; l < L; l++) S[l] = -(s[l] ** 3) * (onScale[l] - 1 / s[l]);
    const [part] = group.part, fixed = eta.map((e) => e.slice()), column = group.column[0];
    const last = mode.map((m, l) => m + Math.SQRT2 * s[l] * nodes[nodes.length - 1]);
    for (let i = 0; i < fixed[part].length; i++) {
      fixed[part][i] -= laplace.bases[part].unit * (column ? column[i] : 1) * T * last[group.level[i]];
    }
    this.restore(fixed, mode, T, part, 3);
    laplace.pullBack(psi, S, onMode, { scores: mean, templates: [template] }, gradient);
  }
}

/** Σ_l of −log s_l − log Σ_j e^{w_j − h_lj}, and each node's share of its level's integral. */
function overNodes(h: Float64Array[], logWeights: Float64Array, s: Float64Array) {
  const L = s.length, k = h.length, share = h.map(() => new Float64Array(L));
  let value = 0;
  for (let l = 0; l < L; l++) {
    let largest = -Infinity, sum = 0;
    for (let j = 0; j < k; j++) largest = Math.max(largest, logWeights[j] - h[j][l]);
    for (let j = 0; j < k; j++) sum += share[j][l] = Math.exp(logWeights[j] - h[j][l] - largest);
    for (let j = 0; j < k; j++) share[j][l] /= sum;
    value -= Math.log(s[l]) + largest + Math.log(sum);
  }
  return { value, share };
}
