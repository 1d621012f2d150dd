import assert from "node:assert/strict";
import { run } from "./demo.ts";
import { page } from "./page.ts";

/** What the tutorials print of their models (AIC, BIC, …, coefficient tables), and what lme4 gives for the third. */
const PRINTED = `-72.7 -46.5 50.4 -100.7 24.4
1.0975 0.2260 4.857 1.19e-06  -0.5546 0.3050 -1.819 0.068952  -0.8135 0.3018 -2.696 0.007020
-0.7500 0.3024 -2.481 0.013118  -1.1663 0.3007 -3.878 0.000105  -2.7803 0.3478 -7.995 1.30e-15
-0.7072 0.3028 -2.335 0.019533  -0.9712 0.3008 -3.228 0.001245  -1.6947 0.3063 -5.533 3.14e-08
-2.3778 0.3272 -7.267 3.68e-13  -3.2339 0.3787 -8.540  -2.8120 0.3497 -8.042 8.85e-16
117.9 122.1 -54.9 109.9  -0.4122 0.1842 -2.238 0.0252  0.5401 0.2498 2.162 0.0306
-0.1459 0.2232 -0.654 0.5132  0.7781 0.3064 2.539 0.0111
120.856 0.29495`.split(/\s+/);

Deno.test("the demo prints every number of the tutorials and shows every model and figure", async () => {
  const lines: string[] = [];
  const { parts, models, figures } = await run((text) => lines.push(text));
  const text = lines.join("\n");
  const words = new Set(text.split(/[\s:()]+/));
  assert.deepEqual(PRINTED.filter((number) => !words.has(number)), []);
  assert.equal(models, 11);
  assert.ok(figures >= 15, `${figures} figures`);
  for (const part of parts) {
    if (part.kind === "result") {
      assert.doesNotMatch(part.html, /No figure:|\bNaN\b|undefined|\[object/, part.title);
    }
  }
});

Deno.test("the page needs nothing from elsewhere, follows light and dark, and escapes what it shows", () => {
  const html = page("A < B", "R & D", [
    { kind: "chapter", title: "One <two>", lead: "three" },
    { kind: "result", title: "x < y", html: "<p>kept</p>" },
  ]);
  assert.doesNotMatch(html, /(src|href)="https?:|<script|<link|@import/);
  assert.match(html, /prefers-color-scheme: dark/);
  assert.match(html, /<title>A &lt; B<\/title>/);
  assert.match(html, /<h2 id="one-two-">One &lt;two&gt;<\/h2>/);
  assert.match(html, /<h3>x &lt; y<\/h3><p>kept<\/p>/);
});
