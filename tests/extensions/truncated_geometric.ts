import {
  type Family,
  type Kernel,
  meanPart,
  type Predictors,
  resolveLink,
  type Response,
} from "../../mod.ts";

/** ℓ = (y − 1) ζ − y log(1 + e^ζ), ζ = log μ, with its derivatives; `order` says how many are asked for. */
function kernel({ y }: Response): Kernel {
  return {
    evaluate([zeta], order, { value, d1: [d1], d2: [d2], d3: [d3] }) {
      for (let i = 0; i < y.length; i++) {
        const q = 1 / (1 + Math.exp(-zeta[i])), p = 1 - q; // μ/(1 + μ) and 1/(1 + μ)
        value[i] = (y[i] - 1) * zeta[i] - y[i] * Math.log1p(Math.exp(zeta[i]));
        if (order >= 1) d1[i] = y[i] - 1 - y[i] * q;
        if (order >= 2) d2[i] = -y[i] * p * q;
        if (order >= 3) d3[i] = -y[i] * p * q * (p - q);
      }
    },
  };
}

/** Numbers of trials up to the first success, 1, 2, …: P(Y = y) = p (1 − p)^(y − 1), p = 1/(1 + μ), so that E y = 1 + μ. */
export function truncatedGeometric(): Family {
  const link = resolveLink("log", "truncatedGeometric", "log"), mean = meanPart(link, "log", [0, Infinity]);
  const mu = (eta: Predictors) => Math.exp(eta[0]);
  const cdf = (y: number, eta: Predictors) =>
    y < 1 ? 0 : -Math.expm1(-Math.floor(y) * Math.log1p(1 / mu(eta)));
  const quantile = (p: number, eta: Predictors) => {
    const y = Math.max(1, Math.ceil(Math.log1p(-p) / -Math.log1p(1 / mu(eta)))); // up to rounding
    return cdf(y - 1, eta) >= p ? y - 1 : cdf(y, eta) < p ? y + 1 : y;
  };
  return {
    name: "truncatedGeometric",
    noun: "zero-truncated geometric",
    link,
    parts: () => [mean], // dispersions and shapes follow: dispersionPart({ … }), part({ … })
    discrete: true,
    mass: (y) => y >= 1 && Number.isInteger(y),
    usesTrials: false,
    support: [1, Infinity],
    check({ name, y }, rows, zeroInflated) {
      const i = y.findIndex((v) => !(Number.isInteger(v) && v >= (zeroInflated ? 0 : 1)));
      if (i < 0) return;
      throw new RangeError(
        `Cannot fit family "truncatedGeometric": response "${name}" must be whole numbers from 1, but row ${
          rows[i]
        } is ${y[i]}`,
      );
    },
    kernel,
    startMean: ({ y }) => y.map((v) => Math.max(v - 1, 0.5)), // of μ
    mean: (eta) => 1 + mu(eta),
    meanSlopes: (eta, out) => out.fill(mu(eta), 0, 1),
    meanParts: () => [0], // E y is not link⁻¹(η₀), and depends on predictor 0
    variance: (eta) => mu(eta) * (1 + mu(eta)),
    sigma: () => 1,
    dispersionLabel: null,
    latex: ([symbol]) => `\\mathrm{Geometric}_{\\ge 1}(${symbol})`,
    simulate: (random, eta) => quantile(random.uniform(), eta),
    cdf,
    quantile,
  };
}
