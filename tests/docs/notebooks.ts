/** The notebooks as pages: their text, their code, and the outputs that they were committed with. */
import { escapeHtml } from "../../lib/display.ts";
import { formula, markdown } from "./markdown.ts";

interface Cell {
  readonly cell_type: "markdown" | "code";
  readonly source: string | string[];
  readonly outputs?: readonly Output[];
}

interface Output {
  readonly output_type: string;
  readonly text?: string | string[];
  readonly data?: Record<string, string | string[]>;
}

const joined = (text: string | string[] = ""): string => typeof text === "string" ? text : text.join("");

/** The title and HTML of a notebook. */
export function notebookPage(
  json: string,
  links: (address: string) => string,
): { title: string; body: string } {
  const { cells } = JSON.parse(json) as { cells: Cell[] };
  const body = cells.map(({ cell_type, source, outputs = [] }) => {
    const text = joined(source);
    if (cell_type === "markdown") return markdown(text, links);
    const shown = streamsJoined(outputs).map(outputHtml).filter(Boolean).map((html) =>
      `<div class="output">${html}</div>`
    );
    return `<pre><code>${escapeHtml(text)}</code></pre>${shown.join("")}`;
  }).join("\n");
  const title = cells.map(({ source }) => joined(source).match(/^# (.+)$/m)?.[1]).find(Boolean) ?? "Notebook";
  return { title: title.replace(/[`*]/g, ""), body };
}

/** What was printed, in one piece. */
function streamsJoined(outputs: readonly Output[]): Output[] {
  return outputs.reduce((all: Output[], next) => {
    const last = all.at(-1);
    if (last?.output_type !== "stream" || next.output_type !== "stream") return [...all, next];
    return [...all.slice(0, -1), { ...last, text: joined(last.text) + joined(next.text) }];
  }, []);
}

function outputHtml({ output_type, text, data = {} }: Output): string {
  if (output_type === "stream") return `<pre>${escapeHtml(withoutColours(joined(text)))}</pre>`;
  if (data["text/html"]) return joined(data["text/html"]);
  if (data["text/latex"]) return formula(joined(data["text/latex"]).replace(/^\$+|\$+$/g, ""), true);
  return data["text/plain"] ? `<pre>${escapeHtml(withoutColours(joined(data["text/plain"])))}</pre>` : "";
}

// deno-lint-ignore no-control-regex
const withoutColours = (text: string): string => text.replace(/\x1b\[[\d;]*m/g, "");
