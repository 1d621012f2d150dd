/** Letter displays: the algorithm on small examples and its law on random ones. */
import "../../../lib/figures/register.ts";
import assert from "node:assert/strict";
import { dataset } from "../../../lib/datasets.ts";
import { emmeans } from "../../../lib/inference/means/emmeans.ts";
import { cld, lettersOf } from "../../../lib/inference/means/letters.ts";
import { seed } from "../../../lib/math/random.ts";
import { fit } from "../../../lib/model/fit.ts";
import { records } from "../close.ts";

const pairsOf = (k: number, list: [number, number][]) => new Set(list.map(([a, b]) => a * k + b));

Deno.test("letters: nothing differs, everything differs, a chain", () => {
  assert.deepEqual(lettersOf(3, new Set()), ["a", "a", "a"]);
  assert.deepEqual(lettersOf(3, pairsOf(3, [[0, 1], [0, 2], [1, 2]])), ["a", "b", "c"]);
  assert.deepEqual(lettersOf(4, pairsOf(4, [[0, 2], [0, 3], [1, 3]])), ["a", "ab", "bc", "c"]);
  // The middle differs from both ends, which do not differ from each other.
  assert.deepEqual(lettersOf(3, pairsOf(3, [[0, 1], [1, 2]])), ["a", "b", "a"]);
});

Deno.test("law: two means share a letter exactly when they do not differ, and no letter is superfluous", () => {
  const random = seed(7);
  for (let trial = 0; trial < 200; trial++) {
    const k = 2 + Math.floor(random.uniform() * 8), differ = new Set<number>();
    for (let a = 0; a < k; a++) {
      for (let b = a + 1; b < k; b++) if (random.uniform() < 0.4) differ.add(a * k + b);
    }
    const letters = lettersOf(k, differ);
    for (let a = 0; a < k; a++) {
      for (let b = a + 1; b < k; b++) {
        const shared = [...letters[a]].some((letter) => letters[b].includes(letter));
        assert.equal(shared, !differ.has(a * k + b), `${letters} ${a} ${b}`);
      }
    }
    const used = [...new Set(letters.join(""))], sets = used.map((u) => letters.map((l) => l.includes(u)));
    sets.forEach((set, i) =>
      sets.forEach((other, j) =>
        assert.ok(
          i === j || set.some((has, m) => has && !other[m]),
          `${letters}: ${used[i]} lies within ${used[j]}`,
        )
      )
    );
  }
});

Deno.test("cld sorts within groups, keeps the means, and says what letters do not say", async () => {
  const model = fit("breaks ~ wool * tension", await dataset("warpbreaks"), { family: "poisson" });
  const means = emmeans(model, "~ tension | wool", { type: "response" }),
    display = cld(means),
    rows = records(display);
  assert.deepEqual(rows.map((r) => [r.wool, r.tension, r.letters]), [
    ["A", "M", "a"],
    ["A", "H", "a"],
    ["A", "L", "b"],
    ["B", "H", "a"],
    ["B", "L", "b"],
    ["B", "M", "b"],
  ]);
  assert.equal(rows[2].conf_high, records(means)[0].conf_high);
  assert.deepEqual(records(cld(means, { reversed: true })).slice(0, 3).map((r) => r.tension), [
    "L",
    "H",
    "M",
  ]);
  assert.match(display.plot().outerHTML, /<svg/);
  assert.throws(() => cld(means, { alpha: 5 }), /RangeError: Cannot use alpha: 5/);
});
