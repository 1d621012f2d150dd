/** Are residuals that lie near each other alike? */
import type { ResultFrame } from "../../display.ts";
import type { Frame } from "../../frame.ts";
import { pnorm } from "../../math/normal.ts";
import { numericPredictor, type ResidualState, stateOf } from "./state.ts";
import { mean } from "../../math/descriptive.ts";
import {
  metaFrom,
  pText,
  short,
  type TestAlternative,
  type TestedPart,
  testFrame,
  type TestRow,
} from "./test_frame.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";

/**
 * Options of {@link testSpatialAutocorrelation}.
 *
 * @category Checks
 */
export interface SpatialOptions {
  /** One coordinate: a column of the data, or one number per residual. */
  x: string | ArrayLike<number>;
  /** The other coordinate. */
  y: string | ArrayLike<number>;
  /** "two.sided" (default), "greater" (neighbours alike) or "less" (neighbours opposite). */
  alternative?: TestAlternative;
}

const OPTIONS: Kinds<SpatialOptions> = {
  x: kinds.anyOf(kinds.column, kinds.values),
  y: kinds.anyOf(kinds.column, kinds.values),
  alternative: kinds.oneOf("two.sided", "greater", "less"),
};

/** Most residuals whose pairs are all used; of more an evenly spread part is taken. */
const MOST_PLACES = 10000;

/**
 * Moran's I of the residuals with weights 1/distance, each row of weights adding up to 1.
 *
 * ```ts
 * import { dataset, fit, recalculateResiduals, simulateResiduals, testSpatialAutocorrelation } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * const residuals = simulateResiduals(model);
 * const sites = recalculateResiduals(residuals, { group: "site" });
 * testSpatialAutocorrelation(sites, { x: Array.from({ length: 23 }, (_, i) => i % 5), y: Array.from({ length: 23 }, (_, i) => i) });
 * ```
 *
 * @returns one row; `statistic` is I, `effect_size` I minus its expectation −1/(n − 1)
 * @throws RangeError when two residuals share a place
 * Source: Cliff & Ord (1981), Spatial Processes, eqs. 2.36–2.39 (randomisation); cases `dharma_*`.
 * @category Checks
 */
export function testSpatialAutocorrelation(residuals: Frame, options: SpatialOptions): ResultFrame {
  noMore("testSpatialAutocorrelation", arguments, 2);
  checkOptions("testSpatialAutocorrelation", options, OPTIONS, ["x", "y"]);
  const { alternative = "two.sided" } = options ?? {}, what = "test spatial autocorrelation";
  if (options?.x === undefined || options.y === undefined) {
    throw new TypeError(`Cannot ${what}: name the coordinates, e.g. { x: "east", y: "north" }`);
  }
  const state = stateOf(residuals, what);
  const x = numericPredictor(state, options.x, what), y = numericPredictor(state, options.y, what, "y");
  const step = Math.max(1, state.residual.length / MOST_PLACES),
    size = Math.floor(state.residual.length / step);
  const index = Int32Array.from({ length: size }, (_, i) => Math.floor(i * step));
  const pick = (v: Float64Array) => Float64Array.from(index, (i) => v[i]);
  const residual = pick(state.residual), px = pick(x.values), py = pick(y.values);
  const shared = twoAtOnePlace(px, py);
  if (shared) {
    throw new RangeError(
      `Cannot ${what}: rows ${state.rows[index[shared[0]]]} and ${
        state.rows[index[shared[1]]]
      } are at the same place; ` +
        `add up rows of one place first: recalculateResiduals(residuals, { group: place })`,
    );
  }
  const meta = metaFrom(residuals);
  const notes = size < state.residual.length
    ? [...meta.notes ?? [], `${size} of ${state.residual.length} residuals were used.`]
    : meta.notes;
  const names = [x.name, y.name] as const, chosen = new Set(index);
  const of = (_part: ResidualState, places: readonly number[]): TestedPart => {
    const own = places.filter((i) => chosen.has(i)),
      pick = (v: Float64Array) => Float64Array.from(own, (i) => v[i]);
    const view = {
      kind: "map" as const,
      residual: pick(state.residual),
      x: pick(x.values),
      y: pick(y.values),
      names,
    };
    return { view, pValue: spatial(view.residual, view.x, view.y, alternative).pValue };
  };
  return testFrame(
    [spatial(residual, px, py, alternative)],
    { kind: "map", residual, x: px, y: py, names },
    { state, of },
    { ...meta, notes },
  );
}

/** The test as a row. */
export function spatial(
  residual: Float64Array,
  x: Float64Array,
  y: Float64Array,
  alternative: TestAlternative = "two.sided",
): TestRow {
  const { observed, expected, sd } = moran(residual, x, y),
    n = residual.length,
    z = (observed - expected) / sd;
  const pValue = alternative === "greater"
    ? pnorm(z, 0, 1, false)
    : alternative === "less"
    ? pnorm(z)
    : 2 * pnorm(-Math.abs(z));
  const excess = observed - expected;
  const size = `I = ${short(observed, 2)}, expected ${short(expected, 2)} ± ${short(sd, 2)}, ${
    pText(pValue)
  }`;
  return {
    about: "spatial autocorrelation",
    method: "Moran's I",
    statistic: observed,
    pValue,
    alternative,
    n,
    interpretation: pValue >= 0.05
      ? `No sign that near residuals are alike (${size}).`
      : excess > 0
      ? `Near residuals are alike (${size}): standard errors are too small. Add what varies in space, or a spatial random effect, ` +
        `e.g. + exp(0 + position | group).`
      : `Near residuals are opposite to each other (${size}), as competition makes them.`,
    effectSize: excess,
    effect: "Moran's I minus its expectation; 0 is no autocorrelation",
  };
}

/** Moran's I, its expectation and standard deviation when the residuals are placed at random. */
function moran(r: Float64Array, x: Float64Array, y: Float64Array) {
  const n = r.length, centre = mean(r), d = r.map((v) => v - centre);
  const rowSum = new Float64Array(n);
  const weight = (i: number, j: number) => 1 / Math.hypot(x[i] - x[j], y[i] - y[j]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const w = weight(i, j);
      rowSum[i] += w;
      rowSum[j] += w;
    }
  }
  const columnSum = new Float64Array(n);
  let cross = 0, s1 = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const w = weight(i, j), wij = w / rowSum[i], wji = w / rowSum[j];
      columnSum[j] += wij;
      columnSum[i] += wji;
      cross += (wij + wji) * d[i] * d[j];
      s1 += (wij + wji) ** 2;
    }
  }
  let m2 = 0, m4 = 0, s2 = 0;
  for (let i = 0; i < n; i++) {
    m2 += d[i] * d[i];
    m4 += d[i] ** 4;
    s2 += (1 + columnSum[i]) ** 2;
  }
  const s = n, expected = -1 / (n - 1), kurtosis = m4 / n / (m2 / n) ** 2; // s: the sum of all weights
  const second = (n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s * s) -
    kurtosis * (n * (n - 1) * s1 - 2 * n * s2 + 6 * s * s)) / ((n - 1) * (n - 2) * (n - 3) * s * s);
  return { observed: n / s * cross / m2, expected, sd: Math.sqrt(second - expected * expected) };
}

function twoAtOnePlace(x: Float64Array, y: Float64Array): [number, number] | null {
  const seen = new Map<string, number>();
  for (let i = 0; i < x.length; i++) {
    const key = `${x[i]} ${y[i]}`, before = seen.get(key);
    if (before !== undefined) return [before, i];
    seen.set(key, i);
  }
  return null;
}
