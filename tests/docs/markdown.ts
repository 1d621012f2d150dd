/** Markdown as HTML: anchors on headings, formulas as MathML, which browsers set without fonts or scripts of ours. */
import katex from "katex";
import { Marked } from "marked";
import { escapeHtml } from "../../lib/display.ts";

/** What a heading is linked by: "How right it is" → "how-right-it-is", as GitHub has it. */
export function anchor(title: string): string {
  return title.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").trim().replace(/ /g, "-");
}

/** A formula of LaTeX. */
export function formula(tex: string, display: boolean): string {
  return katex.renderToString(tex, { output: "mathml", displayMode: display, throwOnError: true });
}

const marked = new Marked({
  renderer: {
    heading({ tokens, depth, text }) {
      return `<h${depth} id="${anchor(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
  },
  extensions: [
    {
      name: "formula",
      level: "inline",
      start: (source) => source.match(/\$/)?.index,
      tokenizer(source) {
        const [raw, block, inline] = source.match(/^\$\$([^$]+)\$\$/) ??
          source.match(/^\$()([^$\n]+?)\$(?!\d)/) ?? [];
        return raw ? { type: "formula", raw, tex: block || inline, display: Boolean(block) } : undefined;
      },
      renderer: (token) => formula(token.tex, token.display),
    },
  ],
});

/** @param links changes the address of a link */
export function markdown(text: string, links: (address: string) => string = (address) => address): string {
  const made = marked.parse(text, { async: false });
  return made.replace(
    /(href|src)="([^"]*)"/g,
    (_, name, address) => `${name}="${escapeHtml(links(address))}"`,
  );
}
