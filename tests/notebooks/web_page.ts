/** What a reader of the page sees, as the browser has laid it out. */
/// <reference lib="dom" />
import type { Page } from "playwright-core";

/** One look: what was looked at, and what is wrong. */
export interface Check {
  readonly name: string;
  readonly problems: readonly string[];
}

/** Cells with outputs and figures. */
export interface Seen {
  readonly cells: number;
  readonly figures: number;
}

/** Pixels by which boxes may overlap: text boxes hold room for accents and descenders that no letter uses. */
const SLACK = 2;

/**
 * Looks at the outputs on a page of Jupyter.
 *
 * @param expected what the stored notebook has
 */
export async function lookAtOutputs(page: Page, expected: Seen): Promise<Check[]> {
  const { cells, errors, figures } = await page.evaluate(measure, SLACK);
  return [
    {
      name: `${cells} cells with outputs`,
      problems: cells === expected.cells ? [] : [`${expected.cells} were expected`],
    },
    { name: "no cell failed", problems: errors },
    {
      name: `${figures.length} figures`,
      problems: figures.length === expected.figures && expected.figures > 0
        ? []
        : [`${expected.figures} were expected`],
    },
    { name: "figures are visible", problems: figures.flatMap((f) => f.hidden) },
    { name: "figures are inside their output", problems: figures.flatMap((f) => f.outside) },
    { name: "text is inside its figure", problems: figures.flatMap((f) => f.cut) },
  ];
}

/**
 * Looks at the figures of a notebook that was opened and not run: images where it is not trusted, objects where it is.
 *
 * @param figures how many there should be
 */
export async function lookAtImages(page: Page, trusted: boolean, figures: number): Promise<Check[]> {
  const { images, objects, whole, loose } = await page.evaluate(imagesIn, SLACK),
    how = trusted ? "trusted" : "untrusted";
  const number = trusted ? objects + images : images;
  return [
    {
      name: `${how}: ${number} figures${trusted ? `, ${objects} of them tell their rows` : ", as images"}`,
      problems: number === figures && (trusted ? objects > 0 : objects === 0)
        ? []
        : [`${figures} were expected, ${objects} objects`],
    },
    { name: `${how}: figures are whole`, problems: whole },
    { name: `${how}: no text of a figure outside it`, problems: loose },
  ];
}

/** Runs in the page. */
function imagesIn(slack: number) {
  const areas = [...document.querySelectorAll<HTMLElement>(".output_html")];
  const count = (selector: string) => document.querySelectorAll(`.output_area ${selector}`).length;
  const whole = [...document.querySelectorAll<HTMLImageElement>(".output_area img")].flatMap((img, i) => {
    if (img.closest("object")) return [];
    const box = img.getBoundingClientRect(), area = img.closest(".output_subarea")!.getBoundingClientRect();
    const fine = img.complete && img.naturalWidth > 50 && box.width > 50 && box.height > 50 &&
      box.right <= area.right + slack;
    return fine ? [] : [
      `figure ${i + 1}: ${img.naturalWidth} pixels shown on ${Math.round(box.width)} × ${
        Math.round(box.height)
      }`,
    ];
  });
  const loose = areas.map((area) => area.innerText).filter((text) =>
    /Points: observed|−?\d\.\d−?\d\.\d−?\d\.\d/.test(text)
  );
  return {
    images: count("img") - count("object img"),
    objects: count("object"),
    whole,
    loose: loose.map((text) => text.slice(0, 80)),
  };
}

/** Runs in the page, so it can name nothing from outside. */
function measure(slack: number) {
  const name = (text: string | null) => JSON.stringify((text ?? "").trim().slice(0, 60));
  const round = (r: DOMRect) => [r.left, r.top, r.right, r.bottom].map(Math.round).join(" ");
  const inside = (a: DOMRect, b: DOMRect) =>
    a.left >= b.left - slack && a.right <= b.right + slack && a.top >= b.top - slack &&
    a.bottom <= b.bottom + slack;
  const areas = [...document.querySelectorAll(".output_area")];
  const cells = new Set(areas.map((area) => area.closest(".cell")));
  const drawn = [...document.querySelectorAll<HTMLElement>(".output_area object, .output_area img")].filter((
    each,
  ) => !each.parentElement!.closest("object"));
  const figures = drawn.map((object, i) => {
    // a page cannot look into an image: the same SVG is laid out in its place
    const place = document.createElement("div"),
      address = (object.getAttribute("data") ?? object.getAttribute("src"))!;
    place.innerHTML = decodeURIComponent(address.slice(address.indexOf(",") + 1));
    const svg = place.querySelector("svg")!,
      area = object.closest(".output_subarea")!.getBoundingClientRect();
    const shown = object.getBoundingClientRect();
    object.replaceWith(place);
    const box = svg.getBoundingClientRect();
    const marks = svg.querySelectorAll("path, circle, line, rect").length;
    const visible = shown.width > 50 && shown.height > 50 && marks > 5 &&
      address.startsWith("data:image/svg+xml,");
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent!.trim() !== "");
    return {
      hidden: visible ? [] : [`figure ${i + 1}: ${marks} marks on ${round(shown)}`],
      outside: inside(shown, area) && !svg.closest(".output_scroll")
        ? []
        : [`figure ${i + 1}: ${round(shown)} in an output of ${round(area)}`],
      cut: texts.filter((text) => !inside(text.getBoundingClientRect(), box)).map((text) =>
        `figure ${i + 1}: ${name(text.textContent)} at ${round(text.getBoundingClientRect())} in ${
          round(box)
        }`
      ),
    };
  });
  const errors = [...document.querySelectorAll(".output_error")].map((e) => name(e.textContent));
  return { cells: cells.size, errors, figures };
}
