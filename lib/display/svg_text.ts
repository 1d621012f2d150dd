/** SVG as text, made small: what a screen does not show is left out. */
import { simplifyPath } from "./paths.ts";

/** Attributes that hold coordinates. */
const GEOMETRY = /\b(d|transform|points|x|y|x1|x2|y1|y2|cx|cy|width|height)="([^"]*)"/g;
/** Circles in a row from which they are drawn as the markers of one path. */
const MANY = 4;

/** An SVG with coordinates to a tenth of a pixel and without what only readers of the markup need. */
export function compact(svg: string): string {
  return inTags(svg, (tag) =>
    tag.replace(/ aria-hidden="true"/g, "").replace(/ ?\/>$/, "/>").replace(
      GEOMETRY,
      (_, name, value) => `${name}="${toTenths(name === "d" ? simplifyPath(value) : value)}"`,
    ));
}

/** Marks of a figure of which somebody reads what each is. */
const READ = 150;
/** The innermost groups of an SVG: the marks of one kind in one panel. */
const GROUPS = /<g[^>]*>(?:(?!<g[\s>])[\s\S])*?<\/g>/g;

/** An SVG of which only the smaller groups of marks tell what each is: estimates, above crowds of raw data. */
export function withFewTitles(svg: string): string {
  const titles = (group: string) => group.match(/<title>/g)?.length ?? 0;
  const sizes = (svg.match(GROUPS) ?? []).map(titles);
  const upTo = (most: number) => sizes.reduce((sum, size) => sum + (size <= most ? size : 0), 0);
  const most = Math.max(0, ...sizes.filter((size) => upTo(size) <= READ));
  let crowds = 0;
  return svg.replace(GROUPS, (group) => titles(group) > most ? withoutTitles(group, `c${crowds++}-`) : group);
}

/**
 * An SVG without the titles that hovering shows, circles of one look drawn by one path.
 * @param prefix of the names of what draws them
 */
export function withoutTitles(svg: string, prefix = "p"): string {
  let count = 0;
  return svg.replace(/<title>[^<]*<\/title>/g, "").replace(/(<circle [^>]*[^/])><\/circle>/g, "$1/>").replace(
    /(?:<circle [^>]*\/>){2,}/g,
    (run) => joinCircles(run, () => prefix + count++),
  ).replace(/ aria-label="[^"]*"/g, "");
}

/** Numbers to a tenth. */
function toTenths(text: string): string {
  return text.replace(/-?\d*\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10));
}

function inTags(svg: string, change: (tag: string) => string): string {
  return svg.replace(/<[a-zA-Z][^>]*>/g, change);
}

/**
 * Circles that follow each other and differ in their place alone, as the vertices of a path whose markers they are: each is still
 * painted by itself, so that points that lie on each other look as before, at a fifth of the size.
 */
function joinCircles(run: string, name: () => string): string {
  const out: string[] = [];
  let look = "", group: { tag: string; at: string }[] = [];
  const flush = () => {
    if (group.length < MANY) out.push(...group.map(({ tag }) => tag));
    else {
      const id = name(), at = group.map((circle) => circle.at).join(" ");
      out.push(
        `<marker id="${id}" overflow="visible" markerUnits="userSpaceOnUse"><circle ${look}/></marker>` +
          `<path d="M${at}" fill="none" stroke="none" style="marker:url(#${id})"/>`,
      );
    }
    group = [];
  };
  for (const [tag, attributes] of run.matchAll(/<circle ([^>]*)\/>/g)) {
    const place = (axis: string) => attributes.match(new RegExp(`\\bc${axis}="([^"]*)"`))?.[1] ?? "0";
    const own = attributes.replace(/\s*\bc[xy]="[^"]*"/g, "").trim();
    if (own !== look || /transform/.test(own)) flush();
    look = own;
    group.push({ tag, at: `${place("x")} ${place("y")}` });
  }
  flush();
  return out.join("");
}
