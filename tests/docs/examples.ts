/** Pages with code that runs: every block of TypeScript is executed, and what its last line gives is shown below it. */
import { DISPLAY, escapeHtml } from "../../lib/display.ts";
import { columnNames, type Frame } from "../../lib/frame.ts";
import { toHtml } from "../../mod.ts";
import { formula, markdown } from "./markdown.ts";

/** The module's address, for pages that import it by its name. */
const MODULE = new URL("../../mod.ts", import.meta.url).href, NAME = '"@tidyglmm/tidyglmm"';

/**
 * The HTML of a page of Markdown with executed code.
 * @throws what the code throws, with the page's name
 */
export async function executed(
  name: string,
  text: string,
  links?: (address: string) => string,
): Promise<string> {
  const pieces = text.split(/^```ts\n([\s\S]*?)^```\n/m); // text and code take turns
  const code = pieces.filter((_, k) => k % 2 === 1), shown: unknown[] = [];
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  const key = `tidyglmm.docs.${name}`;
  Object.assign(globalThis, { [key]: (k: number, value: unknown) => shown[k] = value });
  const source = code.map((block, k) =>
    withLastShown(block, (value) => `globalThis["${key}"](${k}, ${value});`)
  );
  await Deno.writeTextFile(file, source.join("\n").replaceAll(NAME, `"${MODULE}"`));
  try {
    await import(`file://${file}`);
  } catch (error) {
    throw new Error(`The code of page ${name} fails: ${(error as Error).message}`, { cause: error });
  } finally {
    await Deno.remove(file);
  }
  return pieces.map((piece, k) => {
    if (k % 2 === 0) return markdown(piece, links);
    const block = `<pre><code>${escapeHtml(piece.trimEnd())}</code></pre>`, at = (k - 1) / 2;
    return shown[at] === undefined ? block : `${block}<div class="output">${htmlOf(shown[at])}</div>`;
  }).join("\n");
}

/** A block of code whose last statement, where it is an expression, hands its value over. */
export function withLastShown(block: string, show: (value: string) => string): string {
  const lines = block.trimEnd().split("\n");
  let first = lines.length - 1;
  while (first > 0 && !/^[\w$(["'`]/.test(lines[first])) first--;
  const last = lines.slice(first).join("\n").replace(/;(\s*\/\/[^\n]*)?$/, "");
  if (/^(const|let|import|export|for|if|while|function|class|async function)\b/.test(last)) return block;
  return [...lines.slice(0, first), show(last)].join("\n");
}

/** A value as a notebook shows it. */
function htmlOf(value: unknown): string {
  // deno-lint-ignore no-explicit-any
  const bundle = (value as any)?.[DISPLAY]?.() as Record<string, unknown> | undefined;
  if (bundle?.["text/latex"]) return formula(String(bundle["text/latex"]).replace(/^\$+|\$+$/g, ""), true);
  if (bundle?.["text/html"]) return String(bundle["text/html"]);
  if (isFrame(value)) return toHtml(value);
  const text = typeof value === "string" ? value : Deno.inspect(value, { colors: false });
  return `<pre>${escapeHtml(text)}</pre>`;
}

function isFrame(value: unknown): value is Frame {
  return Object.prototype.toString.call(value) === "[object DataFrame]" &&
    columnNames(value as Frame).length > 0;
}
