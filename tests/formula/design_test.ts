import { denseColumn } from "../../lib/math/columns.ts";
import assert from "node:assert/strict";
import { buildDesign } from "../../lib/formula/design.ts";
import type { CodingName } from "../../lib/formula/model_matrix.ts";
import type { Design } from "../../lib/formula/types.ts";
import { distance, exampleData, table } from "./tables.ts";

const frame = exampleData();

function design(formula: string, options: Partial<Parameters<typeof buildDesign>[2]> = {}): Design {
  return buildDesign({ formula, predictors: [] }, frame, { usesTrials: false, ...options });
}

interface TermCase {
  formula: string;
  response: string;
  intercept: boolean;
  labels: string[];
  columns: string[];
  assign: number[];
}

for (const expected of table<TermCase[]>("terms")) {
  Deno.test(`terms and columns as R: ${expected.formula}`, () => {
    const built = design(expected.formula, { usesTrials: expected.response.startsWith("cbind") });
    const { terms, names, dropped } = built.predictors[0];
    assert.equal(built.response.name, expected.response);
    assert.equal(terms[0]?.label === "(Intercept)", expected.intercept);
    assert.deepEqual(
      terms.map(({ label }) => label).filter((label) => label !== "(Intercept)"),
      expected.labels,
    );
    // R's model.matrix() keeps dependent columns: what is left and what is dropped make up all of them.
    assert.deepEqual(new Set([...names, ...dropped]), new Set(expected.columns));
    assert.equal(names.length + dropped.length, expected.columns.length);
    if (dropped.length > 0) return;
    assert.deepEqual(names, expected.columns);
    const assigned = terms.flatMap(({ label, count }) =>
      Array(count).fill(label === "(Intercept)" ? 0 : expected.labels.indexOf(label) + 1)
    );
    assert.deepEqual(assigned, expected.assign);
  });
}

interface MatrixCase {
  formula: string;
  contrasts: Record<string, CodingName>;
  columns: string[];
  values: number[][];
}

for (const expected of table<MatrixCase[]>("matrices")) {
  Deno.test(`values as R: ${expected.formula} ${JSON.stringify(expected.contrasts)}`, () => {
    const { names, X } = design(expected.formula, { contrasts: expected.contrasts }).predictors[0];
    expected.columns.forEach((name, j) => {
      const mine = names.indexOf(name);
      if (mine < 0) return;
      const size = Math.max(1, ...expected.values[j].map(Math.abs));
      // Sums of 24 terms and recurrences of degree 3: a few units in the last place.
      assert.ok(distance(denseColumn(X[mine]), expected.values[j]) <= 1e-12 * size, name);
    });
    assert.ok(names.length > 0 && names.every((name) => expected.columns.includes(name)));
  });
}

interface RandomCase {
  term: string;
  expanded: { bar: string; group: string; names: string[]; levels: string[]; level: number[] }[];
}

for (const expected of table<RandomCase[]>("random")) {
  Deno.test(`random terms as lme4: ${expected.term}`, () => {
    const { random } = design(`y ~ ${expected.term}`).predictors[0];
    assert.deepEqual(random.map(({ group }) => group), expected.expanded.map(({ group }) => group));
    random.forEach((term, k) => {
      assert.deepEqual(term.names, expected.expanded[k].names);
      assert.deepEqual(term.levels, expected.expanded[k].levels);
      assert.deepEqual([...term.level], expected.expanded[k].level);
      assert.equal(term.columns[0] === null, term.names[0] === "(Intercept)");
    });
  });
}

for (const expected of table<{ formula: string; kept: string[]; dropped: string[] }[]>("rank")) {
  Deno.test(`dependent columns as R's lm: ${expected.formula}`, () => {
    const { predictors: [{ names, dropped }], messages } = design(expected.formula);
    assert.deepEqual(names, expected.kept);
    assert.deepEqual(dropped, expected.dropped);
    assert.equal(messages.some((message) => message.includes("dropped")), dropped.length > 0);
  });
}
