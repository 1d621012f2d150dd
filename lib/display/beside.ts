/** Figures together: side by side or one below the other, with letters to refer to. */
import { type Displayable, displayable, mimeBundle } from "./bundle.ts";
import { type Drawable, markupOf } from "./drawable.ts";
import type { FigureElement } from "./figure.ts";
import { figureHtml } from "./image.ts";
import { pixelSize } from "./standalone.ts";

/** Room for a letter, and between two figures. */
const LETTER = 20, GAP = 16;

/**
 * Figures side by side, with letters (a), (b), … above them.
 *
 * ```ts
 * import { beside, dataset, emmeans, fit, pairs } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ tension", await dataset("warpbreaks"), { family: "poisson" });
 * const means = emmeans(model, "tension");
 * beside(means.plot({ width: 320 }), pairs(means).plot({ width: 320 })); // shows both; save() takes it as any figure
 * ```
 *
 * @param figures results that draw themselves, or what `.plot()`, `beside()` and `above()` give
 * @returns one figure
 * @throws {TypeError} when one is no figure, or there is none
 * @category Figures and tables
 */
export function beside(...figures: (FigureElement | Drawable)[]): FigureElement & Displayable {
  return together("beside", figures, (x, _, { width }) => [x + width + GAP, 0]);
}

/**
 * Figures one below the other, with letters as {@link beside} has them.
 *
 * ```ts
 * import { above, dataset, emmeans, fit, pairs } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ tension", await dataset("warpbreaks"));
 * const means = emmeans(model, "tension");
 * above(means, pairs(means));
 * ```
 *
 * @category Figures and tables
 */
export function above(...figures: (FigureElement | Drawable)[]): FigureElement & Displayable {
  return together("above", figures, (_, y, { height }) => [0, y + LETTER + height + GAP]);
}

type Next = (x: number, y: number, size: { width: number; height: number }) => [number, number];

function together(where: string, figures: readonly unknown[], next: Next): FigureElement & Displayable {
  if (figures.length === 0) throw new TypeError(`Cannot use ${where}() without figures`);
  let x = 0, y = 0, width = 0, height = 0;
  const body = figures.map((figure, k) => {
    const svg = markupOf(where, figure, null), size = pixelSize(svg);
    const letter = `<text x="${x + 4}" y="${y + 15}" font-weight="700" font-size="14">(${
      letterOf(k)
    })</text>`;
    const placed = letter + placedAt(svg, x, y + LETTER);
    width = Math.max(width, x + size.width);
    height = Math.max(height, y + LETTER + size.height);
    [x, y] = next(x, y, size);
    return placed;
  });
  const outerHTML = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" fill="currentColor" font-family="system-ui, sans-serif" font-size="12" role="img" ` +
    `style="max-width:100%;height:auto;background:none">${body.join("")}</svg>`;
  const bundle = () =>
    mimeBundle({ text: `${figures.length} figures`, html: figureHtml(outerHTML), svg: outerHTML });
  return displayable({ outerHTML }, bundle);
}

/** a, b, …, z, aa, ab, … */
function letterOf(k: number): string {
  return (k >= 26 ? letterOf(Math.floor(k / 26) - 1) : "") + String.fromCharCode(97 + k % 26);
}

/** An SVG inside another. */
function placedAt(svg: string, x: number, y: number): string {
  const [open] = svg.match(/^<svg[^>]*>/)!;
  const own = open.replace(/\s(x|y)="[^"]*"/g, "").replace(/max-width:100%;?|height:auto;?/g, "");
  return own.replace(/^<svg/, `<svg x="${x}" y="${y}"`) + svg.slice(open.length);
}
