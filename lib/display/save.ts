/** Figures as files: SVG, PNG and PDF in the size that a page has for them. */
import { writeFile } from "node:fs/promises";
import { checkOptions, checkValue, type Kinds, kinds, noMore } from "../check.ts";
import { type Drawable, markupOf } from "./drawable.ts";
import type { FigureElement } from "./figure.ts";
import { pdfOf } from "./pdf.ts";
import { pngFile } from "./png.ts";
import { PAPERS, pixelSize, standalone, type Theme } from "./standalone.ts";

/**
 * A length as papers and journals state it.
 *
 * @category Figures and tables
 */
export type Length = `${number}${"mm" | "cm" | "in" | "pt" | "px"}`;

/**
 * Options of {@link save}.
 *
 * @category Figures and tables
 */
export interface SaveOptions {
  /**
   * Width of the file: pixels, or a length such as "85mm", one column of most journals. A result is drawn for that width, with text of
   * 9 pixels (7 points) where it is a length; a figure that is drawn already is scaled. As drawn where not given.
   */
  width?: number | Length;
  /** Dots per inch of a PNG (300 where the width is a length, else 192: two for a pixel). */
  dpi?: number;
  /** Dark text on white, or light text on black ("light"). */
  theme?: Theme;
}

const OPTIONS: Kinds<SaveOptions> = {
  width: {
    should: 'a number of pixels or a length such as "85mm"',
    is: (value) => kinds.positive.is(value) || lengthOf(value) !== null,
  },
  dpi: kinds.positive,
  theme: kinds.oneOf(...Object.keys(PAPERS)) as Kinds<SaveOptions>["theme"],
};

/** CSS pixels in a unit. */
const PIXELS = { px: 1, pt: 96 / 72, in: 96, cm: 96 / 2.54, mm: 96 / 25.4 };
/** Size of text in print, against that on a screen. */
const PRINT = 0.75;

/**
 * Saves a figure. The file needs nothing else: colours and paper are in it, text is set in Inter, which comes with the module.
 *
 * ```ts
 * import { dataset, emmeans, fit, save } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool * tension", await dataset("warpbreaks"), { family: "poisson" });
 * const folder = Deno.makeTempDirSync();
 * await save(emmeans(model, "tension | wool"), `${folder}/means.svg`, { width: "85mm" });
 * await save(emmeans(model, "tension").plot({ width: 400 }), `${folder}/means.svg`, { theme: "dark" });
 * ```
 *
 * @param figure a result that draws itself, or what `.plot()` gave
 * @param path a file whose name ends in ".svg", ".png" (drawn by resvg) or ".pdf" (written by pdfkit); these two libraries are fetched
 * from npm the first time
 * @throws {TypeError} when the first is no figure; {RangeError} for another ending; {Error} when the file cannot be written
 * @category Figures and tables
 */
export async function save(
  figure: FigureElement | Drawable,
  path: string,
  options: SaveOptions = {},
): Promise<void> {
  noMore("save", arguments, 3);
  checkValue("save", "path", path, kinds.text);
  checkOptions("save", options, OPTIONS);
  const write = writers[endingOf(path)];
  const { theme = "light", width } = options, wanted = lengthOf(width);
  const printed = wanted !== null && wanted.unit !== "px";
  const drawn = markupOf("save", figure, wanted && wanted.pixels / (printed ? PRINT : 1)),
    pixels = pixelSize(drawn);
  const wide = wanted?.pixels ?? pixels.width, size = { wide, high: wide * pixels.height / pixels.width };
  const unit = wanted?.unit ?? "px", inUnit = (value: number) => `${round(value / PIXELS[unit])}${unit}`;
  const svg = standalone(drawn, theme, { width: inUnit(size.wide), height: inUnit(size.high) });
  const dpi = options.dpi ?? (printed ? 300 : 192);
  await write(path, { svg, ...size, dpi }).catch((error) => {
    throw error.code === "ENOENT" ? new RangeError(`Cannot save "${path}": there is no such folder`) : error;
  });
}

/** A figure to write: its SVG, its size in CSS pixels, and dots per inch. */
interface Page {
  readonly svg: string;
  readonly wide: number;
  readonly high: number;
  readonly dpi: number;
}

const writers = {
  svg: (path: string, { svg }: Page) => writeFile(path, svg),
  png: async (path: string, { svg, wide, dpi }: Page) =>
    writeFile(path, await pngFile(svg, Math.round(wide / 96 * dpi), dpi)),
  pdf: async (path: string, { svg, wide, high }: Page) =>
    writeFile(path, await pdfOf(svg, wide * 0.75, high * 0.75)),
} as const;

function endingOf(path: string): keyof typeof writers {
  const ending = path.match(/\.([a-zA-Z]+)$/)?.[1].toLowerCase() ?? "";
  if (Object.hasOwn(writers, ending)) return ending as keyof typeof writers;
  throw new RangeError(
    `Cannot save "${path}": the name should end in ${
      Object.keys(writers).map((name) => `.${name}`).join(", ")
    }, which says what to write`,
  );
}

interface Wanted {
  readonly pixels: number;
  readonly unit: keyof typeof PIXELS;
}

/** A width in CSS pixels with the unit in which it was given; null for none, or what is no length. */
function lengthOf(width: unknown): Wanted | null {
  if (typeof width === "number") return { pixels: width, unit: "px" };
  const [, number, unit] = String(width).match(/^(\d+(?:\.\d+)?|\.\d+)(mm|cm|in|pt|px)$/) ?? [];
  if (!unit || !(Number(number) > 0)) return null;
  return { pixels: Number(number) * PIXELS[unit as Wanted["unit"]], unit: unit as Wanted["unit"] };
}

const round = (value: number): number => Math.round(value * 100) / 100;
