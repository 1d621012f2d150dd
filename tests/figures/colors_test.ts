/** Colours of ordered categories are told from the page and from each other, on light and on dark paper. */
import assert from "node:assert/strict";
import { PAPERS } from "../../lib/display/standalone.ts";
import { orderedColors } from "../../lib/figures/colors.ts";

/** sRGB as light, 0 to 1. */
function linear(color: string): number[] {
  const hex = /^#(..)(..)(..)$/.exec(color)?.slice(1).map((v) => parseInt(v, 16));
  const parts = hex ?? /^rgb\((\d+), (\d+), (\d+)\)$/.exec(color)!.slice(1).map(Number);
  return parts.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
}

/** Contrast of two colours, 1 to 21. Source: WCAG 2.2, "relative luminance" and "contrast ratio". */
function contrast(a: string, b: string): number {
  const [low, high] = [a, b].map(linear).map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b)
    .sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Distance in OKLab; 0.02 is about what is just seen side by side. Source: Ottosson (2020). */
function distance(a: string, b: string): number {
  const [p, q] = [a, b].map(linear).map(([r, g, b]) => {
    const [l, m, s] = [
      0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
      0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
      0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
    ].map(Math.cbrt);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  });
  return Math.hypot(...p.map((v, i) => v - q[i]));
}

Deno.test("contrast is that of the definition", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.ok(Math.abs(contrast("#777777", "#ffffff") - 4.48) < 0.005); // as WCAG's own example of grey on white
});

for (let n = 2; n <= 10; n++) {
  Deno.test(`${n} ordered categories: lines are seen on white and on dark paper, and neighbours differ`, () => {
    const colors = orderedColors(Array.from({ length: n }, (_, i) => `${i}`));
    assert.equal(new Set(colors).size, n);
    for (const color of colors) {
      for (const { paper } of Object.values(PAPERS)) {
        assert.ok(contrast(color, paper) >= 3, `${color} on ${paper}: ${contrast(color, paper)}`);
      }
    }
    colors.slice(1).forEach((color, i) =>
      assert.ok(
        distance(color, colors[i]) > 0.035,
        `${colors[i]} and ${color}: ${distance(color, colors[i])}`,
      )
    );
  });
}

Deno.test("on a map residuals below are orange and those above violet, as its sentence says", async () => {
  const svg = await Deno.readTextFile(new URL("./test_spatial.svg", import.meta.url));
  const fills = new Map<string, Set<string>>();
  for (
    const [, fill, residual] of svg.matchAll(
      /<circle[^>]*fill="([^"]*)"[^>]*>\s*<title>[^<]*\nresidual (0|1)<\/title>/g,
    )
  ) {
    fills.set(residual, (fills.get(residual) ?? new Set()).add(fill));
  }
  assert.deepEqual([...fills.get("0")!], ["rgb(217, 119, 6)"]); // #d97706
  assert.deepEqual([...fills.get("1")!], ["rgb(129, 81, 210)"]); // #8151d2
});
