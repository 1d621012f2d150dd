/** A family as the engine sees it, and differences to hold its derivatives against. */
import type { Family, Response } from "../../lib/model/families/family.ts";
import { Jets, pair, triple } from "../../lib/math/jets.ts";
import { Likelihood } from "../../lib/model/objective/likelihood.ts";
import type { Design } from "../../lib/formula/types.ts";

export type Order = 0 | 1 | 2 | 3;

/** Log-density of every row as a function of the linear predictors η. */
export function pipeline(family: Family, response: Response) {
  const n = response.y.length, parts = family.parts(response);
  const varying = Float64Array.from({ length: n }, (_, i) => i), empty = { names: [], terms: [], random: [] };
  const predictors = parts.map(({ name }) => ({
    ...empty,
    part: name,
    formula: "",
    X: [varying, varying],
    offset: null,
    dropped: [],
  }));
  const design = { n, response, predictors, weights: null } as unknown as Design;
  const likelihood = new Likelihood(design, family, { response: 1, eta: 1, shift: 0, parts: [] }, parts);
  return {
    K: parts.length,
    /** A copy: the likelihood fills the same jets again. */
    evaluate(eta: readonly Float64Array[], order: Order): Jets {
      likelihood.evaluate(eta, order);
      const jets = new Jets(n, parts.length), from = likelihood.jets;
      jets.value.set(from.value);
      (["d1", "d2", "d3"] as const).slice(0, order).forEach((d) =>
        jets[d].forEach((x, k) => x.set(from[d][k]))
      );
      return jets;
    },
  };
}

/** Every derivative array of the jets with the array it is the derivative of, and in which predictor. */
export function derivatives(jets: Jets) {
  const { K } = jets,
    list: { name: string; of: (j: Jets) => Float64Array; in: number; is: Float64Array }[] = [];
  for (let k = 0; k < K; k++) {
    list.push({ name: `d${k}`, of: (j) => j.value, in: k, is: jets.d1[k] });
    for (let l = 0; l < K; l++) {
      list.push({ name: `d${l}${k}`, of: (j) => j.d1[l], in: k, is: jets.d2[pair(k, l)] });
      for (let m = 0; m <= l; m++) {
        list.push({
          name: `d${l}${m}${k}`,
          of: (j) => j.d2[pair(l, m)],
          in: k,
          is: jets.d3[triple(k, l, m)],
        });
      }
    }
  }
  return list;
}

/** All combinations, the first list varying slowest. */
export function combinations(lists: readonly (readonly number[])[]): number[][] {
  return lists.reduce<number[][]>((rows, list) => rows.flatMap((row) => list.map((x) => [...row, x])), [[]]);
}

/**
 * Largest excess of |difference quotient − derivative| over its tolerance, with the place.
 * Central differences of sixth order (Abramowitz & Stegun 25.3.6 extended): (45 δ₁ − 9 δ₂ + δ₃) / 60h, error O(h⁶). The step h is
 * 2e-3 times the distance r to η = 0, where links may end, but at most 2e-3. Rounding noise is some ε/h times the terms of which f
 * is the sum; these are of order 1 + |f|, times up to r⁻² in first and r⁻⁴ in second derivatives near an end. Where they are larger
 * (logarithms of gamma functions that cancel) the sixth differences of f show it: they are noise alone.
 */
export function worstDerivative(
  evaluate: (eta: readonly Float64Array[]) => Jets,
  eta: readonly Float64Array[],
): { excess: number; where: string } {
  const distance = (value: number) => Math.max(0.005, Math.min(1, Math.abs(value)));
  const jets = evaluate(eta), n = eta[0].length;
  const shifted = eta.map((_, k) =>
    [1, -1, 2, -2, 3, -3].map((h) =>
      evaluate(eta.map((e, j) => j === k ? e.map((v) => v + 2e-3 * h * distance(v)) : e))
    )
  );
  let excess = 0, where = "";
  for (const one of derivatives(jets)) {
    const [up, down, up2, down2, up3, down3] = shifted[one.in].map(one.of), f = one.of(jets);
    const sizes = f.map((v, i) => Math.max(Math.abs(v), Math.abs(up3[i]), Math.abs(down3[i])));
    const noise = f.map((v, i) =>
      Math.abs(v - (15 * (up[i] + down[i]) - 6 * (up2[i] + down2[i]) + up3[i] + down3[i]) / 20) /
      (1 + sizes[i])
    );
    const rounding = one.name.length === 2 ? Math.min(3e-13, Math.max(1e-14, 2 * Math.max(...noise))) : 1e-14;
    for (let i = 0; i < n; i++) {
      const r = distance(eta[one.in][i]), h = 2e-3 * r, r0 = distance(eta[0][i]);
      const quotient = (45 * (up[i] - down[i]) - 9 * (up2[i] - down2[i]) + up3[i] - down3[i]) / (60 * h);
      const tolerance = 1e-7 * Math.abs(one.is[i]) +
        rounding * (1 + sizes[i]) / (h * r0 ** (2 * one.name.length - 4));
      const ratio = Math.abs(quotient - one.is[i]) / tolerance;
      if (ratio <= excess && !Number.isNaN(ratio)) continue;
      excess = Number.isNaN(ratio) ? Infinity : ratio;
      where = `${one.name} at row ${i}, eta ${eta.map((e) => e[i])}: ${one.is[i]}, difference ${quotient}`;
    }
  }
  return { excess, where };
}
