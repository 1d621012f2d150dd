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

/** Runs in the page, so it can name nothing from outside. */
function measure(slack: number) {
  const name = (text: string | null) => JSON.stringify((text ?? "").trim().slice(0, 60));
  const round = (r: DOMRect) => [r.left, r.top, r.right, r.bottom].map(Math.round).join(" ");
  const inside = (a: DOMRect, b: DOMRect) =>
    a.left >= b.left - slack && a.right <= b.right + slack && a.top >= b.top - slack &&
    a.bottom <= b.bottom + slack;
  const areas = [...document.querySelectorAll(".output_area")];
  const cells = new Set(areas.map((area) => area.closest(".cell")));
  const drawn = [...document.querySelectorAll<SVGSVGElement>(".output_area svg")].filter((svg) =>
    !svg.parentElement!.closest("svg")
  );
  const figures = drawn.map((svg, i) => {
    const box = svg.getBoundingClientRect(), area = svg.closest(".output_subarea")!.getBoundingClientRect();
    const marks = svg.querySelectorAll("path, circle, line, rect").length;
    const visible = box.width > 50 && box.height > 50 && marks > 5 && svg.checkVisibility();
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent!.trim() !== "");
    return {
      hidden: visible ? [] : [`figure ${i + 1}: ${marks} marks on ${round(box)}`],
      outside: inside(box, area) && !svg.closest(".output_scroll")
        ? []
        : [`figure ${i + 1}: ${round(box)} in an output of ${round(area)}`],
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
