/** The committed table of recovered parameters has every family, and nothing is off; every family is simulated anew, small. */
import assert from "node:assert/strict";
import { FAMILIES, isOff, recover } from "./recover.ts";

Deno.test("recovery: the table has every family of the registry, 200 runs each, and finds their coefficients", () => {
  const text = Deno.readTextFileSync(new URL("recovery.md", import.meta.url));
  const rows = text.split("\n").filter((line) => /^\| .* \d+ \|$/.test(line)).map((line) =>
    line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim())
  );
  assert.ok(Number(/(\d+) simulated data sets/.exec(text)![1]) >= 200);
  for (const name of FAMILIES.keys()) {
    const own = rows.filter(([family]) => family === name);
    assert.ok(own.length >= 3, `${name} is missing: deno task recovery 200 "${name}"`);
    for (const [, parameter, , , off, , , runs] of own) {
      assert.ok(!off.includes("off"), `${name}, ${parameter}: ${off} standard errors off`);
      assert.ok(Number(runs) >= 150, `${name}: ${runs} certified fits`);
    }
  }
});

for (const name of FAMILIES.keys()) {
  Deno.test(`recovery: ${name}, simulated anew, 12 runs`, () => {
    const found = recover(name, 12, 77);
    assert.ok(found.length >= 3 && found[0].runs >= 8, `${found[0]?.runs} certified fits`);
    for (const r of found) assert.ok(!isOff(r), `${r.parameter}: ${r.mean}, truth ${r.truth}`);
  });
}
