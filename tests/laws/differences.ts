/** Central differences of fourth order, for gradients of objectives whose value is good to about 1e-13 relative. */
import assert from "node:assert/strict";

/** (8[f(h) − f(−h)] − [f(2h) − f(−2h)]) / 12h; truncation h⁴f⁽⁵⁾/30. */
export function difference(f: (t: number) => number, h: number): number {
  return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}

/**
 * Asserts that every entry of a gradient is the difference of the value, relative to the size of the whole gradient. Near the edge of a
 * link's domain the fifth derivative is large: there a quarter of the step, whose truncation is 256 times smaller. Where steps are small for
 * the sake of one parameter, rounding is what is left of another one's difference: there sixteen times the step.
 */
export function sameGradient(
  value: (x: Float64Array) => number,
  gradient: Float64Array,
  x: Float64Array,
  h: number,
  tolerance: number,
  what: string,
): void {
  const size = 1 + Math.max(...gradient.map(Math.abs));
  for (let j = 0; j < x.length; j++) {
    const at = (step: number) => difference((t) => value(x.map((v, i) => (i === j ? v + t : v))), step);
    const off = (v: number) => Math.abs(gradient[j] - v) / size;
    const first = at(h), others = () => [h / 4, 16 * h].map(at);
    const expected = off(first) <= tolerance ? first : others().reduce((a, b) => off(b) < off(a) ? b : a);
    const error = off(expected);
    assert.ok(error <= tolerance, `${what}, parameter ${j}: ${gradient[j]}, difference ${expected}`);
  }
}
