/**
 * Fits every model of three tutorials, prints what R would print, and writes one page with the tables and figures that a
 * notebook shows. Run: `deno task demo [page]`; the page is demo.html unless named.
 */
import { type FigureElement, type Model, summary } from "../../mod.ts";
import { escapeHtml } from "../../lib/display.ts";
import { page, type Part } from "./page.ts";
import { tutorials } from "./tutorials.ts";

const DISPLAY = Symbol.for("Jupyter.display");

/** Everything shown, as parts of a page; text goes to `print` as soon as it is known. */
export async function run(
  print: (text: string) => void,
): Promise<{ parts: Part[]; models: number; figures: number }> {
  const parts: Part[] = [];
  let models = 0, figures = 0;
  for (const { title, question, steps } of await tutorials()) {
    print(`\n${title}\n${"=".repeat(title.length)}\n${question}\n`);
    parts.push({ kind: "chapter", title, lead: question });
    const remaining = steps();
    for (let start = performance.now();; start = performance.now()) {
      const { value, done } = remaining.next();
      if (done) break;
      const [name, shown] = value, html = htmlOf(shown);
      print(`✓ ${name} (${(performance.now() - start).toFixed(0)} ms)`);
      if (isModel(shown)) {
        models++;
        print(`\n${summary(shown)}\n`);
      } else if (typeof shown === "string") print(`  ${shown}`);
      figures += /<object |<img /.test(html) ? 1 : 0;
      parts.push({ kind: "result", title: name, html });
    }
  }
  return { parts, models, figures };
}

/** A notebook's view: the HTML of the display bundle, of a model with its printed summary folded below. */
function htmlOf(shown: unknown): string {
  if (typeof shown === "string") return `<p>${escapeHtml(shown)}</p>`;
  const bundle = (shown as { [DISPLAY]?: () => Record<string, string> })[DISPLAY]?.();
  if (!bundle) return (shown as FigureElement).outerHTML;
  if (!isModel(shown)) return bundle["text/html"];
  return `${bundle["text/html"]}<details><summary>As R prints it</summary><pre>${
    escapeHtml(summary(shown))
  }</pre></details>`;
}

function isModel(shown: unknown): shown is Model {
  return typeof shown === "object" && shown !== null && "certificate" in shown;
}

if (import.meta.main) {
  const start = performance.now(), file = Deno.args[0] ?? "demo.html";
  const { parts, models, figures } = await run(console.log);
  const lead = `${models} models of three tutorials, fitted in Deno: what a notebook shows of them.`;
  await Deno.writeTextFile(file, page("Generalized linear mixed models", lead, parts));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`\n${models} models and ${figures} figures in ${seconds} s: open ${file}`);
}
