/** The precision of a tree against the inverse of the shared branch lengths. */
import assert from "node:assert/strict";
import { fit, type Frame, phylogeny, pl } from "../../../../mod.ts";
import { Matrix, positiveInverse } from "../../../../lib/math/dense.ts";

/** Covariance over all nodes but the root, from the precision. */
function covariance({ labels, entries: { rows, cols, values } }: ReturnType<typeof phylogeny>): Matrix {
  const P = Matrix.zeros(labels.length, labels.length);
  for (let e = 0; e < values.length; e++) {
    P.set(rows[e], cols[e], values[e]);
    P.set(cols[e], rows[e], values[e]);
  }
  return positiveInverse(P)!;
}

const APES =
  "(((human:6.3,(chimp:2.1,'Pan paniscus':2.1)Pan:4.2):2.3[a comment],gorilla:8.6):7.1, orang_utan:15.7);";

Deno.test("the covariance of two species is their common way from the root", () => {
  const found = phylogeny(APES, { scale: false }), S = covariance(found);
  const at = (name: string) => found.labels.indexOf(name);
  const expected: [string, string, number][] = [
    ["human", "human", 15.7],
    ["chimp", "Pan paniscus", 7.1 + 2.3 + 4.2],
    ["human", "chimp", 9.4],
    ["human", "gorilla", 7.1],
    ["human", "orang_utan", 0],
    ["Pan", "chimp", 13.6],
  ];
  for (const [a, b, v] of expected) {
    assert.ok(Math.abs(S.get(at(a), at(b)) - v) < 1e-12, `${a} ${b}: ${S.get(at(a), at(b))}`);
  }
  const scaled = covariance(phylogeny(APES));
  assert.ok(scaled.sub(S.clone().div(15.7)).abs().max() < 1e-13);
});

Deno.test("a model with a tree is that with the covariance of its tips", () => {
  const tree = phylogeny(APES),
    S = covariance(tree),
    tips = ["human", "chimp", "Pan paniscus", "gorilla", "orang_utan"];
  const at = tips.map((name) => tree.labels.indexOf(name));
  const species = Array.from({ length: 60 }, (_, i) => tips[i % 5]), x = species.map((_, i) => Math.sin(i));
  const y = species.map((name, i) =>
    2 * tips.indexOf(name) + x[i] * (1 + tips.indexOf(name) / 3) + Math.cos(3 * i)
  );
  const data = pl.DataFrame({ species, x, y }) as Frame;
  for (const formula of ["y ~ x + (1 | species)", "y ~ x + (1 + x | species)"]) {
    const a = fit(formula, data, { known: { species: tree } });
    const b = fit(formula, data, { known: { species: { labels: tips, covariance: S.selection(at, at) } } });
    assert.ok(Math.abs(a.logLik - b.logLik) < 1e-7, `${a.logLik} ${b.logLik}`);
  }
});

const wrong: [string, RegExp][] = [
  ["(a:1,b:2)", /^SyntaxError: .*ends with a semicolon/],
  ["(a:1,b:2;", /^SyntaxError: .*a parenthesis does not close at character 8/],
  ["(a:1,b:x);", /^SyntaxError: .*a branch length is no number/],
  ["(a:1,b:2);;", /^SyntaxError: .*text after the tree/],
  ["(a:1,'b:2);", /^SyntaxError: .*a quoted name does not end/],
  ["(a,b);", /^RangeError: .*above "a" has no length/],
  ["(a:1,b:0);", /^RangeError: .*above "b" has length 0/],
  ["(a:1,a:1);", /^RangeError: .*"a" is there twice/],
  ["a;", /^RangeError: .*it has no branches/],
];
for (const [text, words] of wrong) {
  Deno.test(`refused: ${text}`, () => {
    assert.throws(() => phylogeny(text), (error) => words.test(String(error)) || assert.fail(String(error)));
  });
}
