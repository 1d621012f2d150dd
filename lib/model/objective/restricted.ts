/**
 * The restricted likelihood of Gaussian models without a closed form (a dispersion formula): the coefficients β of the mean are integrated
 * with the random effects,
 *
 *   ℓ_R(ψ′) = log ∫∫ p(y | β, b) p(b) db dβ
 *
 * They are effects of one group that all rows are in, with a variance so large that its prior is flat: on standardised columns
 * b ~ N(0, s²I), whose density is (2πs²)^{−p/2}(1 + O(b²/s²)), and β = Cb. (Harville 1974, Biometrika 61, 383–385.)
 */
import { denseColumn } from "../../math/columns.ts";
import { choleskyFactor, choleskySolve, type Matrix } from "../../math/dense.ts";
import type { Objective } from "../../math/minimize.ts";
import type { Design, PredictorDesign, RandomTerm } from "../../formula/types.ts";
import type { Covariance, Structure } from "../structures/structure.ts";
import { Laplace } from "./laplace.ts";

/** s, a power of two. The prior counts as 1/s² = 6e-11 of a row, of which the data have n for every coefficient. */
const FLAT_DEVIATION = 2 ** 17;

/** Over the ψ of the unrestricted objective, whose γ of the mean it does not look at: their gradient is 0. */
export class Restricted implements Objective {
  private readonly inner: Laplace;
  /** γ of the mean: the first entries of ψ. */
  readonly p: number;
  private readonly constant: number;

  constructor(readonly likelihood: Laplace) {
    const { design, family } = likelihood, flat = flatTerm(design);
    this.p = likelihood.bases[0].size;
    this.inner = new Laplace(withoutMean(design, flat), family);
    const { terms } = this.inner.effects, basis = terms.find(({ term }) => term === flat)?.basis;
    let logC = 0;
    for (let j = 0; j < this.p; j++) logC += Math.log(Math.abs(basis!.get(j, j)));
    this.constant = -this.p * (Math.log(2 * Math.PI) / 2 + Math.log(FLAT_DEVIATION)) - logC;
  }

  evaluate(psi: Float64Array, gradient?: Float64Array): number {
    const { inner, p } = this;
    gradient?.fill(0, 0, p);
    return inner.evaluate(psi.subarray(p), gradient?.subarray(p)) + this.constant;
  }

  /** ψ with the means that are the best given its other entries: the unrestricted objective is a quadratic form in them. */
  withMeans(psi: Float64Array): Float64Array {
    const { likelihood, p } = this, out = psi.slice(), gradient = new Float64Array(psi.length);
    for (let step = 0; step < 2 && p > 0; step++) { // the second takes away what rounding leaves
      if (!Number.isFinite(likelihood.evaluate(out, gradient))) return psi;
      const L = choleskyFactor(this.meanInformation());
      if (L === null) return psi;
      choleskySolve(L, gradient.subarray(0, p)).forEach((v, i) => out[i] -= v);
    }
    return out;
  }

  /** Information of the mean's γ where the unrestricted objective was evaluated last. */
  meanInformation(): Matrix {
    return this.likelihood.fixedInformation().subMatrix(0, this.p - 1, 0, this.p - 1);
  }

  /** ∂²/∂γ∂ψ_j of the unrestricted objective for the mean's γ and other entries, by central differences of its gradient. */
  meanSensitivity(psi: Float64Array, j: number): Float64Array {
    const h = 1e-4 * Math.max(1, Math.abs(psi[j]));
    const [up, down] = [h, -h].map((step) => {
      const gradient = new Float64Array(psi.length);
      this.likelihood.evaluate(psi.map((v, i) => i === j ? v + step : v), gradient);
      return gradient;
    });
    return Float64Array.from({ length: this.p }, (_, i) => (up[i] - down[i]) / (2 * h));
  }
}

/** b ~ N(0, s²I). */
const flatPrior: Structure = {
  name: "flat prior",
  meaning: "flat prior",
  bind({ names }): Covariance {
    const c = names.length;
    return {
      structure: "flat prior",
      width: c,
      thetas: 0,
      freedom: "linear",
      linear: true,
      start: () => [],
      fill(_theta, _at, T) {
        T.fill(0);
        for (let j = 0; j < c; j++) T[j * c + j] = FLAT_DEVIATION;
      },
      pullback() {},
      edges: [],
      near: () => [],
      shown: [],
    };
  },
};

/** The mean's coefficients that are estimated, as effects of one group. */
function flatTerm({ n, predictors: [{ X, names, held }] }: Design): RandomTerm {
  const free = X.map((_, j) => j).filter((j) => !held || Number.isNaN(held[j]));
  return {
    label: "coefficients of the mean",
    structure: flatPrior.name,
    own: flatPrior,
    group: "all rows",
    names: free.map((j) => names[j]),
    variables: free.map(() => []),
    columns: free.map((j) => denseColumn(X[j])),
    position: null,
    level: new Int32Array(n),
    levels: ["1"],
  };
}

/** The design with the term in place of the coefficients. */
function withoutMean(design: Design, term: RandomTerm): Design {
  const [mean, ...others] = design.predictors, { X, names, held } = mean;
  const kept = X.map((_, j) => j).filter((j) => held && !Number.isNaN(held[j]));
  const reduced: PredictorDesign = {
    ...mean,
    X: kept.map((j) => X[j]),
    names: kept.map((j) => names[j]),
    held: kept.length > 0 ? Float64Array.from(kept, (j) => held![j]) : undefined,
    random: term.columns.length > 0 ? [...mean.random, term] : mean.random,
  };
  return { ...design, predictors: [reduced, ...others] };
}
