/** Observable Plot as the module hands it out: it draws where there is no browser, and shows itself in a notebook. */
import assert from "node:assert/strict";
import { Plot } from "../../mod.ts";

const shown = (figure: unknown) =>
  (figure as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]();

Deno.test("Plot.plot draws without a browser's document and shows itself as HTML", () => {
  const figure = Plot.plot({ marks: [Plot.dot([[1, 2], [3, 5]])] });
  assert.match(shown(figure)["text/html"], /<img src="data:image\/svg\+xml,[^]*circle[^]*circle/);
});

Deno.test("a mark's own plot() does, too, and so do marks in a list, legends and captions", () => {
  assert.match(shown(Plot.dot([[1, 2]]).plot())["text/html"], /<img [^]*circle/);
  const figure = Plot.plot({
    color: { legend: true },
    caption: "two dots",
    marks: [Plot.dot([{ g: "a", x: 1 }, { g: "b", x: 2 }], { x: "x", fill: "g" })],
  });
  const html = shown(figure)["text/html"];
  assert.match(html, /<img [^]*%3Ea%3C\/text%3E[^]*%3Eb%3C\/text%3E[^]*%3Etwo dots%3C\/text%3E/);
  assert.doesNotMatch(html, /<figure|plot-background/);
  assert.equal(shown(figure)["text/plain"], "two dots");
});
