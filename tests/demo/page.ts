/** One HTML page without any outside resource, legible in light and dark. */
import { escapeHtml } from "../../lib/display.ts";

/** What the page holds, in order. */
export type Part =
  | { readonly kind: "chapter"; readonly title: string; readonly lead: string }
  | { readonly kind: "result"; readonly title: string; readonly html: string };

const STYLE = `
  :root { color-scheme: light dark; --page: #fff; --ink: #1b1e23; --soft: #5b6470; --rule: #d9dde3; --card: #fff; }
  @media (prefers-color-scheme: dark) {
    :root { --page: #14171b; --ink: #e6e8eb; --soft: #a2abb8; --rule: #343a43; --card: #1a1e23; }
  }
  body { margin: 0 auto; max-width: 56rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--ink);
    font: 15px/1.5 system-ui, sans-serif; }
  h1 { font-size: 1.7rem; margin: 0 0 0.3rem; }
  h2 { font-size: 1.35rem; margin: 3rem 0 0.2rem; padding-top: 1rem; border-top: 2px solid var(--rule); }
  h3 { font-size: 1rem; margin: 0 0 0.5rem; }
  .lead, nav { color: var(--soft); }
  nav a { color: inherit; margin-right: 1rem; }
  section { margin: 1.2rem 0; padding: 0.9rem 1rem; border: 1px solid var(--rule); border-radius: 8px; background: var(--card); }
  pre, table { font-size: 13px; }
  summary { color: var(--soft); cursor: pointer; margin-top: 0.6rem; }
`;

/** The page as text. */
export function page(title: string, lead: string, parts: readonly Part[]): string {
  const chapters = parts.filter((part) => part.kind === "chapter");
  const links = chapters.map(({ title }) => `<a href="#${anchor(title)}">${escapeHtml(title)}</a>`).join("");
  const body = parts.map((part) =>
    part.kind === "chapter"
      ? `<h2 id="${anchor(part.title)}">${escapeHtml(part.title)}</h2><p class="lead">${
        escapeHtml(part.lead)
      }</p>`
      : `<section><h3>${escapeHtml(part.title)}</h3>${part.html}</section>`
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><h1>${escapeHtml(title)}</h1><p class="lead">${escapeHtml(lead)}</p><nav>${links}</nav>
${body.join("\n")}
</body></html>
`;
}

function anchor(title: string): string {
  return title.toLowerCase().replace(/[^a-z]+/g, "-");
}
