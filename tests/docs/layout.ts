/** The frame of every page: navigation, styles in light and dark, nothing from elsewhere. */
import { escapeHtml } from "../../lib/display.ts";

/** A page of the site. */
export interface Page {
  /** File, from the site's folder: "tasks/predict.html". */
  readonly path: string;
  readonly title: string;
  /** HTML of its content. */
  readonly body: string;
}

/** Sections of the navigation, with the pages of each. */
export interface Section {
  readonly title: string;
  readonly pages: readonly Page[];
}

const STYLE = `
:root { color-scheme: light dark; --page: #fff; --ink: #1b1e23; --soft: #59626e; --rule: #dde1e6; --code: #f5f6f8; --link: #2456b3; }
@media (prefers-color-scheme: dark) { :root { --page: #14171b; --ink: #e6e8eb; --soft: #a2abb8; --rule: #343a43; --code: #1d2127; --link: #8ab4ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
.site { display: grid; grid-template-columns: 15rem minmax(0, 1fr); max-width: 78rem; margin: 0 auto; }
nav { padding: 1.5rem 1rem; border-right: 1px solid var(--rule); font-size: 14px; position: sticky; top: 0; max-height: 100vh; overflow-y: auto; }
nav h2 { font-size: 12px; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); margin: 1.3rem 0 .3rem; }
nav a { display: block; color: var(--ink); text-decoration: none; padding: .12rem .4rem; border-radius: 4px; }
nav a[aria-current] { background: var(--code); font-weight: 600; }
nav .name { font-weight: 700; font-size: 18px; }
main { padding: 1.5rem 2rem 5rem; min-width: 0; }
main > * { max-width: 52rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .2rem 0 1rem; } h2 { margin: 2.4rem 0 .6rem; } h3 { margin: 1.8rem 0 .4rem; }
a { color: var(--link); }
pre { background: var(--code); padding: .8rem 1rem; border-radius: 6px; overflow-x: auto; font-size: 14px; line-height: 1.45; }
code { font-family: ui-monospace, monospace; font-size: .92em; } :not(pre) > code { background: var(--code); padding: .1em .3em; border-radius: 4px; }
pre code { font-size: inherit; }
.output { margin: .6rem 0 1.6rem; overflow-x: auto; } .output pre { background: none; border-left: 3px solid var(--rule); border-radius: 0; }
.output th, .output td { padding: .1rem .5rem; } main table { border-collapse: collapse; font-size: 14px; } main > table { display: block; overflow-x: auto; }
main > table td, main > table th { border-bottom: 1px solid var(--rule); padding: .3rem .7rem; text-align: left; vertical-align: top; }
figure { margin: 1.2rem 0 2.4rem; } figcaption { color: var(--soft); font-size: 14px; }
.gallery { max-width: none; } .sheet { overflow-x: auto; padding: 12px; border: 1px solid var(--rule); border-radius: 6px; margin: .4rem 0; }
.sheet.light { background: #fff; color: #1b1b1b; color-scheme: light; } .sheet.dark { background: #1e1e1e; color: #e6e6e6; color-scheme: dark; }
@media (max-width: 50rem) { .site { grid-template-columns: minmax(0, 1fr); } nav { position: static; max-height: none; border-right: 0; border-bottom: 1px solid var(--rule); } main { padding: 1rem; } }
`;

/** A page as a file. */
export function html(page: Page, sections: readonly Section[]): string {
  const up = "../".repeat(page.path.split("/").length - 1);
  const link = ({ path, title }: Pick<Page, "path" | "title">) =>
    `<a href="${up}${path}"${path === page.path ? ' aria-current="page"' : ""}>${escapeHtml(title)}</a>`;
  const navigation = sections.map(({ title, pages }) =>
    `<h2>${escapeHtml(title)}</h2>${pages.map(link).join("")}`
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)} · tidyglmm</title><style>${STYLE}</style></head>
<body><div class="site"><nav aria-label="Pages"><a class="name" href="${up}index.html">tidyglmm</a>${
    navigation.join("")
  }</nav>
<main>${page.body}</main></div></body></html>
`;
}
