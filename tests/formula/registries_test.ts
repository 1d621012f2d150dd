/** Laws that every coding and every transform obeys: a new file is tested as soon as its line exists. */
import { denseColumn } from "../../lib/math/columns.ts";
import assert from "node:assert/strict";
import * as codings from "../../lib/formula/codings/mod.ts";
import { buildDesign } from "../../lib/formula/design.ts";
import { evaluateRecipe } from "../../lib/formula/evaluate_recipe.ts";
import { independentColumns } from "../../lib/formula/rank.ts";
import { findTransform, transformNames } from "../../lib/formula/transforms/registry.ts";
import { frameOf } from "../../lib/frame.ts";

for (const coding of Object.values(codings)) {
  Deno.test(`coding ${coding.name}: k − 1 columns that span all contrasts with the constant`, () => {
    for (const k of [2, 3, 4, 7, 12]) {
      const levels = Array.from({ length: k }, (_, i) => `level${i}`);
      const columns = coding.columns(levels);
      assert.equal(columns.length, k - 1);
      assert.equal(new Set(coding.suffixes(levels)).size, k - 1);
      const all = [Array(k).fill(1), ...columns].map((column) => Float64Array.from(column));
      assert.equal(independentColumns(all).length, k);
    }
  });
}

for (const { name, columns } of [codings.sum, codings.helmert, codings.poly]) {
  Deno.test(`coding ${name}: columns sum to zero`, () => {
    for (const column of columns(["a", "b", "c", "d", "e"])) {
      assert.ok(Math.abs(column.reduce((sum, value) => sum + value, 0)) < 1e-15);
    }
  });
}

Deno.test("coding poly: orthonormal up to 20 levels", () => {
  const columns = codings.poly.columns(Array.from({ length: 20 }, (_, i) => String(i)));
  columns.forEach((a, i) =>
    columns.forEach((b, j) => {
      const product = a.reduce((sum, value, row) => sum + value * b[row], 0);
      assert.ok(Math.abs(product - (i === j ? 1 : 0)) < 1e-14);
    })
  );
});

for (const name of transformNames.filter((each) => each !== "cbind")) {
  Deno.test(`transform ${name}: named in the registry, and new data of one row give that row's value`, () => {
    assert.equal(findTransform(name)!.name, name);
    const data = { y: [1, 2, 3, 4, 5, 7], x: [1, 2, 3, 4, 2, 1] };
    const formula = `y ~ 0 + ${name}(x${name === "cut" ? ", 3" : ""})`;
    const { predictors: [{ X }], recipe } = buildDesign({ formula, predictors: [] }, frameOf(data), {
      usesTrials: false,
    });
    data.x.forEach((x, row) => {
      const { predictors: [fresh] } = evaluateRecipe(recipe, frameOf({ x: [x] }));
      assert.deepEqual(fresh.X.map((column) => column[0]), X.map((column) => denseColumn(column)[row]));
    });
  });
}

Deno.test("poly columns are orthonormal, also far from zero", () => {
  const x = Array.from({ length: 50 }, (_, i) => 1e6 + i * i / 50);
  const frame = frameOf({ y: x, x });
  const X = buildDesign({ formula: "y ~ poly(x, 4)", predictors: [] }, frame, { usesTrials: false })
    .predictors[0].X.map(denseColumn);
  X.slice(1).forEach((a, i) =>
    X.slice(1).forEach((b, j) => {
      const product = a.reduce((sum, value, row) => sum + value * b[row], 0);
      // x − mean carries a relative error of 1e-16 · 1e6 / 50, which the degree multiplies.
      assert.ok(Math.abs(product - (i === j ? 1 : 0)) < 1e-10, `${i} ${j} ${product}`);
    })
  );
});

Deno.test("rank: a share of 1e-6 is kept, 1e-8 is dropped, whatever the scale and the columns before", () => {
  const n = 1000;
  const base = Array.from(
    { length: 6 },
    (_, j) => Float64Array.from({ length: n }, (_, i) => Math.sin((j + 1) * i)),
  );
  const near = (share: number, scale: number) =>
    Float64Array.from(
      { length: n },
      (_, i) => scale * (base[0][i] - 2 * base[3][i] + share * Math.cos(7.5 * i)),
    );
  const big = base[1].map((value) => 1e9 + value);
  for (const scale of [1e-12, 1, 1e12]) {
    assert.deepEqual(independentColumns([...base, near(1e-5, scale)]), [0, 1, 2, 3, 4, 5, 6]);
    assert.deepEqual(independentColumns([...base, near(1e-8, scale)]), [0, 1, 2, 3, 4, 5]);
    // After a nearly dependent column was kept, exact dependence on it is still seen.
    const doubled = near(1e-5, scale).map((value, i) => 3 * value + base[2][i] * scale);
    assert.deepEqual(independentColumns([...base, near(1e-5, scale), doubled]), [0, 1, 2, 3, 4, 5, 6]);
  }
  assert.deepEqual(independentColumns([new Float64Array(n).fill(1), big, base[1], new Float64Array(n)]), [
    0,
    2,
  ]);
});

Deno.test("rank: a column is left out for where it lies, or as a combination, and the message tells which", () => {
  const n = 60, z = Float64Array.from({ length: n }, (_, i) => Math.sin(i)), x = z.map((v) => 1000 + 0.1 * v);
  const data = frameOf({
    y: z,
    x,
    time: z.map((v) => 1.7e12 + 1e3 * v), // milliseconds within a few seconds
    rest: x.map((v) => 100 - v),
    almost: x.map((v, i) => v + 1e-9 * Math.cos(i)),
  });
  const said = (right: string) =>
    buildDesign({ formula: `y ~ ${right}`, predictors: [] }, data, { usesTrials: false }).messages.join(" ");
  for (const right of ["x + I(x^2)", "time"]) {
    assert.match(said(right), /dropped.*lie so far from 0.*scale\(x\).*poly\(x, 2\)/, right);
    assert.doesNotMatch(said(right), /linear combination/);
  }
  for (const right of ["x + rest", "x + almost", "x + I(2 * x)"]) {
    assert.match(said(right), /dropped.*linear combination/, right);
    assert.doesNotMatch(said(right), /far from 0/);
  }
  assert.equal(said("scale(time) + I(scale(x)^2)"), "");
});
