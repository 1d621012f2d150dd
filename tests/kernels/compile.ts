/** Compiles the kernels of WebAssembly into the module's source: `deno task kernels`. */
import wabt from "wabt";

const SOURCE = new URL("../../lib/math/wasm/tiles.wat", import.meta.url);
export const TARGET = new URL("../../lib/math/tile_code.ts", import.meta.url);

/** The TypeScript that holds the compiled kernels. */
export async function compiled(): Promise<string> {
  const { parseWat } = await wabt(), text = await Deno.readTextFile(SOURCE);
  const parsed = parseWat("tiles.wat", text, { simd: true }), { buffer } = parsed.toBinary({});
  parsed.destroy();
  const code = buffer.toBase64();
  return `/** Made by \`deno task kernels\` of lib/math/wasm/tiles.wat: ${buffer.length} bytes. */\n` +
    `export const TILE_CODE =\n  "${code}";\n`;
}

if (import.meta.main) await Deno.writeTextFile(TARGET, await compiled());
