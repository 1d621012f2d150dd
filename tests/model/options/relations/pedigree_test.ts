/** A⁻¹ against the inverse of A by the tabular method (Mrode 2014, section 2.2). */
import assert from "node:assert/strict";
import { fit, type Frame, pedigree, pl, ranef } from "../../../../mod.ts";
import { Matrix, positiveInverse } from "../../../../lib/math/dense.ts";
import { seed } from "../../../../lib/math/random.ts";

type Known = ReturnType<typeof pedigree>;

/** The precision as a dense matrix. */
function dense({ labels, entries: { rows, cols, values } }: Known): Matrix {
  const P = Matrix.zeros(labels.length, labels.length);
  for (let e = 0; e < values.length; e++) {
    P.set(rows[e], cols[e], values[e]);
    P.set(cols[e], rows[e], values[e]);
  }
  return P;
}

/** A over labels in an order in which parents come first. */
function tabular(labels: readonly string[], parentsOf: (label: string) => (string | null)[]): Matrix {
  const A = Matrix.zeros(labels.length, labels.length), at = new Map(labels.map((label, i) => [label, i]));
  labels.forEach((label, i) => {
    const parents = parentsOf(label).filter((p) => p !== null).map((p) => at.get(p)!);
    for (let j = 0; j < i; j++) {
      const a = parents.reduce((s, p) => s + A.get(j, p) / 2, 0);
      A.set(i, j, a);
      A.set(j, i, a);
    }
    A.set(i, i, 1 + (parents.length === 2 ? A.get(parents[0], parents[1]) / 2 : 0));
  });
  return A;
}

const random = seed(4);
const ids = Array.from({ length: 60 }, (_, i) => `a${i}`);
/** Generations that overlap, parents that are unknown, close relatives and selfing. */
const parents = ids.map((_, i): [string | null, string | null] => {
  if (i < 8) return [null, null];
  const pick = () => ids[Math.floor(i * random.uniform())], sire = pick();
  return [sire, i % 7 === 0 ? null : i % 11 === 0 ? sire : pick()];
});
const order = ids.map((_, i) => (i * 23) % ids.length); // no order at all
const frame = pl.DataFrame({
  id: order.map((i) => ids[i]),
  sire: order.map((i) => parents[i][0]),
  dam: order.map((i) => parents[i][1]),
}) as Frame;

Deno.test("A⁻¹ is the inverse of the relationships, with inbreeding, selfing and rows in any order", () => {
  const found = pedigree(frame), A = tabular(found.labels, (label) => parents[ids.indexOf(label)]);
  assert.equal(found.labels.length, ids.length);
  assert.ok(Math.max(...ids.map((_, i) => A.get(i, i))) > 1.2, "somebody is inbred");
  assert.ok(dense(found).mmul(A).sub(Matrix.eye(ids.length)).abs().max() < 1e-12);
});

Deno.test("parents without a row are founders, identifiers may be numbers, columns may have other names", () => {
  const small = pl.DataFrame({ animal: [3, 4, 5], father: [1, 1, 4], mother: [2, null, 3] }) as Frame;
  const found = pedigree(small, { id: "animal", sire: "father", dam: "mother" });
  assert.deepEqual([...found.labels].sort(), ["1", "2", "3", "4", "5"]);
  const of: Record<string, (string | null)[]> = { "3": ["1", "2"], "4": ["1", null], "5": ["4", "3"] };
  const A = tabular(found.labels, (label) => of[label] ?? []);
  assert.ok(dense(found).mmul(A).sub(Matrix.eye(5)).abs().max() < 1e-14);
});

Deno.test("an animal model with it is that with the dense inverse", () => {
  const labels = pedigree(frame).labels, A = tabular(labels, (label) => parents[ids.indexOf(label)]);
  const animal = Array.from({ length: 150 }, (_, i) => ids[8 + (i * 7) % 52]),
    x = animal.map(() => random.normal());
  const y = animal.map((label, i) => 3 + x[i] + (ids.indexOf(label) % 5) / 2 + random.normal());
  const data = pl.DataFrame({ animal, x, y }) as Frame;
  const a = fit("y ~ x + (1 + x | animal)", data, { known: { animal: pedigree(frame) } });
  const b = fit("y ~ x + (1 + x | animal)", data, {
    known: { animal: { labels, precision: positiveInverse(A)! } },
  });
  assert.ok(Math.abs(a.logLik - b.logLik) < 1e-8);
  assert.equal(ranef(a).height, 2 * ids.length); // ancestors without records, too
});

Deno.test("what is no pedigree is refused by name", () => {
  const of = (id: (string | null)[], sire: (string | null)[], dam: (string | null)[]) =>
    pedigree(
      pl.DataFrame([
        pl.Series("id", id, pl.String),
        pl.Series("sire", sire, pl.String),
        pl.Series("dam", dam, pl.String),
      ]) as Frame,
    );
  assert.throws(() => of(["a", "b"], ["b", "a"], [null, null]), /RangeError.*is its own ancestor/);
  assert.throws(() => of(["a"], ["a"], [null]), /"a" is its own ancestor/);
  assert.throws(() => of(["a", "a"], [null, null], [null, null]), /"a" stands in rows 0 and 1/);
  assert.throws(() => of([null], [null], [null]), /"id" is missing in row 0/);
  assert.throws(() => pedigree(frame, { sire: "father" }), /Cannot find column "father"/);
});

// Ten generations of two thousand, in a time that the suite does not notice; about four entries for an animal
Deno.test("twenty thousand animals", () => {
  const n = 20_000, each = 2000, random = seed(9);
  const before = (i: number) => {
    const start = (Math.floor(i / each) - 1) * each;
    return start < 0 ? null : `x${start + Math.floor(each * random.uniform())}`;
  };
  const id = Array.from({ length: n }, (_, i) => `x${i}`);
  const large = pl.DataFrame([
    pl.Series("id", id, pl.String),
    pl.Series("sire", id.map((_, i) => before(i)), pl.String),
    pl.Series("dam", id.map((_, i) => before(i)), pl.String),
  ]) as Frame;
  const { labels, entries } = pedigree(large);
  assert.equal(labels.length, n);
  assert.ok(entries.values.length < 5 * n);
});
