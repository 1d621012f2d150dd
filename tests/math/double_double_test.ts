/** Pairs of numbers against exact arithmetic in integers: every double is an integer times a power of two. */
import assert from "node:assert/strict";
import { addProduct, addTo, divideBy, productRest, sumRest, takeRoot } from "../../lib/math/double_double.ts";
import { seed } from "../../lib/math/random.ts";

/** x · 2^BITS as an integer, x between 2^−40 and 2^40. */
const BITS = 400n;
function exact(x: number): bigint {
  let shift = 0;
  while (!Number.isInteger(x)) [x, shift] = [2 * x, shift + 1];
  return (BigInt(x) << BITS) >> BigInt(shift);
}
const whole = ([hi, lo]: readonly [number, number]) => exact(hi) + exact(lo);
/** (x y) and (x / y) of integers with BITS behind the point. */
const times = (x: bigint, y: bigint) => (x * y) >> BITS;
const over = (x: bigint, y: bigint) => (x << BITS) / y;

/** The error is less than 2^−104 of the size. */
function close(got: readonly [number, number], expected: bigint, size: bigint, what: string) {
  const error = whole(got) - expected, allowed = (size < 0n ? -size : size) >> 104n;
  assert.ok((error < 0n ? -error : error) <= allowed, what);
  assert.equal(got[0], got[0] + got[1], "the high part is the rounded number");
}

const random = seed(2), number = () => random.normal() * 2 ** Math.floor(20 * random.normal() / 3);
const pair = (): [number, number] => {
  const hi = number();
  return [hi, hi * 2 ** -54 * (random.uniform() - 0.5)];
};
const arrays = ([hi, lo]: readonly [number, number]) => [Float64Array.of(hi), Float64Array.of(lo)] as const;

Deno.test("what rounding leaves of sums and products is exact", () => {
  for (let k = 0; k < 2000; k++) {
    const a = number(), b = number();
    assert.equal(exact(a) + exact(b), exact(a + b) + exact(sumRest(a, b, a + b)));
    assert.equal(times(exact(a), exact(b)), exact(a * b) + exact(productRest(a, b, a * b)));
  }
});

Deno.test("sums, products, quotients and roots of pairs have 31 digits", () => {
  for (let k = 0; k < 2000; k++) {
    const x = pair(), y = pair(), z = pair();
    const sum = arrays(x);
    addTo(...sum, 0, ...y);
    const largest = exact(Math.abs(x[0]) + Math.abs(y[0]));
    close([sum[0][0], sum[1][0]], whole(x) + whole(y), largest, "sum");
    const product = arrays(x);
    addProduct(...product, 0, ...y, ...z);
    const size = exact(Math.abs(x[0]) + Math.abs(y[0] * z[0]));
    close([product[0][0], product[1][0]], whole(x) + times(whole(y), whole(z)), size, "product");
    const quotient = arrays(x), ratio = over(whole(x), whole(y));
    divideBy(...quotient, 0, ...y);
    close([quotient[0][0], quotient[1][0]], ratio, ratio, "quotient");
    const root = arrays([Math.abs(x[0]), x[0] < 0 ? -x[1] : x[1]]), before = whole([root[0][0], root[1][0]]);
    takeRoot(...root, 0);
    const found = whole([root[0][0], root[1][0]]);
    close([root[0][0], root[1][0]], found + over(before - times(found, found), 2n * found), found, "root");
  }
});
