/** What a notebook is given: bundles of models and results. */
import assert from "node:assert/strict";
import { pl } from "../../../lib/frame.ts";
import type { Frame } from "../../../lib/frame.ts";
import { dataset } from "../../../lib/datasets.ts";
import { confint } from "../../../lib/inference/intervals/confint.ts";
import { predict } from "../../../lib/inference/predict/predict.ts";
import { augment } from "../../../lib/inference/predict/residuals.ts";
import { fixef } from "../../../lib/model/result/coefficients.ts";
import { modelEcho } from "../../../lib/model/result/echo.ts";
import { fit } from "../../../lib/model/fit.ts";
import { ranef } from "../../../lib/model/result/ranef.ts";
import { summary } from "../../../lib/model/result/summary.ts";
import { glance, tidy } from "../../../lib/inference/intervals/tidy.ts";
import { varCorr } from "../../../lib/model/result/var_corr.ts";
import "../../../lib/figures/register.ts";

type Bundle = Record<string, string>;
const bundle = (shown: unknown): Bundle =>
  (shown as Record<symbol, () => Bundle>)[Symbol.for("Jupyter.display")]();

const sleep = await dataset("sleepstudy"), model = fit("Reaction ~ Days + (Days | Subject)", sleep);

Deno.test("a model shows its summary as text and as tables", () => {
  const shown = bundle(model);
  assert.equal(shown["text/plain"], summary(model));
  assert.equal(shown["text/html"].match(/<table/g)?.length, 3); // criteria, random effects, fixed effects
  for (const word of ["REML", "Random effects", "Fixed effects", "251.4", "Subject"]) {
    assert.ok(shown["text/html"].includes(word), word);
  }
  const parts = fit("count ~ mined", salamanders, {
    family: "nbinom2",
    zeroInflation: "~ mined",
    dispersion: "~ DOY",
  });
  assert.match(
    bundle(parts)["text/html"],
    /Fixed effects.*Dispersion \(log scale\).*Zero inflation \(logit scale\)/s,
  );
});

const salamanders = await dataset("Salamanders");

Deno.test("names and levels from the data are escaped", () => {
  const rows = Array.from({ length: 30 }, (_, i) => i);
  const data = pl.DataFrame({
    y: rows.map((i) => Math.sin(i) + (i % 3)),
    "a<b": rows.map((i) => Math.cos(2 * i)),
    "<i>g</i>": rows.map((i) => `<script>${i % 5}`),
  }) as Frame;
  const odd = fit("y ~ `a<b` + (1 | `<i>g</i>`)", data);
  for (const shown of [odd, ranef(odd), tidy(odd), predict(odd), augment(odd), modelEcho(odd)]) {
    const html = bundle(shown)["text/html"];
    assert.ok(html.includes("&lt;"), "the name is there");
    assert.doesNotMatch(html, /<script|<i>|a<b/);
  }
});

Deno.test("every result is a polars data frame; what polars derives from it is a plain one", () => {
  const results: Record<string, unknown> = {
    fixef: fixef(model),
    ranef: ranef(model),
    varCorr: varCorr(model),
    tidy: tidy(model),
    glance: glance(model),
    augment: augment(model),
    predict: predict(model),
    confint: confint(model, { method: "wald" }),
    modelEcho: modelEcho(model),
  };
  for (const [name, result] of Object.entries(results)) {
    const frame = result as Frame & { plot?: unknown };
    assert.ok(pl.DataFrame.isDataFrame(frame), name);
    assert.equal(Object.prototype.toString.call(frame), "[object DataFrame]", name);
    const shown = bundle(frame);
    assert.deepEqual(Object.keys(shown).sort(), [
      "application/vnd.dataresource+json",
      "text/html",
      "text/plain",
    ], name);
    assert.match(shown["text/html"], /<table/, name);
    const derived = frame.head(1) as Frame & { plot?: unknown };
    assert.equal(derived.height, 1, name);
    assert.equal(typeof frame.plot, "function", name);
    assert.equal(derived.plot, undefined, name);
  }
});

Deno.test("a model cannot be changed", () => {
  assert.ok(Object.isFrozen(model));
  assert.throws(() => Object.assign(model, { logLik: 0 }), TypeError);
});
