/** A figure as an SVG of its own: its colours and font are written in it, so that every program shows it alike. */

/**
 * Colours of figures outside a page.
 *
 * @category Figures and tables
 */
export type Theme = "light" | "dark";

/** Colour of text and of the paper. */
export const PAPERS: Readonly<Record<Theme, { readonly ink: string; readonly paper: string }>> = {
  light: { ink: "#1b1b1b", paper: "#ffffff" },
  dark: { ink: "#e6e6e6", paper: "#1e1e1e" },
};

/** The font that comes with the module, and what stands in for it in programs that do not know it. */
const FONTS = "Inter, 'Helvetica Neue', Arial, sans-serif";

/**
 * A figure without `currentColor`, style sheets and the page's font, on opaque paper.
 * @param theme of a figure that was drawn without one of its own
 * @param size how large it is drawn, as SVG says it: { width: "85mm", height: "46mm" }; in pixels where not given
 */
export function standalone(
  svg: string,
  theme: Theme,
  size?: { readonly width: string; readonly height: string },
): string {
  const own = /^<svg[^>]*\bdata-theme="(\w+)"/.exec(svg)?.[1] as Theme | undefined;
  const { ink, paper } = PAPERS[own ?? theme];
  const plain = svg
    .replace(/<style>[^<]*<\/style>/g, "")
    .replace(/background:none;?|--plot-background:transparent;?|max-width:100%;?|height:auto;?/g, "")
    .replace(/var\(--plot-background\)/g, paper)
    .replace(/currentColor/g, ink)
    .replace(/system-ui, sans-serif/g, FONTS)
    .replace(/ style=""/g, "");
  const [open] = plain.match(/^<svg[^>]*>/)!;
  return `${sized(withNamespace(open), size)}<rect width="100%" height="100%" fill="${paper}"/>${
    plain.slice(open.length)
  }`;
}

/** Width and height in pixels. */
export function pixelSize(svg: string): { width: number; height: number } {
  const [open] = svg.match(/^<svg[^>]*>/) ?? [""];
  const of = (name: string) => Number(open.match(new RegExp(`\\s${name}="([\\d.]+)(?:px)?"`))?.[1]);
  return { width: of("width"), height: of("height") };
}

const withNamespace = (open: string): string =>
  /\bxmlns=/.test(open) ? open : open.replace(/^<svg/, '<svg xmlns="http://www.w3.org/2000/svg"');

function sized(open: string, size?: { readonly width: string; readonly height: string }): string {
  if (!size) return open;
  return open.replace(/\swidth="[^"]*"/, ` width="${size.width}"`).replace(
    /\sheight="[^"]*"/,
    ` height="${size.height}"`,
  );
}
