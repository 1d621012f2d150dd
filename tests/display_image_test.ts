/** Figures as notebooks keep them: what is stored, what survives a page that cleans its HTML, and how large it is. */
import assert from "node:assert/strict";
import { inflateSync } from "node:zlib";
import { figureHtml, onPaper } from "../lib/display/image.ts";
import { simplifyPath } from "../lib/display/paths.ts";
import { pngOf } from "../lib/display/png.ts";
import { encodePng } from "../lib/display/png_encoding.ts";
import { compact, withoutTitles } from "../lib/display/svg_text.ts";
import { withPng } from "../lib/display/bundle.ts";
import { resultFrame } from "../lib/display.ts";
import "../lib/figures/register.ts";
import { gallery } from "./figures/gallery.ts";
import {
  augment,
  checkModel,
  dataGrid,
  emmeans,
  fit,
  pl,
  Plot,
  predict,
  range,
  setSeed,
  simulateResiduals,
} from "../mod.ts";

/** Characters of a figure in all its forms. */
const MOST = 200_000;

const examples = Object.entries(await gallery()).map(([name, { kind, frame, meta, options }]) => ({
  name,
  svg: resultFrame(kind, frame, meta).plot(options as never).outerHTML,
}));
const address = (html: string, attribute: string) => {
  const found = html.match(new RegExp(` ${attribute}="data:image/svg\\+xml,([^"]*)"`))?.[1];
  return found === undefined ? null : decodeURIComponent(found);
};

for (const { name, svg } of examples) {
  Deno.test(`image of ${name}: whole, on paper, small`, async () => {
    const html = figureHtml(svg), image = address(html, "src")!, object = address(html, "data");
    for (const each of object === null ? [image] : [image, object]) {
      assert.match(
        each,
        /^<svg [^>]*xmlns='http:\/\/www\.w3\.org\/2000\/svg'[^>]*><style>[^<]*prefers-color-scheme:dark[^<]*<\/style>/,
      );
      assert.match(each, /<rect class='paper' width='100%' height='100%'\/>/);
      assert.doesNotMatch(each, /plot-background|background:none|&nbsp;/);
    }
    const texts = (markup: string) => markup.match(/<text[^>]*>/g)?.length;
    assert.equal(texts(image), texts(svg));
    assert.ok(!image.includes("<title>") && (object === null || object.includes("<title>")));
    assert.ok(html.length + (await pngOf(svg))!.length < MOST);
  });
}

Deno.test("a figure of 100,000 rows is small in all its forms", async () => {
  const n = 100_000, { rnorm } = setSeed(1), x = rnorm(n), e = rnorm(n);
  const data = pl.DataFrame({
    x,
    y: x.map((v, i) => v + e[i] + (i % 500) / 500),
    g: x.map((_, i) => `g${i % 500}`),
  });
  const model = fit("y ~ x + (1 | g)", data);
  const figures = {
    augment: augment(model).plot(),
    "augment over x": augment(model).plot({ x: "x", groupBy: "g" }),
    "predictions of all groups": predict(model, dataGrid(data, { x: range(5) }, { by: ["g"] })).plot(),
    residuals: simulateResiduals(model, { n: 60 }).plot(),
    checks: checkModel(model, { n: 60 }).plot(),
    "a line of Plot": Plot.lineY(x).plot(),
  };
  for (const [name, figure] of Object.entries(figures)) {
    const svg = String((figure as { outerHTML: string }).outerHTML), png = (await pngOf(svg))!;
    const { "text/html": html } = withPng({ "text/html": figureHtml(svg) }, png) as Record<string, string>;
    assert.ok(html.length + png.length < MOST, `${name}: ${html.length} + ${png.length}`);
  }
});

/** HTML that JupyterLab shows of what it does not trust; of the attributes those that results use (its sanitizer.ts, version 4). */
const TAGS =
  "b br code details div em i img p pre progress span strong sub summary sup table tbody td th thead tr ul li wbr"
    .split(" ");
const ATTRIBUTES: Record<string, string[]> = {
  "*": ["class", "dir", "hidden", "id", "lang", "style", "title"],
  img: ["align", "alt", "border", "height", "name", "src", "width"],
  td: ["align", "colspan", "nowrap", "rowspan", "valign", "width"],
  th: ["align", "colspan", "nowrap", "rowspan", "valign", "width"],
};

Deno.test("what JupyterLab does not trust keeps its figures and tables: only tags and attributes of its list are needed", () => {
  const model = fit("y ~ f", pl.DataFrame({ y: [1, 2, 3, 4, 5, 7], f: ["a", "b", "c", "a", "b", "c"] }));
  for (const shown of [model, emmeans(model, "~ f"), simulateResiduals(model, { n: 20 })] as object[]) {
    const show = (shown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")];
    const html = show()["text/html"].replace(/<object [^>]*?data="[^"]*"[^>]*>|<\/object>/g, ""); // not on the list
    for (const [, tag, attributes] of html.matchAll(/<([a-z]+)((?: [a-z-]+="[^"]*")*)>/g)) {
      assert.ok(TAGS.includes(tag), tag);
      for (const [, name] of attributes.matchAll(/ ([a-z-]+)="/g)) {
        assert.ok(ATTRIBUTES["*"].includes(name) || ATTRIBUTES[tag]?.includes(name), `${name} of ${tag}`);
      }
    }
    if (shown !== model) assert.match(html, /<img src="data:image\/svg\+xml,[^"]+" width="\d+"/);
  }
});

Deno.test("points of one look become markers, each still painted by itself; titles go", () => {
  const dots = [1, 2, 3, 4, 5].map((i) =>
    `<circle fill="red" r="2" cy="${i}" cx="${i}"><title>row ${i}</title></circle>`
  );
  const plain = withoutTitles(`<svg><g fill-opacity="0.5">${dots.join("")}</g></svg>`);
  assert.match(
    plain,
    /<marker id="p0"[^>]*><circle fill="red" r="2"\/><\/marker><path d="M1 1 2 2 3 3 4 4 5 5"[^>]*marker:url\(#p0\)/,
  );
  const few = `<svg>${dots.slice(0, 3).join("")}</svg>`;
  assert.equal(withoutTitles(few).match(/<circle/g)?.length, 3);
  assert.equal(
    compact('<svg><path d="M1.234,5.678L9.999,1" opacity="0.123"/></svg>'),
    '<svg><path d="M1.2,5.7L10,1" opacity="0.123"/></svg>',
  );
});

Deno.test("a line keeps its shape: nothing moves by more than a third of a pixel, extremes stay", () => {
  const points = Array.from(
    { length: 5000 },
    (_, i) => [i / 8, 100 + 80 * Math.sin(i / 300) + (i === 2500 ? 60 : 0)],
  );
  const d = `M${points.map((p) => p.join(",")).join("L")}`, short = simplifyPath(d);
  assert.ok(short.length < d.length / 10, `${short.length} of ${d.length}`);
  const kept = short.slice(1).split("L").map((p) => p.split(",").map(Number));
  assert.deepEqual([kept[0], kept.at(-1)], [points[0], points.at(-1)]);
  assert.ok(kept.some(([, y]) => y === points[2500][1]), "the spike");
  const toSegment = ([x, y]: number[], [x0, y0]: number[], [x1, y1]: number[]) => {
    const [dx, dy] = [x1 - x0, y1 - y0],
      t = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)));
    return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
  };
  for (const point of points) {
    const near = kept.slice(1).map((end, k) => [kept[k], end]).filter(([a, b]) =>
      b[0] >= point[0] - 1 && a[0] <= point[0] + 1
    );
    const distance = Math.min(...near.map(([a, b]) => toSegment(point, a, b)));
    assert.ok(distance < 0.33, `${point} is ${distance} pixels away`);
  }
  for (const same of ["M0,0L1,1", "M0,0C1,1 2,2 3,3".repeat(60)]) assert.equal(simplifyPath(same), same);
});

Deno.test("a PNG has the picture's size and colours", () => {
  const pixels = new Uint8Array(4 * 6).fill(255);
  pixels.set([255, 0, 0, 255], 4);
  const png = encodePng({ width: 3, height: 2, pixels }, 4), view = new DataView(png.buffer);
  assert.deepEqual([view.getUint32(16), view.getUint32(20), png[24], png[25]], [3, 2, 8, 3]);
  const text = new TextDecoder("latin1").decode(png),
    palette = text.indexOf("PLTE") + 4,
    data = text.indexOf("IDAT") + 4;
  assert.deepEqual([...png.slice(palette, palette + 6)], [255, 255, 255, 255, 0, 0]);
  assert.deepEqual([...inflateSync(png.slice(data, data + view.getUint32(data - 8)))], [
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
  ]);
});

Deno.test("a very large drawing is shown as pixels", () => {
  const large = `<img src="data:image/svg+xml,${"x".repeat(150_000)}" width="3">`,
    small = '<img src="data:image/svg+xml,x" width="3">';
  assert.deepEqual(
    withPng({ "text/html": large }, "AAAA")["text/html"],
    '<img src="data:image/png;base64,AAAA" width="3">',
  );
  assert.deepEqual(withPng({ "text/html": small }, "AAAA"), { "text/html": small, "image/png": "AAAA" });
  assert.match(
    onPaper("<svg width='3'><g/></svg>"),
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width='3'>/,
  );
});

Deno.test("a figure of hundreds of points tells its estimates when hovered, not its raw data", () => {
  const dot = (i: number) =>
    `<circle cx="${i % 60}.5" cy="${i}" r="2"><title>row ${i}, with its predictors in words</title></circle>`;
  const group = (n: number) => `<g fill="teal">${Array.from({ length: n }, (_, i) => dot(i)).join("")}</g>`;
  const figure = (n: number) => `<svg width="640" height="400">${group(n)}<g>${group(5)}</g></svg>`;
  const titles = (html: string) => {
    const [, address = ""] = html.match(/<object[^>]* data="([^"]*)"/) ?? [];
    return decodeURIComponent(address).match(/<title>/g)?.length ?? 0;
  };
  assert.equal(titles(figureHtml(figure(100))), 105, "all of few");
  assert.equal(titles(figureHtml(figure(600))), 5, "the estimates above a crowd");
  assert.equal(titles(figureHtml(figure(20_000))), 0, "none where the figure is large all the same");
});
