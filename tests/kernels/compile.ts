/** Compiles the kernels of WebAssembly into the module's source: `deno task kernels`. */
import wabt from "wabt";

const SOURCE = new URL("../../lib/math/wasm/tiles.wat", import.meta.url);
export const TARGET = new URL("../../lib/math/tile_code.ts", import.meta.url);

/** The TypeScript that holds the compiled kernels: with a memory of their own, and with one that threads share. */
export async function compiled(): Promise<string> {
  const text = await Deno.readTextFile(SOURCE), own = "(memory 1)", shared = "(memory 1 65536 shared)";
  const codes = await Promise.all([text, text.replace(own, shared)].map(code));
  const [first, second] = codes.map((c) => `"${c.toBase64()}"`);
  return `/** Made by \`deno task kernels\` of lib/math/wasm/tiles.wat: ${codes[0].length} bytes each. */\n` +
    `export const TILE_CODE = {\n  own:\n    ${first},\n  shared:\n    ${second},\n} as const;\n`;
}

async function code(text: string): Promise<Uint8Array> {
  const { parseWat } = await wabt(), parsed = parseWat("tiles.wat", text, { simd: true, threads: true });
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  return buffer;
}

if (import.meta.main) await Deno.writeTextFile(TARGET, await compiled());
