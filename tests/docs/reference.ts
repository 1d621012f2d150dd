/** The reference's first page: all exports by category, what each is in a sentence, linked to its page by `deno doc`. */
import { fileURLToPath } from "node:url";
import { escapeHtml } from "../../lib/display.ts";

/** An export as `deno doc` knows it. */
export interface Export {
  readonly name: string;
  readonly kind: "function" | "variable" | "class" | "interface" | "typeAlias";
  /** Its docstring, of the tags only the examples. */
  readonly text: string;
  readonly category: string;
}

/** Categories in the order in which an analysis needs them. */
export const CATEGORIES = [
  "Data and grids",
  "Fit",
  "Families",
  "The model",
  "Checks",
  "Tests and intervals",
  "Means and comparisons",
  "Predict and simulate",
  "Figures and tables",
  "Extend",
] as const;

interface Declaration {
  readonly kind: Export["kind"];
  readonly jsDoc?: {
    readonly doc?: string;
    readonly tags?: { readonly kind: string; readonly doc?: string }[];
  };
}

/** All exports of the module. */
export async function moduleExports(): Promise<Export[]> {
  const args = ["doc", "--json", fileURLToPath(new URL("../../mod.ts", import.meta.url))];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "null" }).output();
  const [{ symbols }] = Object.values(JSON.parse(new TextDecoder().decode(stdout)).nodes) as {
    symbols: { name: string; declarations: Declaration[] }[];
  }[];
  return symbols.map(({ name, declarations }) => {
    const { kind, jsDoc = {} } = declarations.find((each) => each.jsDoc) ?? declarations[0];
    const examples = jsDoc.tags?.filter((tag) => tag.kind === "example").map(({ doc }) => doc) ?? [];
    const category = jsDoc.tags?.find((tag) => tag.kind === "category")?.doc?.trim() ?? "";
    return { name, kind, text: [jsDoc.doc, ...examples].join("\n\n"), category };
  });
}

/** Its HTML. */
export async function referencePage(): Promise<string> {
  const all = await moduleExports(),
    isType = ({ kind }: Export) => kind === "interface" || kind === "typeAlias";
  const byName = (a: Export, b: Export) => a.name.localeCompare(b.name);
  const link = ({ name }: Export) => `<a href="api/~/${name}.html"><code>${name}</code></a>`;
  const sections = CATEGORIES.map((category) => {
    const own = all.filter((each) => each.category === category).sort(byName), types = own.filter(isType);
    const rows = own.filter((each) => !isType(each)).map((each) =>
      `<tr><td>${link(each)}</td><td>${escapeHtml(firstSentence(each.text))}</td></tr>`
    );
    const named = types.length > 0 ? `<p>Types: ${types.map(link).join(", ")}</p>` : "";
    return `<h2>${category}</h2><table>${rows.join("")}</table>${named}`;
  });
  return `<h1>Reference</h1>${sections.join("\n")}`;
}

/** The first sentence of a docstring, without its marks. */
function firstSentence(text: string): string {
  const [paragraph] = text.trim().split("\n\n"),
    plain = paragraph.replace(/\s+/g, " ").replace(/\{@link ([^}]+)\}|`/g, "$1");
  return plain.match(/^.*?[.:](?= [A-Z]|$)/)?.[0].replace(/:$/, ".") ?? plain;
}
