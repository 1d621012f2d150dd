/** Levels turned among each other have the sums of products of the levels themselves, in as few rows as are different. */
import assert from "node:assert/strict";
import { seed } from "../../../lib/math/random.ts";
import { rotatedLevels } from "../../../lib/model/objective/rotated_levels.ts";

const M = 4;

/** Σ_l w_la w_lbᵀ over the columns, from rows in any order. */
function products(columns: readonly Float64Array[], members: readonly (readonly number[])[]): number[] {
  const out: number[] = [];
  for (let a = 0; a < M; a++) {
    for (let b = 0; b < M; b++) {
      for (const x of columns) {
        for (const y of columns) out.push(members.reduce((s, rows) => s + x[rows[a]] * y[rows[b]], 0));
      }
    }
  }
  return out;
}

/** Subjects in two arms, whose visits have `ratio` times as much in common as they differ by, rows in the order of visits. */
function trial(subjects: number, ratio: number, more: "nothing" | "a base" | "a covariate") {
  const random = seed(2), n = subjects * M;
  const members = Array.from(
    { length: subjects },
    (_, s) => Array.from({ length: M }, (_, a) => a * subjects + s),
  );
  const make = (f: (s: number, a: number) => number) => {
    const out = new Float64Array(n);
    members.forEach((rows, s) => rows.forEach((row, a) => out[row] = f(s, a)));
    return out;
  };
  const own = members.map(() => ratio * random.normal()), base = members.map(() => 50 + random.normal());
  const X = [
    () => 1,
    (s: number) => s % 2,
    (_: number, a: number) => +(a === 2),
    (s: number, a: number) => a * (s % 2),
  ];
  if (more === "a base") X.push((s) => base[s]);
  if (more === "a covariate") X.push(() => random.normal());
  return { members, columns: [...X, (s: number) => own[s] + random.normal()].map(make) };
}

// arms: 2, a base 1, a covariate of its own at every visit M, and the response M
for (const [more, expected] of [["nothing", 2 + M], ["a base", 3 + M], ["a covariate", 2 + 2 * M]] as const) {
  for (const ratio of [1, 1e6]) {
    Deno.test(`subjects in two arms and ${more}, visits alike up to 1 in ${ratio}`, () => {
      const { columns, members } = trial(200, ratio, more);
      const { different, levels, columns: turned } = rotatedLevels(columns, {
        positions: [0, 2, 5, 6],
        members,
      });
      assert.deepEqual([different, levels], [expected, 200]);
      const own = Array.from({ length: different }, (_, t) => Array.from({ length: M }, (_, a) => t * M + a));
      const got = products(turned, own),
        size = products(columns, members).map(Math.abs),
        all = columns.length;
      products(columns, members).forEach((v, e) => {
        const [i, j] = [Math.floor(e / all) % all, e % all].map((k) =>
          Math.sqrt(M * 200) * largest(columns[k])
        );
        assert.ok(Math.abs(got[e] - v) <= 1e-15 * Math.max(size[e], i * j), `${e}: ${got[e]} ${v}`);
      });
    });
  }
}

// differences of visits are a millionth of the visits: of Gram–Schmidt's columns, not of their squares, they keep ten digits
Deno.test("differences of visits that are alike up to 1 in 1e6 keep their digits", () => {
  const { columns, members } = trial(200, 1e6, "a base"), last = columns.length - 1;
  const { columns: turned } = rotatedLevels(columns, { positions: [0, 1, 2, 3], members });
  const squares = (y: Float64Array, rows: readonly (readonly number[])[]) =>
    rows.reduce((s, at) => s + (y[at[1]] - y[at[0]]) ** 2, 0);
  const own = Array.from(
    { length: turned[0].length / M },
    (_, t) => Array.from({ length: M }, (_, a) => t * M + a),
  );
  const expected = squares(columns[last], members), got = squares(turned[last], own);
  assert.ok(Math.abs(got - expected) < 1e-8 * expected, `${got} ${expected}`);
});

Deno.test("as many levels as differ stay as they are", () => {
  const { columns, members } = trial(5, 1, "a covariate");
  const { different, columns: turned } = rotatedLevels(columns, { positions: [0, 1, 2, 3], members });
  assert.equal(different, 5);
  members.forEach((rows, l) =>
    rows.forEach((row, a) => columns.forEach((x, j) => assert.equal(turned[j][l * M + a], x[row])))
  );
});

function largest(x: Float64Array): number {
  return x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
}
