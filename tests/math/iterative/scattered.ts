/** Systems of crossed factors, as random rows give them. */
import { seed } from "../../../lib/math/random.ts";
import { blockPattern, valuesLength } from "../../../lib/math/sparse.ts";

/** ZᵀZ + I of random rows that touch one level of each factor, with so many effects a level. */
export function scattered(
  factors: readonly { levels: number; width: number }[],
  rows: number,
  nested = false,
) {
  const r = seed(3), sizes = factors.flatMap(({ levels, width }) => new Array<number>(levels).fill(width));
  const first = factors.map((_, k) => factors.slice(0, k).reduce((s, { levels }) => s + levels, 0));
  const touched = Array.from({ length: rows }, () => {
    const nodes = factors.map(({ levels }, k) => first[k] + Math.floor(levels * r.uniform()));
    if (nested) nodes[1] = first[1] + Math.floor((nodes[0] - first[0]) / 4); // of coarser groups of four
    return {
      nodes,
      z: nodes.map((v) => Float64Array.from({ length: sizes[v] }, (_, a) => a === 0 ? 0.7 : r.normal() / 2)),
    };
  });
  const blocks = new Map<string, number>(), row: number[] = [], col: number[] = [];
  for (const { nodes } of touched) {
    nodes.forEach((v, a) =>
      nodes.slice(0, a).forEach((u) => {
        const key = `${v} ${u}`;
        if (blocks.has(key)) return;
        blocks.set(key, row.length);
        row.push(v);
        col.push(u);
      })
    );
  }
  const pattern = blockPattern(sizes, Int32Array.from(row), Int32Array.from(col)),
    values = new Float64Array(valuesLength(pattern));
  sizes.forEach((w, v) => {
    for (let a = 0; a < w; a++) values[pattern.at[v] + a * w + a] = 1;
  });
  const add = (b: number, x: Float64Array, y: Float64Array) => {
    y.forEach((f, c) => x.forEach((v, a) => values[pattern.at[b] + c * x.length + a] += v * f));
  };
  for (const { nodes, z } of touched) {
    nodes.forEach((v, a) => {
      add(v, z[a], z[a]);
      nodes.slice(0, a).forEach((u, c) => add(pattern.nodes + blocks.get(`${v} ${u}`)!, z[a], z[c]));
    });
  }
  return { pattern, values, ranges: factors.map(({ levels }, k) => ({ node: first[k], nodes: levels })) };
}

/** What is to be seen: factors in either order, of one effect and several, nested, and few rows. */
export const shapes = {
  "two crossed factors": scattered([{ levels: 300, width: 1 }, { levels: 120, width: 1 }], 3000),
  "the smaller one first": scattered([{ levels: 120, width: 1 }, { levels: 300, width: 1 }], 3000),
  "slopes in both": scattered([{ levels: 300, width: 2 }, { levels: 120, width: 3 }], 5000),
  "three crossed factors": scattered([{ levels: 300, width: 2 }, { levels: 90, width: 1 }, {
    levels: 40,
    width: 2,
  }], 5000),
  "a factor nested in another, and one that crosses": scattered(
    [{ levels: 240, width: 1 }, { levels: 60, width: 1 }, { levels: 90, width: 1 }],
    3000,
    true,
  ),
  "few rows": scattered([{ levels: 300, width: 1 }, { levels: 200, width: 1 }], 500),
};
