/** Ordered categories as binary models, one at each cut between them, with the covariance of all their coefficients. */
import { Matrix, positiveInverse } from "../../math/dense.ts";
import { denseColumn } from "../../math/columns.ts";
import { columnNames, pl, withSeries } from "../../frame.ts";
import type { FixedTerm } from "../../formula/types.ts";
import { binomial } from "../../model/families/mod.ts";
import { fitModel } from "../../model/fit.ts";
import { engineOf, type Model, usedRows } from "../../model/result/model.ts";
import { formulaPieces, writeFormula } from "../simulate/refit.ts";

/** What the binary models say together. */
export interface BinaryCuts {
  /** "a|b": the names of the cuts. */
  readonly cuts: readonly string[];
  /** Coefficients of each, the constant first: names and terms. */
  readonly names: readonly string[];
  readonly terms: readonly FixedTerm[];
  /** Effects on P(Y > cut), one after the other cut by cut; null of a cut whose model has no optimum, and why. */
  readonly beta: readonly (Float64Array | null)[];
  readonly why: readonly string[];
  /** Covariance of the coefficients of two cuts, k ≤ l. */
  covariance(k: number, l: number): Matrix;
}

/** A binary model: its coefficients, its columns, and in every row P(Y ≤ cut) and the slope of the link's inverse. */
interface Cut {
  readonly model: Model;
  readonly X: readonly Float64Array[];
  readonly below: Float64Array;
  readonly slope: Float64Array;
}

/**
 * P(Y ≤ k) = h(θ_k − x'β_k), one generalized linear model for each k. Estimates of two cuts k ≤ l come from the same rows: with
 * p = P(Y ≤ k), q = P(Y ≤ l), weights w and the expected information I, cov(β̂_k, β̂_l) = I_k⁻¹ X' diag(w h'_k h'_l p(1 − q) /
 * (p(1 − p) q(1 − q))) X I_l⁻¹.
 * Source: Brant (1990), Biometrics 46:1171–1178, for the logit.
 */
export function binaryCuts(model: Model): BinaryCuts {
  const categories = engineOf(model, "binary models").design.response.categories!;
  const fits = categories.slice(1).map((_, k) => binaryModel(model, k + 1)), cuts = fits.map(cutOf);
  const weights = engineOf(fits[0], "binary models").design.weights, [{ names, terms }] = fits[0].parts;
  const sound = fits.map((m) => m.converged && m.flat.directions.length === 0);
  const information = cuts.map((_, k) => crossed(cuts[k], cuts[k], weights));
  return {
    cuts: fits.map((_, k) => `${categories[k]}|${categories[k + 1]}`),
    names,
    terms,
    beta: fits.map((m, k) =>
      sound[k] ? m.parts[0].beta.map((b, j) => names[j] === "(Intercept)" ? b : -b) : null
    ),
    why: fits.map((m, k) => sound[k] ? "" : m.messages[0] ?? "it has no optimum"),
    covariance(k, l) {
      const [left, right] = [k, l].map((at) => positiveInverse(information[at])!);
      return k === l ? left : left.mmul(crossed(cuts[k], cuts[l], weights)).mmul(right);
    },
  };
}

/** Is the response among the first k categories? With the terms, weights and offsets (turned, as η stands in F(θ − η)) of the ordinal model. */
function binaryModel(model: Model, k: number): Model {
  const data = usedRows(model), { response, predictors } = engineOf(model, "binary models").design;
  const { options } = model, { [model.response]: _own, ...levels } = options.levels ?? {};
  const [name, moved] = freeNames(columnNames(data), ["below", "moved"]), { offset } = predictors[0];
  const columns = [
    pl.Series(name, Float64Array.from(response.y, (v) => v <= k ? 1 : 0)),
    pl.Series(moved, Float64Array.from(response.y, (_, i) => -(offset?.[i] ?? 0))),
  ];
  const weights = typeof options.weights === "object" ? options.weights.frequency : options.weights;
  const pieces = { ...formulaPieces(model), response: name, intercept: true, offsets: [], random: [] };
  return fitModel(writeFormula(pieces), withSeries(data, columnNames(data), columns), {
    ...options,
    family: binomial(model.family.link),
    levels,
    offset: moved,
    ...weights !== undefined && { weights: { frequency: weights } },
    start: undefined,
  });
}

/** Names that no column has. */
function freeNames(taken: readonly string[], wanted: readonly string[]): string[] {
  return wanted.map((name) => {
    while (taken.includes(name)) name += "_";
    return name;
  });
}

function cutOf(model: Model): Cut {
  const { design } = engineOf(model, "a binary model"), { link } = model.family, [{ beta }] = model.parts;
  const { X: columns, offset } = design.predictors[0], X = columns.map(denseColumn);
  const eta = Float64Array.from(
    { length: design.n },
    (_, i) => X.reduce((s, x, j) => s + x[i] * beta[j], offset?.[i] ?? 0),
  );
  return { model, X, below: eta.map(link.mean), slope: eta.map(link.slope) };
}

/** X' diag(w h'_k h'_l cov(z_k, z_l)/(var z_k var z_l)) X of the indicators z of Y ≤ k and Y ≤ l. */
function crossed(a: Cut, b: Cut, weights: Float64Array | null): Matrix {
  const v = a.below.map((p, i) => {
    const q = b.below[i], w = weights?.[i] ?? 1;
    return w * a.slope[i] * b.slope[i] / ((1 - p) * q);
  });
  return new Matrix(a.X.map((x) => b.X.map((y) => v.reduce((s, vi, i) => s + vi * x[i] * y[i], 0))));
}
