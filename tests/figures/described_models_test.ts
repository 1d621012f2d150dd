/** Figures of what describes models: influence, R², coefficients of several models. */
import assert from "node:assert/strict";
import { textWidth } from "../../lib/figures/text.ts";
import { compareParameters, dataset, fit, influence, r2, tidy } from "../../mod.ts";

const sleep = await dataset("sleepstudy"), counts = await dataset("Salamanders");
const model = fit("Reaction ~ Days + (Days | Subject)", sleep);
const formula = "count ~ spp + mined + (1 | site)";
const plain = fit(formula, counts, { family: "poisson" });
const zeros = fit(formula, counts, { family: "nbinom2", zeroInflation: "~ mined" });
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

Deno.test("influence draws every group, filled above 4 / groups, and every coefficient", () => {
  const frame = influence(plain), svg = frame.plot().outerHTML, shown = texts(svg);
  const distance = frame.getColumn("cooks_distance").toArray() as number[], n = distance.length;
  for (const term of ["sppPR", "minedno", "4 / 23"]) {
    assert.ok(shown.some((text) => text.includes(term)), term);
  }
  const above = distance.filter((d) => d > 4 / n).length, terms = frame.columns.length - 4;
  const filled = [...svg.matchAll(/<g[^>]*aria-label="dot"[^>]*>|<circle/g)].map(([text]) => text);
  let solid = false, count = 0;
  for (const text of filled) {
    if (text.startsWith("<g")) solid = /fill="#/.test(text);
    else if (solid) count++;
  }
  assert.ok(above >= 3);
  assert.equal(count, above * (1 + terms));
});

Deno.test("the parts of the variance are a bar of 100 %, R² stands where they end", () => {
  const frame = r2(model), svg = frame.plot().outerHTML, shown = texts(svg);
  const [marginal, conditional] = frame.getColumn("estimate").toArray() as number[];
  for (const share of [marginal, conditional - marginal, 1 - conditional]) {
    assert.ok(
      shown.some((text) => Math.abs(parseFloat(text) - 100 * share) < 0.06 && text.endsWith("%")),
      `${share}`,
    );
  }
  assert.ok(shown.includes(String(Number(marginal.toPrecision(3)))));
  assert.equal(svg.match(/<circle/g)!.length, 2);
});

Deno.test("the parameters of several models are those of tidy, model after model", () => {
  const frame = compareParameters({ plain, zeros }), one = tidy(zeros, { effects: "fixed" });
  assert.deepEqual(frame.columns.slice(0, 4), ["model", "component", "term", "estimate"]);
  const rows = frame.toRecords().filter((row) => row.model === "zeros").map(({ model: _, ...row }) => row);
  const should = one.toRecords().map(({ effect: _, group: __, ...row }) => row);
  assert.deepEqual(rows, should);
  assert.equal(frame.height, 8 + one.height);
  const shown = texts(frame.plot().outerHTML);
  for (const text of ["plain", "zeros", "Zero inflation", "Intercepts", "(Intercept) zi", "minedno"]) {
    assert.ok(shown.includes(text), text);
  }
  assert.equal(
    shown.filter((text) => text === "sppPR").length,
    1,
    "one row for a term, whatever the number of models",
  );
});

Deno.test("models of different links are on different scales, and the note says so", async () => {
  const logit = fit("use ~ age", await dataset("Contraception"), { family: "binomial" });
  const text = (compareParameters(plain, logit) as unknown as Record<symbol, () => Record<string, string>>)
    [Symbol.for("Jupyter.display")]()["text/plain"];
  assert.match(text, /Their links differ \(log, logit\)/);
  assert.match(text, /M1: count ~ spp/);
  assert.throws(() => compareParameters({ M2: plain }, zeros), /RangeError: .*two models are called "M2"/);
});

Deno.test("names of coefficients are whole: none begins left of the figure", () => {
  const svg = compareParameters({ plain, zeros }).plot().outerHTML;
  for (const [, group] of svg.matchAll(/<g[^>]*text-anchor="end"[^>]*aria-label="text"[^>]*>([^]*?)<\/g>/g)) {
    for (const [, x, text] of group.matchAll(/translate\(([\d.]+),[\d.]+\)"[^>]*>([^<]*)</g)) {
      assert.ok(Number(x) - 10 >= textWidth(text) - 1, text);
    }
  }
});
