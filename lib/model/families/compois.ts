import { noMore } from "../../check.ts";
import { logFactorialExcess } from "../../math/binet.ts";
import { ComPoisson } from "../../math/com_poisson.ts";
import { bivariate, type Jets } from "../../math/jets.ts";
import type { Random } from "../../math/random.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import type { Family, Kernel, Response } from "./family.ts";
import { meanFamily } from "./mean_family.ts";
import { dispersionPart } from "./part.ts";
import { clamp, perRow, requireCounts, weightedMean } from "./response.ts";
import { WholeDistribution } from "./whole_distribution.ts";

/**
 * With p = −ν = −e^{−κ}, the exponential family in θ = log λ and p with statistics Y and log Y!, or r, what is left of log Y! after its
 * regression on Y (at the point where derivatives are taken, so that Y and r have no covariance there). θ is a function of ζ = log μ
 * and p through A_θ = μ; differentiating that once, twice, thrice gives, with the cumulants k_ab of Y (a times) and r (b times):
 *
 *     θ_ζ = μ/k₂₀,  θ_ζζ = (μ − k₃₀θ_ζ²)/k₂₀,  θ_ζp = −k₂₁θ_ζ/k₂₀,  θ_pp = −k₁₂/k₂₀,  θ_ζζζ = (μ − k₄₀θ_ζ³ − 3k₃₀θ_ζθ_ζζ)/k₂₀
 *     θ_ζζp = −(k₃₁θ_ζ² + 2k₃₀θ_ζθ_ζp + k₂₁θ_ζζ)/k₂₀,  θ_ζpp = −(k₂₂θ_ζ + k₃₀θ_ζθ_pp + 2k₂₁θ_ζp)/k₂₀,  θ_ppp = −(k₁₃ + 3k₂₁θ_pp)/k₂₀
 *     ℓ_ζ = δθ_ζ,  ℓ_p = r_y,  ℓ_ζζ = δθ_ζζ − μθ_ζ,  ℓ_ζp = δθ_ζp,  ℓ_pp = δθ_pp − k₀₂,  ℓ_ζζζ = δθ_ζζζ − 2μθ_ζζ − μθ_ζ
 *     ℓ_ζζp = δθ_ζζp − μθ_ζp,  ℓ_ζpp = δθ_ζpp,  ℓ_ppp = δθ_ppp − k₀₃,  δ = y − μ
 *
 * and p_κ = ν, p_κκ = −ν, p_κκκ = ν. A row whose mean is not the one before costs three or four sums over some 20 standard deviations, a few
 * additions a term, and one of derivatives: about 1 µs at means of 3.
 */
function kernel({ y }: Response): Kernel {
  const n = y.length, excess = perRow(y, logFactorialExcess), at = new ComPoisson();
  return {
    evaluate([zeta, kappa]: readonly Float64Array[], order: number, out: Jets): void {
      const jets = bivariate(out);
      let nu = NaN;
      for (let i = 0; i < n; i++) {
        const z = zeta[i], k = kappa[i];
        if (i === 0 || k !== kappa[i - 1]) nu = Math.exp(-k);
        if (i === 0 || z !== zeta[i - 1] || k !== kappa[i - 1]) {
          at.solve(z, nu);
          if (at.possible && order >= 1) at.regress();
          if (at.possible && order >= 2) at.cumulate(order >= 3);
        }
        if (at.possible) writeRow(jets, i, at, y[i], Math.exp(z), nu, excess[i], order);
        else writeImpossible(out, i, z < 0 && y[i] === 0 ? 0 : -Infinity, order); // a mean of 0, or beyond all numbers
      }
    },
  };
}

/** ℓ of a row and its derivatives. */
function writeRow(
  { value, a, b, aa, ab, bb, aaa, aab, abb, bbb }: ReturnType<typeof bivariate>,
  i: number,
  at: ComPoisson,
  y: number,
  mu: number,
  nu: number,
  excess: number,
  order: number,
): void {
  const h = at.devianceOf(y, excess), delta = y - mu;
  value[i] = (y - at.mode) * at.tau - nu * h - at.logSum;
  if (order < 1) return;
  const V = at.variance, tz = mu / V, lp = h - at.meanDeviance - at.slope * delta;
  a[i] = delta * tz;
  b[i] = nu * lp;
  if (order < 2) return;
  const { k30, k21, k12, k02 } = at, tzz = tz * at.bend / (V * V), tzp = -k21 * tz / V, tpp = -k12 / V;
  const lpp = delta * tpp - k02, lzp = delta * tzp;
  aa[i] = delta * tzz - mu * tz;
  ab[i] = nu * lzp;
  bb[i] = nu * (nu * lpp - lp);
  if (order < 3) return;
  const tzzz = (mu - at.k40 * tz * tz * tz - 3 * k30 * tz * tzz) / V;
  const tzzp = -(at.k31 * tz * tz + 2 * k30 * tz * tzp + k21 * tzz) / V;
  const tzpp = -(at.k22 * tz + k30 * tz * tpp + 2 * k21 * tzp) / V, tppp = -(at.k13 + 3 * k21 * tpp) / V;
  aaa[i] = delta * tzzz - 2 * mu * tzz - mu * tz;
  aab[i] = nu * (delta * tzzp - mu * tzp);
  abb[i] = nu * (nu * delta * tzpp - lzp);
  bbb[i] = nu * (nu * nu * (delta * tppp - at.k03) - 3 * nu * lpp + lp);
}

function writeImpossible({ value, d1, d2, d3 }: Jets, i: number, logMass: number, order: number): void {
  value[i] = logMass;
  for (const [at, list] of [[1, d1], [2, d2], [3, d3]] as const) {
    if (order >= at) { for (const array of list) array[i] = 0; }
  }
}

const solver = new ComPoisson(), known = { mu: NaN, phi: NaN };

/** The sums at (μ, φ). */
function at(mu: number, phi: number): ComPoisson {
  if (mu !== known.mu || phi !== known.phi) solver.solve(Math.log(mu), 1 / phi);
  known.mu = mu;
  known.phi = phi;
  return solver;
}

const distribution = new WholeDistribution((mu, phi) => {
  const sums = at(mu, phi);
  if (!sums.possible) return { at: () => NaN, mean: NaN, sd: NaN, scale: NaN, proper: false };
  const sd = Math.sqrt(sums.variance), scale = Math.max(1, sums.spread());
  const density = (y: number) => Math.exp(at(mu, phi).logProbability(y, logFactorialExcess(y)));
  return { at: density, mean: mu, sd, scale, proper: true };
});

/** By inversion. */
function simulate(random: Random, mu: number, phi: number): number {
  if (mu === 0) return 0;
  const { possible, whole, lowest, count, term, logSum } = at(mu, phi), u = random.uniform();
  if (!possible) return NaN;
  if (!whole) return distribution.quantile(u, mu, phi);
  let left = u * Math.exp(logSum), k = 0;
  while (k < count - 1 && (left -= term[k]) > 0) k++;
  return lowest + k;
}

/** 2(ℓ(y; y) − ℓ(y; μ)); at a mean of 0 a zero is certain. */
function unitDeviance(y: number, mu: number, [phi]: readonly number[]): number {
  const excess = logFactorialExcess(y), best = y === 0 ? 0 : at(y, phi).logProbability(y, excess);
  return 2 * Math.max(0, best - at(mu, phi).logProbability(y, excess));
}

/**
 * Conway-Maxwell-Poisson counts of mean μ: P(Y = y) ∝ λ^y / (y!)^ν with ν = 1/φ (part "disp": log φ), less variable than Poisson counts
 * for φ < 1 and more for φ > 1; the variance is about φ μ where μ is not small. φ → 0 leaves the two whole numbers next to μ, φ → ∞ is
 * the geometric distribution.
 *
 * ```ts
 * import { compois, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * fit("count ~ mined", await dataset("Salamanders"), { family: compois() });
 * ```
 *
 * @param link "log" (default), "identity", "sqrt", "inverse", "1/mu^2", "power(λ)" or a Link object
 * @throws RangeError when the link is unknown or its means need not be positive
 * Source: Huang (2017), Statistical Modelling 17:359–380; parameters as in glmmTMB.
 * @category Families
 */
export function compois(link: LinkName | Link = "log"): Family {
  noMore("compois", arguments, 1);
  return meanFamily({
    name: "compois",
    link: resolveLink(link, "compois", "log"),
    scale: "log",
    noun: "Conway-Maxwell-Poisson",
    parts: [dispersionPart({
      meaning: "dispersion φ",
      detail: "with variance about φ μ",
      start: ({ y }, mu, weights) => {
        const squares = weightedMean(weights, (i) => (y[i] - mu[i]) ** 2);
        return Math.log(clamp(squares / weightedMean(weights, (i) => mu[i]), 0.1, 20));
      },
      limit: (up, where) => (up
        ? `the distribution is geometric${where}` +
          (where ? "" : ', that of family "nbinom2" with a dispersion of 1, which fits as well')
        : `the counts${where} vary no more than whole numbers about their means must`),
    })],
    latex: ([mu, phi]) => `\\mathrm{CMP}(\\mathrm{mean} = ${mu},\\ \\nu = 1/${phi})`,
    discrete: true,
    usesTrials: false,
    support: [0, Infinity],
    check: (response, rows) => requireCounts("compois", response, rows),
    kernel,
    startMean: ({ y }) => y.map((count) => count + (count === 0 ? 1 / 6 : 0)),
    variance: (mu, [phi]) => mu === 0 ? 0 : at(mu, phi).variance,
    unitDeviance,
    sigma: ([phi]) => phi,
    dispersionLabel: { text: "Dispersion parameter for compois family ()" },
    simulate: (random, mu, [phi]) => simulate(random, mu, phi),
    cdf: (y, mu, [phi]) => distribution.cdf(y, mu, phi),
    quantile: (p, mu, [phi]) => distribution.quantile(p, mu, phi),
  });
}
