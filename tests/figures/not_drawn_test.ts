/** Figures say which rows they leave out because an estimate or an end of an interval is infinite. */
import assert from "node:assert/strict";
import { emmeans, fit, type Frame, pairs, pl, predict, tidy } from "../../mod.ts";

const data = pl.DataFrame({
  k: [3, 4, 2, 5, 0, 0, 0, 0, 1, 3, 6, 2],
  n: new Array(12).fill(10),
  t: [..."aaaabbbbcccc"],
}) as Frame;
const model = fit("cbind(k, n - k) ~ t", data, { family: "binomial" });
const text = (table: { plot(): { outerHTML: string } }) =>
  table.plot().outerHTML.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
const rows = pl.DataFrame({ t: ["a", "b"] }) as Frame;

const cases: [string, { plot(): { outerHTML: string } }, RegExp | null][] = [
  ["coefficients", tidy(model), /Not drawn, without a finite estimate: tb\./],
  ["means", emmeans(model, "~ t"), /Not drawn, without a finite estimate: b\./],
  ["differences", pairs(emmeans(model, "~ t")), /Not drawn, without a finite estimate: a - b, b - c\./],
  ["predictions", predict(model, rows, { type: "link" }), /Not drawn, without a finite estimate: one row\./],
  ["probabilities, which are finite", predict(model, rows), null],
];

for (const [name, table, said] of cases) {
  Deno.test(`figure of ${name}: what is not drawn`, () => {
    if (said) assert.match(text(table), said);
    else assert.doesNotMatch(text(table), /Not drawn|Without a bar/);
  });
}
