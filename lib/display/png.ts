/** Figures as PNG, for exports that know neither SVG nor HTML (LaTeX, PDF). */
import process from "node:process";
import { crc32, deflateSync } from "node:zlib";
import { onPaper } from "./image.ts";

/**
 * What draws SVG without a browser. Its address is no literal in import(), or it would be fetched with this module and not when the
 * first figure is shown; that the address is npm's is written there, which publishing asks for.
 */
export const RESVG = "@resvg/resvg-js@2.6.2";

/** Characters of a PNG at most, and how it is made smaller until it fits: pixels per pixel, colours. */
const MOST = 50_000;
const TRIES = [[1.5, 32], [1.5, 16], [1, 16], [0.75, 16], [0.5, 16]] as const;

/** A picture: pixels of red, green, blue and opacity, row by row. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

type Render = new (svg: string, options: unknown) => { render(): Picture };

/** A figure as PNG in base64: black on white, at 1.5 pixels per pixel where that is small enough; null where nothing can draw it. */
export async function pngOf(svg: string): Promise<string | null> {
  const Resvg = await renderer();
  if (!Resvg) return null;
  let png = "";
  for (const [zoom, colours] of TRIES) {
    png = base64(encodePng(draw(Resvg, svg, zoom), colours));
    if (png.length <= MOST) break;
  }
  return png;
}

let loading: Promise<Render | null> | null = null;

/** Without network, and never fetched before, there is no PNG; the notebook does not need it. */
function renderer(): Promise<Render | null> {
  return loading ??= import(`npm:/${RESVG}`).then((library) => library.Resvg as Render, () => null);
}

function draw(Resvg: Render, svg: string, zoom: number): Picture {
  const plain = onPaper(svg).replace(/<style>[^<]*<\/style>/, "").replaceAll("system-ui, ", "").replace(
    "<svg",
    '<svg color="#1b1b1b"',
  ).replace('class="paper"', 'fill="#fff"');
  const font = { loadSystemFonts: true, sansSerifFamily: SANS, defaultFontFamily: SANS };
  return new Resvg(plain, { fitTo: { mode: "zoom", value: zoom }, font }).render();
}

/** A font without serifs that almost every machine of the kind has. */
const SANS = process.platform === "linux" ? "DejaVu Sans" : "Arial";

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/**
 * A PNG of few colours: the most frequent ones, all others by the nearest of them.
 * Source: W3C, Portable Network Graphics, sections 5 and 11.
 */
export function encodePng({ width, height, pixels }: Picture, colours: number): Uint8Array {
  const keys = new Uint16Array(width * height), count = new Map<number, number>();
  for (let i = 0; i < keys.length; i++) {
    const [r, g, b] = [pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]];
    keys[i] = (r >> 3) << 10 | (g >> 3) << 5 | b >> 3;
    count.set(keys[i], (count.get(keys[i]) ?? 0) + 1);
  }
  const palette = [...count].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, colours).map(([key]) =>
    rgb(key)
  );
  const index = new Map([...count.keys()].map((key) => [key, nearest(palette, rgb(key))]));
  const rows = new Uint8Array((width + 1) * height); // each begins with its filter: 0, none
  for (let i = 0; i < keys.length; i++) rows[i + Math.floor(i / width) + 1] = index.get(keys[i])!;
  const header = new Uint8Array(13), view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 3, 0, 0, 0], 8); // 8 bits per pixel, by palette
  return concatenate([
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk("IHDR", header),
    chunk("PLTE", Uint8Array.from(palette.flat())),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** A colour of 5 bits each. */
function rgb(key: number): [number, number, number] {
  const level = (bits: number) => Math.round((bits & 31) * 255 / 31);
  return [level(key >> 10), level(key >> 5), level(key)];
}

function nearest(palette: readonly (readonly number[])[], [r, g, b]: readonly number[]): number {
  let best = 0, least = Infinity;
  palette.forEach((colour, i) => {
    const distance = (colour[0] - r) ** 2 + (colour[1] - g) ** 2 + (colour[2] - b) ** 2;
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concatenate([new TextEncoder().encode(type), data]), ends = new DataView(new ArrayBuffer(8));
  ends.setUint32(0, data.length);
  ends.setUint32(4, crc32(body));
  return concatenate([new Uint8Array(ends.buffer, 0, 4), body, new Uint8Array(ends.buffer, 4, 4)]);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
