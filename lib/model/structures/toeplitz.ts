import { occasions } from "./positions.ts";
import { ScaledCorrelation } from "./scaled_correlation.ts";
import type { CorrelationModel } from "./scaled_correlation.ts";
import type { Shown, Structure, TermShape } from "./structure.ts";

/**
 * `toep(0 + time | g)`: a correlation ρ_k for every distance k between occasions, and a variance for every occasion. θ = (σ₁ … σ_c, t),
 * with partial autocorrelations t_k/√(1 + t_k²): every θ is a correlation matrix, and every such matrix has its θ
 * (Barndorff-Nielsen & Schou 1973, J. Multivariate Analysis 3).
 */
export const toep: Structure = {
  name: "toep",
  meaning: "Toeplitz, heterogeneous",
  bind: (term) => bound("toep", term, true),
};

/** `homtoep(0 + time | g)`: the same with one variance. */
export const homtoep: Structure = {
  name: "homtoep",
  meaning: "Toeplitz",
  bind: (term) => bound("homtoep", term, false),
};

function bound(structure: string, term: TermShape, each: boolean): ScaledCorrelation {
  const c = occasions(structure, term).labels.length, { fixed } = term;
  const held = Array.from({ length: c - 1 }, (_, k) => fixed?.[nameOf(structure, k)] ?? NaN);
  return new ScaledCorrelation(
    structure,
    term.names,
    each,
    true,
    byLag(structure, term.label, held, !!fixed),
  );
}

const nameOf = (structure: string, k: number) => `cor__${structure}.${k + 1}`;

/** @param held autocorrelations that are held, NaN elsewhere @param apart whether every one has a place of its own in θ */
function byLag(structure: string, label: string, held: readonly number[], apart: boolean): CorrelationModel {
  const lags = held.length, c = lags + 1;
  return {
    start: beginning(label, held),
    ends: endsOf(lags),
    fill(phi, at, R) {
      const { rho } = autocorrelations(phi, at, held, false);
      for (let j = 0; j < c; j++) for (let i = j; i < c; i++) R[j * c + i] = i > j ? rho[i - j - 1] : 1;
    },
    pullback(phi, at, S, gradient) {
      const { slopes } = autocorrelations(phi, at, held, true), onLag = new Float64Array(lags);
      for (let j = 0; j < c; j++) for (let i = j + 1; i < c; i++) onLag[i - j - 1] += 2 * S[j * c + i];
      for (let k = 0; k < lags; k++) {
        for (let l = 0; l < lags; l++) gradient[at + l] += onLag[k] * slopes[k][l];
      }
    },
    near(R) {
      const rho = held.map((value, k) => {
        if (!Number.isNaN(value)) return value;
        let sum = 0;
        for (let j = 0; j + k + 1 < c; j++) sum += R[j * c + j + k + 1];
        return sum / (lags - k);
      });
      return partialsOf(rho).map((r, k) => Number.isNaN(held[k]) ? r / Math.sqrt((1 - r) * (1 + r)) : 0);
    },
    shown: (at) =>
      held.map((_, k): Shown => ({
        kind: "cor",
        name: nameOf(structure, k),
        label: `lag ${k + 1}`,
        of: [0, k + 1],
        alike: Array.from({ length: lags - k - 1 }, (_, j): [number, number] => [j + 1, j + k + 2]),
        ...(apart ? { at: at + k } : {}),
      })),
  };
}

/** The correlation of neighbours from where searches look beside independence. */
const ALIKE = 0.8;

/** Correlations that decay or alternate, and that are equal or as negative as equal ones can be, as partial ones; one has two signs. */
function endsOf(lags: number): number[][] {
  const decaying = (rho: number) => Array.from({ length: lags }, (_, k) => k === 0 ? rho : 0),
    equal = (rho: number) => Array.from({ length: lags }, (_, k) => rho / (1 + k * rho));
  const signs = lags > 0 ? [decaying(ALIKE), decaying(-ALIKE)] : [];
  const all = lags > 1 ? [...signs, equal(ALIKE), equal(-ALIKE / lags)] : signs;
  return all.map((partials) => partials.map((r) => r / Math.sqrt(1 - r * r)));
}

/** Independence as far as what is held allows. @throws RangeError where no correlation matrix has these autocorrelations */
function beginning(label: string, held: readonly number[]): number[] {
  const free = held.every(Number.isNaN), rho: number[] = held.map((v) => Number.isNaN(v) ? 0 : v);
  const phi = new Float64Array(held.length),
    holds = () => {
      const { rho } = autocorrelations(phi, 0, held, false);
      return rho.every((v) => !Number.isNaN(v));
    };
  if (free || holds()) return [...phi];
  const [k] = held.flatMap((v, k) => Number.isNaN(v) ? [] : [k]), base = Math.abs(rho[k]) ** (1 / (k + 1));
  for (const share of [0.5, 0.8, 1]) { // a geometric decay that passes through the first that is held
    const r = share * base * (rho[k] < 0 && k % 2 === 0 ? -1 : 1);
    phi.fill(0);
    phi[0] = r / Math.sqrt(1 - r * r);
    if (holds()) return [...phi];
  }
  throw new RangeError(
    `Cannot hold the correlations of (${label}) at these values: no search from independence or a steady decay reaches them, ` +
      "they contradict each other",
  );
}

/**
 * ρ_k = Σ_{j<k} a_{k−1,j} ρ_{k−j} + r_k v_k, v_k = Π_{j<k} (1 − r_j²), where a_{k,j} = a_{k−1,j} − r_k a_{k−1,k−j} and a_{k,k} = r_k (Durbin
 * 1960), with r_k = t_k/√(1 + t_k²), or what ρ_k is held at says: NaN where that is no partial autocorrelation. Derivatives are those
 * in t, when asked for.
 */
function autocorrelations(
  phi: Float64Array,
  at: number,
  held: readonly number[],
  derive: boolean,
): { rho: Float64Array; slopes: Float64Array[] } {
  const n = held.length, m = derive ? n : 0, rho = new Float64Array(n), slopes: Float64Array[] = [];
  let a: number[] = [], da: Float64Array[] = [], left = 1, dLeft = new Float64Array(m);
  for (let k = 0; k < n; k++) {
    let sum = 0;
    const dSum = new Float64Array(m), t = phi[at + k], given = !Number.isNaN(held[k]);
    for (let j = 0; j < k; j++) {
      sum += a[j] * rho[k - 1 - j];
      for (let l = 0; l < m; l++) dSum[l] += da[j][l] * rho[k - 1 - j] + a[j] * slopes[k - 1 - j][l];
    }
    const r = given ? partial(held[k] - sum, left) : t / Math.hypot(1, t), dR = new Float64Array(m);
    if (given) { for (let l = 0; l < m; l++) dR[l] = -(dSum[l] + r * dLeft[l]) / left; }
    else if (derive) dR[k] = (1 + t * t) ** -1.5;
    rho[k] = given ? held[k] + 0 * r : sum + r * left; // NaN stays NaN
    slopes.push(given ? new Float64Array(m) : dSum.map((v, l) => v + dR[l] * left + r * dLeft[l]));
    da = [...a.map((_, j) => da[j].map((v, l) => v - dR[l] * a[k - 1 - j] - r * da[k - 1 - j][l])), dR];
    a = [...a.map((v, j) => v - r * a[k - 1 - j]), r];
    dLeft = dLeft.map((v, l) => v * (1 - r * r) - 2 * r * dR[l] * left);
    left *= 1 - r * r;
  }
  return { rho, slopes };
}

const partial = (rest: number, left: number): number => Math.abs(rest) < left ? rest / left : NaN;

/** Partial autocorrelations of autocorrelations, kept inside (−1, 1). */
function partialsOf(rho: readonly number[]): number[] {
  const r: number[] = [];
  let a: number[] = [], left = 1;
  rho.forEach((value, k) => {
    const rest = value - a.reduce((s, v, j) => s + v * rho[k - 1 - j], 0);
    const partial = Math.max(-0.999, Math.min(0.999, rest / left));
    a = [...a.map((v, j) => v - partial * a[k - 1 - j]), partial];
    left *= 1 - partial * partial;
    r.push(partial);
  });
  return r;
}
