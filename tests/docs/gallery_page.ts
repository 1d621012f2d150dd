/** The gallery: every example of the snapshot tests, at two widths, in light and dark. */
import { escapeHtml, resultFrame } from "../../lib/display.ts";
import { gallery } from "../figures/gallery.ts";

/** Pixels of a notebook's column, and of a wide page. */
const WIDTHS = [640, 1000];

/** Its HTML. */
export async function galleryPage(): Promise<string> {
  const figures = Object.entries(await gallery()).map(([name, { kind, frame, meta, options }]) => {
    const title = name.replaceAll("_", " ");
    const sheets = WIDTHS.flatMap((width) =>
      ["light", "dark"].map((theme) => {
        const { outerHTML } = resultFrame(kind, frame, meta).plot({ ...options, width });
        return `<div class="sheet ${theme}">${apart(outerHTML, `${width}-${theme}`)}</div>`;
      })
    );
    const [first, ...others] = sheets;
    return `<figure id="${name}"><h2>${escapeHtml(title)}</h2>${first}<details><summary>dark, and ${
      WIDTHS[1]
    } pixels wide</summary>${others.join("")}</details></figure>`;
  });
  return `<h1>Gallery</h1><p>Every figure of the module, on made-up results: the pictures with which the tests compare.</p>` +
    `<div class="gallery">${figures.join("\n")}</div>`;
}

/** The same figure several times on a page: its clip paths have names of their own. */
function apart(svg: string, suffix: string): string {
  return svg.replace(/(\bid="|url\(#)([\w-]+)/g, `$1$2-${suffix}`);
}
