import assert from "node:assert/strict";
import { decreasing } from "../../lib/math/decreasing.ts";

Deno.test("decreasing: what differs by the last digits of a search keeps its order, whatever these digits are", () => {
  const groups = (noise: number) =>
    [["a", 0.2], ["b", 0.5 + noise], ["c", 0.5], ["d", -3], ["e", 0.5 - noise]] as const;
  for (const noise of [0, 1e-9, -1e-9]) {
    const names = decreasing(groups(noise), ([, value]) => value).map(([name]) => name);
    assert.deepEqual(names, ["b", "c", "e", "a", "d"]);
  }
  assert.deepEqual(decreasing([], Number), []);
  assert.deepEqual(decreasing([1, -Infinity, Infinity], Number), [Infinity, 1, -Infinity]);
});
