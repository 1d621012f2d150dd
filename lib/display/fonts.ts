/** The font of saved figures: Inter, which comes with the module in `data/`, so that a figure looks the same everywhere. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readBytes } from "../runtime.ts";

/** The files, by weight. */
const FILES = { regular: "Inter-Regular.otf", bold: "Inter-Bold.otf" } as const;

/** Regular and bold. */
export type Weights<T> = Readonly<Record<keyof typeof FILES, T>>;

const addressOf = (file: string) => new URL(`../../data/${file}`, import.meta.url);

let bytes: Promise<Weights<Uint8Array>> | null = null;

/** The fonts as bytes, read once. */
export function fontBytes(): Promise<Weights<Uint8Array>> {
  return bytes ??= both((file) =>
    readBytes(addressOf(file)).catch((error: Error) => {
      throw new Error(`Cannot read the font ${file} at ${addressOf(file)}: ${error.message}`);
    })
  );
}

let paths: Promise<Weights<string>> | null = null;

/** Where the fonts are as files: those of the module, or, of one that was loaded from an address, copies in a temporary folder. */
export function fontPaths(): Promise<Weights<string>> {
  return paths ??= addressOf("").protocol === "file:"
    ? both((file) => Promise.resolve(fileURLToPath(addressOf(file))))
    : copied();
}

async function copied(): Promise<Weights<string>> {
  const all = await fontBytes(), folder = await mkdtemp(join(tmpdir(), "tidyglmm-"));
  const copy = async (file: string, data: Uint8Array) => {
    await writeFile(join(folder, file), data);
    return join(folder, file);
  };
  return { regular: await copy(FILES.regular, all.regular), bold: await copy(FILES.bold, all.bold) };
}

async function both<T>(of: (file: string) => Promise<T>): Promise<Weights<T>> {
  const [regular, bold] = await Promise.all([of(FILES.regular), of(FILES.bold)]);
  return { regular, bold };
}
