/** What is remembered of an object: the last thing made, where it fits. */
import assert from "node:assert/strict";
import { Remembered } from "../../lib/math/remembered.ts";

Deno.test("the last thing made is given again where it fits, another one made where it does not", () => {
  const known = new Remembered<object, { readonly size: number }>(), key = {};
  let made = 0;
  const of = (k: object, size: number) =>
    known.of(k, (v) => v.size === size, () => {
      made++;
      return { size };
    });
  const first = of(key, 3);
  assert.equal(of(key, 3), first);
  assert.equal(made, 1);
  assert.deepEqual(of(key, 4), { size: 4 });
  assert.notEqual(of(key, 3), first, "only the last one is kept");
  assert.notEqual(of({}, 3), of(key, 3), "by the object, not by what is in it");
});
