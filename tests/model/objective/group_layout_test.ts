/** Where terms stand among the random effects, and the standardised columns: z C⁻¹ with orthogonal columns of mean square 1. */
import assert from "node:assert/strict";
import { Matrix } from "../../../lib/math/dense.ts";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { nbinom2 } from "../../../lib/model/families/nbinom2.ts";
import { cellOf } from "../../../lib/model/structures/cells.ts";
import {
  basisRow,
  layOutGroups,
  layOutShapes,
  type RowGroup,
  type TermLayout,
} from "../../../lib/model/objective/group_layout.ts";
import { type Formulas, smallDesign } from "../../laws/small_designs.ts";
import { sameMatrix } from "./dense.ts";

const laidOut = (formulas: Formulas, units = [1, 1, 1]) => {
  const { predictors, n } = smallDesign(formulas.zi ? nbinom2() : gaussian(), formulas);
  return { groups: layOutGroups(predictors, units), predictors, n };
};

/** Columns as a matrix; null is ones. */
const matrix = (columns: readonly (Float64Array | null)[], n: number) =>
  new Matrix(columns.map((z) => z ? [...z] : new Array(n).fill(1))).transpose();

/** Z C of a term whose effects on the data's scale are C b is what the engine has. */
function checkColumns({ column }: RowGroup, { term, slot, count, basis }: TermLayout, n: number) {
  const own = matrix(column.slice(slot, slot + count), n);
  sameMatrix(matrix(term.columns, n).mmul(basis), own, 1e-12, term.label);
  return own.transpose().mmul(own).mul(1 / n);
}

Deno.test("unstructured terms have orthogonal columns of mean square 1, independent ones are scaled alone", () => {
  for (
    const [cond, isDiagonal] of [
      ["x + (x | g)", true],
      ["x + (x + w | g)", true],
      ["x + (0 + x | g)", true],
      ["x + (x || g)", false],
      ["x + (x + w || g)", false],
    ] as const
  ) {
    const { groups: [group], n } = laidOut({ cond }),
      [term] = group.terms,
      gram = checkColumns(group, term, n);
    gram.diagonal().forEach((v) => assert.ok(Math.abs(v - 1) < 1e-12, `${cond}: mean square ${v}`));
    const off = Matrix.abs(Matrix.sub(gram, Matrix.diag(gram.diagonal()))).max();
    assert.ok(isDiagonal ? off < 1e-12 : gram.rows === 1 || off > 1e-3, `${cond}: ${off}`);
  }
});

Deno.test("columns that are combinations of each other are scaled, not made orthogonal", () => {
  const { groups: [group], n } = laidOut({ cond: "x + (x + I(2 * x) | g)" }),
    [term] = group.terms,
    gram = checkColumns(group, term, n);
  assert.ok(Math.abs(Math.abs(gram.get(1, 2)) - 1) < 1e-12 && term.basis.get(0, 1) === 0);
});

Deno.test("C holds the unit of η, and a row of it says what a coefficient is of the engine's effects", () => {
  const [one] = laidOut({ cond: "x + (x | g)" }).groups,
    [four] = laidOut({ cond: "x + (x | g)" }, [4]).groups;
  sameMatrix(four.terms[0].basis, Matrix.mul(one.terms[0].basis, 4), 1e-15, "C");
  const { basis } = one.terms[0];
  assert.deepEqual(basisRow(one.terms[0], 0), [[0, basis.get(0, 0)], [1, basis.get(0, 1)]]);
  assert.deepEqual(basisRow(one.terms[0], 1), [[1, basis.get(1, 1)]]);
  const [positions] = laidOut({ cond: "x + ar1(0 + factor(t) | g)" }, [4]).groups;
  assert.deepEqual(basisRow(positions.terms[0], 3), [[3, 4]]); // one factor for all
});

Deno.test("factors with most nodes come first, effects follow each other without gaps, θ in the order of the terms", () => {
  const formulas = {
    cond: "x + (1 | h) + (x | g) + ar1(0 + factor(p) | h)",
    disp: "~ w + (1 | g)",
    zi: "~ 1 + (w | h)",
  };
  const { groups, predictors } = laidOut(formulas), terms = predictors.flatMap((p) => p.random);
  assert.deepEqual(groups.map((g) => g.nodes), [102, 8, 6]);
  assert.deepEqual(groups.map((g) => g.width), [1, 3, 3]); // (x | g) and (1 | g); (1 | h) and (w | h)
  assert.deepEqual(groups.map((g) => g.part), [[0], [0, 0, 1], [0, 2, 2]]);
  let node = 0, start = 0;
  for (const g of groups) {
    assert.deepEqual([g.node, g.start], [node, start]);
    node += g.nodes;
    start += g.nodes * g.width;
  }
  const places = groups.flatMap((g) => g.terms).sort((a, b) => terms.indexOf(a.term) - terms.indexOf(b.term));
  assert.deepEqual(places.map(({ theta, thetas }) => [theta, thetas]), [[0, 1], [1, 3], [4, 2], [6, 1], [
    7,
    3,
  ]]);
});

Deno.test("occasions: few are a node with a slot for each row's, many a node each; a row touches the effect of its own", () => {
  for (
    const [cond, width, positions, isDependent] of [["x + ar1(0 + factor(t) | g)", 6, 0, false], [
      "x + ar1(0 + factor(p) | h)",
      1,
      17,
      true,
    ]] as const
  ) {
    const { groups: [group], predictors: [{ random: [{ level, position, names }] }] } = laidOut({ cond });
    assert.deepEqual([group.width, group.cells?.first[1] ?? 0, group.precision !== null, group.onePosition], [
      width,
      positions,
      isDependent,
      true,
    ]);
    level.forEach((l, i) => {
      const code = position!.codes[i],
        effect = group.cells ? cellOf(group.cells, l, code) : l * names.length + code;
      assert.equal(group.start + group.index[i] * group.stride, effect, `row ${i}`);
      assert.equal(group.level[i] * group.width + (group.slot ? group.slot[i] : 0), effect, `row ${i}`);
    });
  }
});

Deno.test("shapes without rows stand where those with rows do", () => {
  const { groups, predictors } = laidOut({ cond: "x + (x | g) + (1 | h)" }),
    bases = new Map(groups.flatMap((g) => g.terms).map((t) => [t.term, t.basis]));
  const shapes = layOutShapes([predictors[0]], (term) => bases.get(term)!);
  shapes.forEach(({ terms, ...shape }, k) => {
    const {
      column: _column,
      index: _index,
      stride: _stride,
      level: _level,
      slot: _slot,
      terms: own,
      ...expected
    } = groups[k];
    assert.deepEqual(shape, expected);
    assert.deepEqual(
      terms.map(({ basis, slot, theta }) => [basis, slot, theta]),
      own.map(({ basis, slot, theta }) => [basis, slot, theta]),
    );
  });
});
