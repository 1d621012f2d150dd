/**
 * Levels with a known precision: b = (I ⊗ T) v, v ~ N(0, (P ⊗ I_c)⁻¹), for pedigrees, phylogenies, or any relation between the
 * groups. P is of the user's labels in their order; labels without rows (ancestors) stay in v.
 */
import { Cholesky } from "../../math/cholesky.ts";
import { blockPattern } from "../../math/sparse.ts";
import type { Tie } from "../../math/ties.ts";
import type { GroupPrecision } from "../../formula/types.ts";
import type { Covariance, TermShape } from "./structure.ts";

/** A structure whose nodes depend on each other as a known precision says. @throws RangeError where it cannot */
export function withKnown(
  covariance: Covariance,
  { label, levels }: TermShape,
  known: GroupPrecision,
): Covariance {
  if (covariance.precision) {
    throw new RangeError(
      `Cannot use the known precision of the groups in ${covariance.structure}(${label}): over so many positions the structure has a ` +
        `precision of its own; use it with (1 | g), (x | g) or (x || g)`,
    );
  }
  const { diagonal, rows, cols, values } = known, nodes = levels.length, ties = tiesOf(known);
  const logDet = logDeterminant(known);
  return {
    ...bound(covariance),
    precision: {
      nodes,
      rows,
      cols,
      unequal: true,
      ties,
      fill(_theta, _at, out) {
        out.set(diagonal);
        out.set(values, nodes);
        for (const { pin, pinned } of ties ?? []) out[pin] += pinned;
        return logDet;
      },
      pullback() {},
    },
  };
}

/** All that a bound structure says, also where it is an instance of a class. */
function bound(c: Covariance): Covariance {
  return {
    structure: c.structure,
    width: c.width,
    thetas: c.thetas,
    freedom: c.freedom,
    linear: c.linear,
    edges: c.edges,
    shown: c.shown,
    ends: c.ends,
    entries: c.entries,
    factors: c.factors,
    start: (sd) => c.start(sd),
    fill: (theta, at, T) => c.fill(theta, at, T),
    pullback: (theta, at, D, gradient) => c.pullback(theta, at, D, gradient),
    near: (T) => c.near(T),
  };
}

/** The sums of a precision, each pinned at the level that the others know most of. */
function tiesOf({ diagonal, sums }: GroupPrecision): Tie[] | undefined {
  return sums?.map(({ members, precision }) => {
    const pin = members.reduce((best, i) => diagonal[i] > diagonal[best] ? i : best);
    return { nodes: members, precision, pin, pinned: diagonal[pin] > 0 ? diagonal[pin] : 1 };
  });
}

/** log|P|. @throws RangeError where P is not positive definite */
export function logDeterminant(known: GroupPrecision): number {
  const { diagonal, rows, cols, values } = known, ties = tiesOf(known);
  const pattern = blockPattern(new Int32Array(diagonal.length).fill(1), rows, cols, null, ties ?? null),
    factor = new Cholesky(pattern);
  const S = new Float64Array(diagonal.length + values.length);
  S.set(diagonal);
  S.set(values, diagonal.length);
  for (const { pin, pinned } of ties ?? []) S[pin] += pinned;
  if (factor.factor(S)) return factor.logDeterminant();
  throw new RangeError("Cannot use the known precision: it is not positive definite");
}
