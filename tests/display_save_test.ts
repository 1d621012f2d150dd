import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { above, beside, type ResultFrame, save } from "../lib/display.ts";
import { dataset, emmeans, fit, pairs, simulateResiduals } from "../mod.ts";

const model = fit("breaks ~ wool * tension", await dataset("warpbreaks"), { family: "poisson" });
const means = emmeans(model, "tension | wool"), contrasts = pairs(means);
const folder = await Deno.makeTempDir(), path = (name: string) => join(folder, name);
const text = async (figure: Parameters<typeof save>[0], name: string, options = {}) => {
  await save(figure, path(name), options);
  return await Deno.readTextFile(path(name));
};
const bytes = async (figure: Parameters<typeof save>[0], name: string, options = {}) => {
  await save(figure, path(name), options);
  return await Deno.readFile(path(name));
};

Deno.test("save: an SVG needs no page: colours, paper and font are written in it", async () => {
  for (
    const [theme, ink, paper] of [["light", "#1b1b1b", "#ffffff"], ["dark", "#e6e6e6", "#1e1e1e"]] as const
  ) {
    const svg = await text(simulateResiduals(model, { n: 20 }), "residuals.svg", { theme });
    assert.doesNotMatch(svg, /currentColor|var\(|system-ui|<style|max-width/);
    assert.match(svg, /^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.ok(svg.includes(`fill="${ink}"`) && svg.includes(`height="100%" fill="${paper}"/>`), theme);
    assert.match(svg, /font-family="Inter, /);
  }
});

Deno.test("save: a result is drawn for a width in print, with text of 9 pixels; a figure is scaled", async () => {
  const sizes = (svg: string) =>
    svg.match(/^<svg[^>]*>/)![0].match(/(?<=\s(?:width|height|viewBox)=")[^"]*/g)!.sort();
  const drawn = await text(means, "column.svg", { width: "85mm" });
  const wide = Number(drawn.match(/viewBox="0 0 (\d+)/)![1]);
  assert.ok(Math.abs(wide * 0.75 - 85 / 25.4 * 96) < 1, `${wide} pixels`);
  assert.ok(sizes(drawn).includes("85mm"));
  const scaled = await text(means.plot({ width: 500 }), "scaled.svg", { width: "2.5in" });
  assert.match(scaled, /viewBox="0 0 500 /);
  assert.ok(sizes(scaled).includes("2.5in"));
  assert.ok(sizes(await text(means, "screen.svg", { width: 480 })).some((v) => v.startsWith("0 0 480 ")));
});

Deno.test("save: a PNG has the dots asked for, and says how many there are to an inch", async () => {
  const png = await bytes(means, "means.png", { width: "85mm", dpi: 600 }), view = new DataView(png.buffer);
  assert.deepEqual([...png.subarray(1, 4)], [80, 78, 71]);
  assert.equal(view.getUint32(16), Math.round(85 / 25.4 * 600));
  const at = Buffer.from(png).indexOf("pHYs");
  assert.equal(view.getUint32(at + 4), Math.round(600 / 0.0254));
  const screen = await bytes(means.plot({ width: 400 }), "screen.png");
  assert.equal(new DataView(screen.buffer).getUint32(16), 800, "two dots for a pixel");
});

Deno.test("save: a PDF is one page as large as the figure, with its text in the font that is shipped", async () => {
  const pdf = await bytes(means, "means.pdf", { width: "85mm" }),
    source = Buffer.from(pdf).toString("latin1");
  assert.ok(source.startsWith("%PDF-"));
  const [, width] = source.match(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/)!.map(Number);
  assert.ok(Math.abs(width - 85 / 25.4 * 72) < 0.01, `${width} points`);
  assert.equal(source.match(/\/Type \/Page\b/g)!.length, 1);
  assert.match(source, /\/FontName \/[A-Z]{6}\+Inter-Regular/);
  const drawing = [...source.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].map(([, data]) => {
    try {
      return inflateSync(Buffer.from(data, "latin1")).toString("latin1");
    } catch {
      return "";
    }
  });
  assert.ok(drawing.some((each) => (each.match(/ Tj|\] TJ/g) ?? []).length > 10), "text stays text");
});

Deno.test("save: what cannot be saved says why", async () => {
  const data = await dataset("warpbreaks");
  await assert.rejects(save(means, path("means.gif")), /RangeError: .*should end in \.svg, \.png, \.pdf/);
  await assert.rejects(save(means, path("nowhere/means.svg")), /RangeError: .*no such folder/);
  await assert.rejects(
    save(data as unknown as ResultFrame, path("a.svg")),
    /TypeError: .*data frame is no figure/,
  );
  await assert.rejects(save(means, path("a.svg"), { width: "85" as "85mm" }), /a length such as "85mm"/);
  await assert.rejects(save(means, path("a.svg"), { theme: "blue" as "dark" }), /known are "light", "dark"/);
});

Deno.test("beside, above: letters, sizes, and what they make is a figure again", async () => {
  const a = means.plot({ width: 300 }), b = contrasts.plot({ width: 340 });
  const row = beside(a, b), column = above(a, b, row);
  assert.match(row.outerHTML, /^<svg [^>]*width="656"/);
  assert.deepEqual([...row.outerHTML.matchAll(/>\((\w)\)</g)].map(([, letter]) => letter), ["a", "b"]);
  assert.equal([...column.outerHTML.matchAll(/>\(c\)</g)].length, 1);
  assert.match(await text(row, "row.svg", { width: "170mm" }), /width="170mm"/);
  // deno-lint-ignore no-explicit-any
  const shown = (row as any)[Symbol.for("Jupyter.display")]();
  assert.match(String(shown["text/html"]), /^<div[^>]*><(object|img)/);
  assert.throws(() => beside(), /without figures/);
});
