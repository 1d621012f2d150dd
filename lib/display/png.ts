/** Figures as PNG: files, and what exports keep that know neither SVG nor HTML (LaTeX, PDF). */
import { fontPaths } from "./fonts.ts";
import { encodePng, type Picture, withResolution } from "./png_encoding.ts";
import { standalone } from "./standalone.ts";

/**
 * What draws SVG without a browser. Its address is no literal in import(), or it would be fetched with this module and not when the
 * first figure is shown; that the address is npm's is written there, which publishing asks for.
 */
export const RESVG = "@resvg/resvg-js@2.6.2";

/** Characters of a PNG at most, and how it is made smaller until it fits: pixels per pixel, colours. */
const MOST = 50_000;
const TRIES = [[1.5, 32], [1.5, 16], [1, 16], [0.75, 16], [0.5, 16]] as const;

type Render = new (svg: string, options: unknown) => { render(): Picture & { asPng(): Uint8Array } };

/** A figure as PNG in base64: black on white, at 1.5 pixels per pixel where that is small enough; null where nothing can draw it. */
export async function pngOf(svg: string): Promise<string | null> {
  const Resvg = await renderer().catch(() => null); // never fetched before, and no network: the notebook does not need it
  if (!Resvg) return null;
  let png = "";
  const own = standalone(svg, "light"), font = await fontOptions();
  for (const [zoom, colours] of TRIES) {
    const picture = new Resvg(own, { fitTo: { mode: "zoom", value: zoom }, font }).render();
    png = base64(encodePng(picture, colours));
    if (png.length <= MOST) break;
  }
  return png;
}

/**
 * A PNG file.
 * @param svg a figure of its own, see {@link standalone}
 * @param width in dots
 * @throws Error when what draws can neither be fetched nor is there
 */
export async function pngFile(svg: string, width: number, dpi: number): Promise<Uint8Array> {
  const Resvg = await renderer(), font = await fontOptions();
  const drawing = new Resvg(svg, { fitTo: { mode: "width", value: width }, font });
  return withResolution(drawing.render().asPng(), dpi);
}

let loading: Promise<Render> | null = null;

function renderer(): Promise<Render> {
  return loading ??= import(`npm:/${RESVG}`).then((library) => library.Resvg as Render, (error) => {
    loading = null;
    throw new Error(
      `Cannot draw PNG: ${RESVG} is fetched from npm the first time, and could not be (${
        (error as Error).message.split("\n")[0]
      }); save as .svg, or connect this machine once`,
    );
  });
}

/** The module's own font; what it lacks (Chinese names of levels, say) comes from the machine's. */
async function fontOptions(): Promise<Record<string, unknown>> {
  const { regular, bold } = await fontPaths();
  return {
    fontFiles: [regular, bold],
    loadSystemFonts: true,
    defaultFontFamily: "Inter",
    sansSerifFamily: "Inter",
  };
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
