/**
 * A figure as a notebook keeps it: an image inside an object. Where scripts and objects are allowed the object shows, and hovering
 * tells the rows; what has not been trusted, and pages that clean their HTML, keep the image. An image cannot take the page's
 * colours, so it brings its paper, light or dark as the reader prefers.
 */
import { compact, withFewTitles, withoutTitles } from "./svg_text.ts";

/** Characters of a figure's HTML up to which hovering tells every row. */
const WHOLE = 60_000;
/** Characters up to which it tells those of estimates, of which there are few; above, the image alone is kept. */
const MOST = 130_000;

const STYLE = "svg{color:#1b1b1b}.paper{fill:#fff}" +
  "@media(prefers-color-scheme:dark){svg{color:#e6e6e6}.paper{fill:#1e1e1e}}";

/** A figure's SVG as a file of its own: on opaque paper, its text dark on light or light on dark. */
export function onPaper(svg: string): string {
  const own = svg.replace(/background:none;?|--plot-background:transparent;?/g, "").replace(
    /<svg(?![^>]*\bxmlns=)/,
    '<svg xmlns="http://www.w3.org/2000/svg"',
  );
  const [open] = own.match(/^<svg[^>]*>/)!;
  if (open.includes("data-theme=")) return own; // it has its paper
  return `${open}<style>${STYLE}</style><rect class="paper" width="100%" height="100%"/>${
    own.slice(open.length)
  }`;
}

/** The HTML of a figure. */
export function figureHtml(svg: string): string {
  const whole = compact(onPaper(svg)), plain = withoutTitles(whole);
  const width = svg.match(/^<svg[^>]*\bwidth="([\d.]+)"/)?.[1], size = width ? ` width="${width}"` : "";
  const alt = svg.match(/<desc>([^<]*)<\/desc>/)?.[1].replaceAll('"', "&quot;") ?? "figure";
  const picture = dataAddress(plain),
    image = `<img src="${picture}"${size} alt="${alt}" style="max-width:100%">`;
  const hovering = [[whole, WHOLE] as const, [withFewTitles(whole), MOST] as const].filter(([svg]) =>
    svg.includes("<title>")
  )
    .map(([svg, most]) => ({ address: dataAddress(svg, /[%#"&\n]|[^\x20-\x7e]+/g), most }))
    .find(({ address, most }) => address.length + picture.length <= most)?.address;
  if (!hovering) return block(image); // there is nothing to hover over, or no room for it: the image says it all
  return block(
    `<object type="image/svg+xml" data="${hovering}"${size} style="max-width:100%">${image}</object>`,
  );
}

function block(content: string): string {
  return `<div style="overflow-x:auto">${content}</div>`;
}

/** Characters that addresses do not have, and those that tools which clean HTML by patterns might take for tags. */
const UNSAFE = /[%#"&<>\n]|[^\x20-\x7e]+/g;

/** An SVG as an address, in single quotes so that it can stand in double ones. */
function dataAddress(svg: string, unsafe = UNSAFE): string {
  const quoted = svg.toWellFormed().replaceAll("&nbsp;", "\u00a0").replace(
    /<[a-zA-Z][^>]*>/g,
    (tag) => tag.replaceAll("'", "&#39;").replaceAll('"', "'"),
  );
  return "data:image/svg+xml," + quoted.replace(unsafe, encodeURIComponent);
}
