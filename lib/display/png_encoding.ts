/** PNG files: pictures of few colours, and how large a picture is meant to be. */
import { crc32, deflateSync } from "node:zlib";

/** A picture: pixels of red, green, blue and opacity, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
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

/**
 * A PNG that says how many dots it has per inch, so that programs which set it know its size.
 * @param png without that
 * Source: W3C, Portable Network Graphics, section 11.3.5.3 (pHYs).
 */
export function withResolution(png: Uint8Array, dpi: number): Uint8Array {
  const data = new Uint8Array(9), view = new DataView(data.buffer), perMetre = Math.round(dpi / 0.0254);
  view.setUint32(0, perMetre);
  view.setUint32(4, perMetre);
  data[8] = 1; // metres
  const head = 8 + 25; // signature and IHDR
  return concatenate([png.subarray(0, head), chunk("pHYs", data), png.subarray(head)]);
}
