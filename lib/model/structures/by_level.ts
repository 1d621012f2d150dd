/**
 * `(x | g, by = f)`: a template of its own for the groups of every level of f. The term's columns are those of x in the rows of each
 * level of f; coefficient a · k + b is column a of x in level b of k, and a group has those of its own level alone.
 */
import type { Covariance, Shown, ThetaValue } from "./structure.ts";

/** The structure of one level of f, for its own coefficients. */
export type BindLevel = (names: readonly string[]) => Covariance;

/** All levels together: block diagonal, the parameters level by level. @throws RangeError for a structure of many positions */
export function byLevel(
  label: string,
  names: readonly string[],
  labels: readonly string[],
  bind: BindLevel,
): Covariance {
  const k = labels.length, c = names.length, m = c / k;
  const parts = labels.map((_, b) => bind(Array.from({ length: m }, (_, a) => names[a * k + b])));
  const [{ structure, precision, freedom, linear, thetas: each, entries }] = parts;
  if (precision) {
    throw new RangeError(
      `Cannot use ${structure}(${label}): over so many positions the structure is a chain, which by = … does not split; ` +
        `write its positions as fewer, or fit the levels of f one by one`,
    );
  }
  const shared = new Set(
    parts[0].shown.map(({ name }) => name).filter((name) =>
      parts.slice(1).some(({ shown }) => shown.some((p) => p.name === name))
    ),
  );
  const own = (T: Float64Array, b: number) => {
    const block = new Float64Array(m * m);
    for (let j = 0; j < m; j++) for (let i = 0; i < m; i++) block[j * m + i] = T[(j * k + b) * c + i * k + b];
    return block;
  };
  return {
    structure,
    width: c,
    thetas: k * each,
    freedom,
    linear,
    edges: parts.flatMap(({ edges }, b) => {
      const move = (at: number) => at + b * each;
      return edges.map((edge) => ({
        ...edge,
        at: move(edge.at),
        column: edge.column.map(move),
        idle: edge.idle.map(move),
      }));
    }),
    shown: parts.flatMap(({ shown }, b) => shown.map((p) => ofLevel(p, b, k, b * each, shared, labels[b]))),
    ends: parts[0].ends?.map((end) =>
      parts.flatMap((_, b) => end.map(([at, value]): ThetaValue => [at + b * each, value]))
    ),
    factors: parts[0].factors,
    entries: entries &&
      parts.flatMap((_, b) => entries.map(([i, j]): [number, number] => [i * k + b, j * k + b])),
    start: (sd) => parts.flatMap((part, b) => part.start(Array.from({ length: m }, (_, a) => sd[a * k + b]))),
    fill(theta, at, T) {
      T.fill(0, 0, c * c);
      const block = new Float64Array(m * m);
      parts.forEach((part, b) => {
        part.fill(theta, at + b * each, block);
        for (let j = 0; j < m; j++) {
          for (let i = j; i < m; i++) T[(j * k + b) * c + i * k + b] = block[j * m + i];
        }
      });
    },
    pullback(theta, at, D, gradient) {
      parts.forEach((part, b) => part.pullback(theta, at + b * each, own(D, b), gradient));
    },
    near: (T) => parts.flatMap((part, b) => part.near(own(T, b))),
  };
}

/** A parameter of level b among those of all, with the level in its name where the others have the same one. */
function ofLevel(
  p: Shown,
  b: number,
  k: number,
  first: number,
  shared: ReadonlySet<string>,
  level: string,
): Shown {
  const own = shared.has(p.name) ? { name: `${p.name}.${level}`, label: `${p.label}, ${level}` } : {};
  const at = p.at === undefined ? {} : { at: p.at + first };
  if (p.kind === "sd") return { ...p, ...own, ...at, of: p.of * k + b };
  const pair = ([i, j]: readonly [number, number]): [number, number] => [i * k + b, j * k + b];
  if (p.kind === "cor") return { ...p, ...own, ...at, of: pair(p.of), alike: p.alike?.map(pair) };
  return { ...p, ...own, at: p.at + first };
}
