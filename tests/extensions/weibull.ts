import {
  dispersionPart,
  type Family,
  type Kernel,
  meanPart,
  pair,
  type Predictors,
  resolveLink,
  type Response,
  triple,
} from "../../mod.ts";

/** With z = k (log y − η), k = e^τ, E = e^z: ℓ = τ − log y + z − E; `order` says how many derivatives are asked for. */
function kernel({ y }: Response): Kernel {
  const logY = y.map((value) => Math.log(value || 1)); // a zero is a hurdle's, which overwrites its row
  return {
    evaluate([eta, tau], order, { value, d1, d2, d3 }) {
      for (let i = 0; i < y.length; i++) {
        const k = Math.exp(tau[i]), z = k * (logY[i] - eta[i]), E = Math.exp(z);
        value[i] = tau[i] - logY[i] + z - E;
        if (order < 1) continue;
        d1[0][i] = -k * (1 - E);
        d1[1][i] = 1 + z * (1 - E);
        if (order < 2) continue;
        d2[pair(0, 0)][i] = -k * k * E;
        d2[pair(1, 0)][i] = -k * (1 - E - z * E);
        d2[pair(1, 1)][i] = z * (1 - E) - z * z * E;
        if (order < 3) continue;
        d3[triple(0, 0, 0)][i] = k * k * k * E;
        d3[triple(1, 0, 0)][i] = -k * k * E * (2 + z);
        d3[triple(1, 1, 0)][i] = -k * (1 - E - 3 * z * E - z * z * E);
        d3[triple(1, 1, 1)][i] = z * (1 - E) - 3 * z * z * E - z * z * z * E;
      }
    },
  };
}

const LANCZOS = [
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
]
  .concat([-0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7]);

/** log Γ(1 + x) and its derivative, by Lanczos' series (1964), SIAM J. Numer. Anal. B 1:86–96. */
function logGamma1(x: number): [value: number, slope: number] {
  let A = 0.99999999999980993, slope = 0;
  LANCZOS.forEach((c, j) => {
    A += c / (x + j + 1);
    slope -= c / (x + j + 1) ** 2;
  });
  const t = x + 7.5;
  return [
    (x + 0.5) * Math.log(t) - t + 0.5 * Math.log(2 * Math.PI) + Math.log(A),
    Math.log(t) + (x + 0.5) / t - 1 + slope / A,
  ];
}

/** Times whose logarithm is η + (log of an exponential variable)/k: P(Y ≤ y) = 1 − exp(−(y/λ)^k), λ = e^η, k > 0 (part "disp": log k). */
export function weibull(): Family {
  const link = resolveLink("log", "weibull", "log");
  const scale = { ...meanPart(link, "log", [0, Infinity]), meaning: "scale λ" };
  const shape = dispersionPart({
    meaning: "shape k",
    symbol: "k",
    start: ({ y }, mu, weights) => { // log(y/λ) has the standard deviation π/(√6 k)
      let sum = 0, total = 0;
      weights.forEach((w, i) => {
        if (!(y[i] > 0)) return;
        sum += w * Math.log(y[i] / mu[i]) ** 2;
        total += w;
      });
      return Math.log(Math.min(100, Math.max(0.1, 1.28 / Math.sqrt(sum / total))));
    },
  });
  /** Γ(1 + r/k). */
  const moment = (r: number, eta: Predictors) => Math.exp(logGamma1(r * Math.exp(-eta[1]))[0]);
  const mean = (eta: Predictors) => Math.exp(eta[0]) * moment(1, eta);
  return {
    name: "weibull",
    noun: "Weibull",
    link,
    parts: () => [scale, shape],
    unitShift: [0], // another unit of time leaves k as it is
    discrete: false,
    mass: () => false,
    usesTrials: false,
    support: [0, Infinity],
    check({ name, y }, rows, zeroInflated) {
      const i = y.findIndex((v) => !(v > 0 && v < Infinity || zeroInflated && v === 0));
      if (i < 0) return;
      throw new RangeError(
        `Cannot fit family "weibull": response "${name}" must be numbers > 0, but row ${rows[i]} is ${y[i]}`,
      );
    },
    kernel,
    startMean: ({ y }) => y.map((v) => v || 1),
    mean, // E y is not link⁻¹(η₀), and depends on both predictors
    meanSlopes(eta, out) {
      const x = Math.exp(-eta[1]);
      out[0] = mean(eta);
      out[1] = -mean(eta) * logGamma1(x)[1] * x;
    },
    meanParts: () => [0, 1],
    variance: (eta) => Math.exp(2 * eta[0]) * (moment(2, eta) - moment(1, eta) ** 2),
    sigma: ([k]) => k,
    dispersionLabel: { text: "Shape parameter for weibull family ()" },
    latex: ([lambda, k]) => `\\mathrm{Weibull}(${lambda},\\ ${k})`,
    simulate: (random, eta) => Math.exp(eta[0] + Math.log(-Math.log(random.uniform())) * Math.exp(-eta[1])),
    cdf: (y, eta) => y > 0 ? -Math.expm1(-Math.exp((Math.log(y) - eta[0]) * Math.exp(eta[1]))) : 0,
    quantile: (p, eta) => Math.exp(eta[0] + Math.log(-Math.log1p(-p)) * Math.exp(-eta[1])),
  };
}
