/** Options of every figure: what is not known is refused, what is known changes the figure. */
import assert from "node:assert/strict";
import { resultFrame } from "../../lib/display.ts";
import "../../lib/figures/register.ts";
import { Plot } from "../../mod.ts";
import { gallery } from "./gallery.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const examples = Object.entries(await gallery());
const kinds = [...new Set(examples.map(([, { kind }]) => kind))];

/** The markup of an example with further options; what it is refused with. */
function drawn(name: string, options: Record<string, unknown> = {}): string {
  const { kind, frame, meta, options: own } = Object.fromEntries(examples)[name];
  try {
    return (resultFrame(kind, frame, meta) as Any).plot({ ...own as Any, ...options }).outerHTML;
  } catch (error) {
    return String(error);
  }
}

const of = (kind: string) => examples.filter(([, example]) => example.kind === kind).map(([name]) => name);
const every: Record<string, unknown> = {
  width: 411,
  height: 333,
  title: "A title",
  caption: "A caption",
  x: { label: "an axis" },
  marks: [Plot.frame()],
  inset: 13,
  marginLeft: 97,
  marginRight: 97,
  marginTop: 97,
  marginBottom: 97,
  style: { fontSize: "17px" },
};
const vertical = { y: { label: "an axis" }, grid: true };
const levels = {
  ...vertical,
  color: { range: ["#123456", "#654321"] },
  fx: { padding: 0.3 },
  fy: { padding: 0.3 },
};
const own: Record<string, Record<string, unknown>> = {
  look: levels,
  predict: { ...levels, points: true },
  emmeans: levels,
  augment: { ...vertical, grid: false, color: levels.color, groupBy: "Days", x: "Days" },
  simulatedResiduals: { ...vertical, x: "x" },
  contrast: {},
  residuals: { ...vertical, kind: "qq", along: "Days" },
  description: {},
  influence: {},
  r2: {},
  parameters: { color: levels.color },
  ranef: {},
  tidy: {},
};

for (const kind of kinds) {
  const known = { ...every, ...(own[kind] ?? vertical) };
  Deno.test(`options of the figure "${kind}": each does something`, () => {
    for (const [option, value] of Object.entries(known)) {
      const changed = of(kind).filter((name) => {
        const figure = drawn(name, { [option]: value });
        return figure.startsWith("<svg") && figure !== drawn(name);
      });
      assert.ok(changed.length > 0, `${option}: ${drawn(of(kind)[0], { [option]: value }).slice(0, 200)}`);
    }
  });

  Deno.test(`options of the figure "${kind}": what is not known is refused`, () => {
    for (const option of ["facet", "subtitle", "projection", "points", "groupBy", "color", "y", "grid"]) {
      if (option in known) continue;
      assert.match(
        drawn(of(kind)[0], { [option]: 1 }),
        new RegExp(`^RangeError: Cannot use option "${option}" in plot\\(\\)`),
      );
    }
    const [name] = of(kind);
    assert.match(drawn(name, { widht: 300 }), /did you mean "width"/);
    assert.match(drawn(name, { main: "A title" }), /did you mean "title"/);
    assert.match(
      drawn(name, { width: "wide" }),
      /^TypeError: Cannot use width: it is "wide", it should be a number above 0/,
    );
    assert.match(drawn(name, { x: { lable: "an axis" } }), /did you mean "label"/);
    assert.match(drawn(name, { marks: Plot.frame() }), /^TypeError: Cannot use marks/);
  });
}
