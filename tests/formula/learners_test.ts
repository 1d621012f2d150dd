/** What transforms remember is the same from blocks of rows as from all rows at once. */
import assert from "node:assert/strict";
import { frameOf } from "../../lib/frame.ts";
import { DataColumns } from "../../lib/formula/data_columns.ts";
import { Evaluator } from "../../lib/formula/evaluate.ts";
import { parseExpression } from "../../lib/formula/parse.ts";
import * as transforms from "../../lib/formula/transforms/mod.ts";
import type { CallNode } from "../../lib/formula/tree.ts";

const n = 60, rows = Array.from({ length: n }, (_, i) => i);
const columns = {
  x: rows.map((i) => i % 17 === 4 ? null : 1e6 + Math.sin(i) + i / 10), // far from 0, and the blocks differ
  k: rows.map((i) => Math.floor(i / 13) / 10),
  f: rows.map((i) => "cab"[Math.floor(i / 20)]),
};
const calls: Record<string, readonly string[]> = {
  scale: [
    "scale(x)",
    "scale(x, scale = FALSE)",
    "scale(x, center = FALSE)",
    "scale(x, center = 1e6)",
    "scale(x, scale = 2)",
  ],
  poly: ["poly(x, 1)", "poly(x, 3)", "poly(x, 5)", "poly(k, 2)"],
  factor: ["factor(k)", "factor(f)", 'factor(f, levels = c("b", "a", "c"))'],
  "as.factor": ["as.factor(k)"],
  ordered: ["ordered(k)"],
  ns: [
    "ns(x)",
    "ns(x, df = 5)",
    "ns(k, knots = c(0.1, 0.3))",
    "ns(x, df = 3, Boundary.knots = c(1000001, 1000004))",
  ],
  cut: ["cut(k, 3)", "cut(x, c(0, 1000002, Inf))"],
};

for (const transform of Object.values(transforms).filter(({ learn }) => learn)) {
  for (const text of calls[transform.name] ?? [null]) {
    Deno.test(`learned in blocks as at once: ${text ?? transform.name}`, () => {
      assert.ok(text, `${transform.name} remembers something and has no case here`);
      const node = parseExpression(text) as CallNode, learner = transform.learn!();
      const inputs = (from: number, to: number) => {
        const part = Object.fromEntries(
          Object.entries(columns).map(([name, v]) => [name, v.slice(from, to)]),
        );
        return new Evaluator(new DataColumns(frameOf(part), { f: ["a", "b", "c"] })).inputs(node).inputs;
      };
      let state = null;
      for (let pass = 0; state === null && pass < 20; pass++) {
        for (let from = 0; from < n; from += 7) learner.add(inputs(from, from + 7));
        state = learner.finish(inputs(0, 7));
      }
      assertNear(state, transform.apply(inputs(0, n), null).state);
    });
  }
}

/** Equal; numbers to 1e-10: a mean of 1e6 beside a spread of 1 leaves ten digits of sixteen. */
function assertNear(a: unknown, b: unknown): void {
  const pattern = /-?\d+\.?\d*(e[-+]\d+)?/g, [s, t] = [a, b].map((v) => JSON.stringify(v));
  const numbers = (text: string) => (text.match(pattern) ?? []).map(Number), u = numbers(s), v = numbers(t);
  assert.equal(s.replace(pattern, "#"), t.replace(pattern, "#"));
  u.forEach((each, i) =>
    assert.ok(Math.abs(each - v[i]) <= 1e-10 * Math.abs(v[i]), `${each}, at once ${v[i]}`)
  );
}
