/** Convex cones { Σ λ_i g_i, λ ≥ 0 }: what lies in them, and directions that make an acute angle with all of them. */
/** Share of the target that may be left over by rounding. */
const TOLERANCE = 1e-7;

/**
 * Whether target = Σ λ_i g_i with λ ≥ 0. By Farkas' lemma the answer is no exactly when some d has gᵢᵀd ≥ 0 for all i and
 * targetᵀd < 0.
 */
export function inCone(generators: readonly Float64Array[], target: Float64Array): boolean {
  const size = Math.hypot(...target);
  if (size === 0) return true;
  const unit = generators.map((g) => {
    const length = Math.hypot(...g);
    return g.map((v) => v / length);
  });
  return Math.hypot(...leftOver(unit, target.map((v) => v / size))) < 1e3 * TOLERANCE;
}

/** Up to this many generators, all are looked at for every target. */
const FEW = 16;

/**
 * Generators of the same cone without those that lie in the cone of ones before them. They are taken in an order that goes back and
 * forth through the list, so that of a list in order of direction a few are left too.
 */
export function spanning(generators: readonly Float64Array[]): Float64Array[] {
  const n = generators.length, kept: Float64Array[] = [];
  if (n <= FEW) return [...generators];
  for (let stride = 2 ** Math.floor(Math.log2(n)), first = true; stride >= 1; stride /= 2, first = false) {
    for (let i = first ? 0 : stride; i < n; i += first ? stride : 2 * stride) {
      if (!inCone(kept, generators[i])) kept.push(generators[i]);
    }
  }
  return kept;
}

/**
 * The shortest d with gᵢᵀd ≥ |gᵢ| for all i, or null when there is none.
 *
 * Least distance programming: with r what non-negative least squares leaves of (0, 1) beside the columns (gᵢ, 1),
 * d = −r₁…ₙ / rₙ₊₁ (Lawson & Hanson 1974, Solving least squares problems, section 23.4).
 */
export function acute(generators: readonly Float64Array[]): Float64Array | null {
  const n = generators[0].length,
    columns = generators.map((g) => {
      const size = Math.hypot(...g), column = new Float64Array(n + 1);
      g.forEach((v, j) => column[j] = v / size);
      column[n] = 1;
      return column;
    });
  const goal = new Float64Array(n + 1);
  goal[n] = 1;
  const r = leftOver(columns, goal);
  if (!(Math.abs(r[n]) > 1e3 * TOLERANCE ** 2)) return null;
  const d = r.slice(0, n).map((v) => -v / r[n]);
  return generators.every((g) => inner(g, d) > 0) ? d : null;
}

/**
 * goal − Σ λ_i g_i with the λ ≥ 0 that make it shortest.
 *
 * Source: Lawson & Hanson (1974), chapter 23 (NNLS).
 */
function leftOver(g: readonly Float64Array[], goal: Float64Array): Float64Array {
  const active = new Set<number>();
  let tried = new Set<number>(); // what the active ones depend on already, until they change
  let rest: Float64Array = goal, lambda = new Float64Array(g.length);
  for (let round = 0; round < 10 * (goal.length + 1); round++) {
    let best = -1, most = TOLERANCE ** 2;
    g.forEach((column, i) => {
      const slope = inner(column, rest);
      if (!active.has(i) && !tried.has(i) && slope > most) [best, most] = [i, slope];
    });
    if (best < 0 || Math.hypot(...rest) < TOLERANCE) return rest;
    active.add(best);
    lambda = feasible(g, goal, active, lambda);
    tried = active.has(best) ? new Set() : tried.add(best);
    rest = goal.map((v, j) => v - [...active].reduce((s, i) => s + lambda[i] * g[i][j], 0));
  }
  return rest;
}

/** Least squares over the active columns; those whose coefficient would turn negative leave, one at a time. */
function feasible(
  g: readonly Float64Array[],
  goal: Float64Array,
  active: Set<number>,
  from: Float64Array,
): Float64Array<ArrayBuffer> {
  let current = Float64Array.from(from);
  while (active.size > 0) {
    const index = [...active], free = solve(index.map((i) => g[i]), goal);
    if (!free) {
      active.delete(index.at(-1)!); // it depends on the others
      return current;
    }
    let step = 1, leaves = -1;
    index.forEach((i, k) => {
      if (free[k] > 0) return;
      const t = current[i] / (current[i] - free[k]);
      if (t < step || leaves < 0) [step, leaves] = [Math.min(step, t), i];
    });
    const next = new Float64Array(current.length);
    index.forEach((i, k) => next[i] = current[i] + step * (free[k] - current[i]));
    current = next;
    if (leaves < 0) return current;
    current[leaves] = 0;
    active.delete(leaves);
  }
  return current;
}

/** Least squares by orthogonal columns (Gram–Schmidt, twice); null where the last column depends on those before it. */
function solve(g: readonly Float64Array[], goal: Float64Array): Float64Array | null {
  const Q: Float64Array[] = [], R: Float64Array[] = [];
  for (const column of g) {
    const q = column.slice(), r = new Float64Array(g.length), m = Q.length;
    for (const _ of [1, 2]) {
      Q.forEach((other, k) => {
        const along = inner(other, q);
        r[k] += along;
        for (let j = 0; j < q.length; j++) q[j] -= along * other[j];
      });
    }
    r[m] = Math.hypot(...q);
    if (r[m] < TOLERANCE * Math.hypot(...column)) return null;
    Q.push(q.map((v) => v / r[m]));
    R.push(r);
  }
  const x = Float64Array.from(Q, (q) => inner(q, goal));
  for (let k = x.length - 1; k >= 0; k--) {
    x[k] /= R[k][k];
    for (let i = 0; i < k; i++) x[i] -= R[k][i] * x[k];
  }
  return x;
}

function inner(x: Float64Array, y: Float64Array): number {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i] * y[i];
  return s;
}
