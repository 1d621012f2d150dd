/** Models of the same data share which levels meet; the rows of all others are looked at anew. */
import assert from "node:assert/strict";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { couple } from "../../../lib/model/objective/coupling.ts";
import { layOutGroups, type RowGroup } from "../../../lib/model/objective/group_layout.ts";
import { meetingsOf } from "../../../lib/model/objective/meetings.ts";
import { smallDesign } from "../../laws/small_designs.ts";

const made = (cond: string) => {
  const { predictors: [mean], n } = smallDesign(gaussian(), { cond });
  return { groups: layOutGroups([mean], [1]), n };
};
const of = ({ groups, n }: { groups: readonly RowGroup[]; n: number }) => meetingsOf(groups, n);

Deno.test("fixed effects make no difference, and what is shared is what would be made", () => {
  const one = made("x + (x | g) + (1 | h)"), other = made("w + x + (x | g) + (1 | h)"), shared = of(one);
  assert.equal(of(other), shared);
  assert.deepEqual(shared, couple(other.groups, other.n));
});

const base = "x + (0 + factor(t) || g) + (1 | h)";
const different: Record<string, () => { groups: readonly RowGroup[]; n: number }> = {
  "another factor": () => made("x + (0 + factor(t) || g) + (1 | k)"),
  "one factor less": () => made("x + (0 + factor(t) || g)"),
  "another width": () => made("x + (x | g) + (1 | h)"),
  "dependence across nodes": () => made("x + ar1(0 + factor(p) | h) + (x | g)"),
  "one row of another level": () => {
    const { groups, n } = made(base);
    return { groups: groups.map((g) => ({ ...g, level: g.level.with(0, (g.level[0] + 1) % g.nodes) })), n };
  },
  "fewer rows": () => {
    const { groups, n } = made(base);
    return { groups: groups.map((g) => ({ ...g, level: g.level.slice(0, -1) })), n: n - 1 };
  },
};

for (const [name, make] of Object.entries(different)) {
  Deno.test(`${name}: made anew`, () => {
    const before = of(made(base)), other = make(), meetings = of(other);
    assert.notEqual(meetings, before);
    assert.deepEqual(meetings, couple(other.groups, other.n));
    assert.equal(of(made(base)), before, "and what was before is kept");
  });
}

Deno.test("two are kept, those used last, and none of models without groups", () => {
  const [first, second, third] = ["x + (1 | g)", "x + (1 | h)", "x + (1 | k)"].map((cond) => () =>
    of(made(cond))
  );
  const before = first(), other = second();
  meetingsOf([], 10);
  assert.equal(first(), before);
  third(); // in the place of the second
  assert.equal(first(), before);
  assert.notEqual(second(), other);
});
