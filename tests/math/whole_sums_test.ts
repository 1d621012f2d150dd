import { WholeNodes, wholeSum } from "../../lib/math/whole_sums.ts";
import assert from "node:assert/strict";
import { close } from "./close.ts";

/** Every term, with what rounding loses kept (Kahan). */
function plain(f: (y: number) => number, first: number, last: number): number {
  let sum = 0, lost = 0;
  for (let j = first; j <= last; j++) {
    const term = f(j) - lost, next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}

Deno.test("sums over whole numbers from few points are those of all terms", () => {
  const bell = (m: number, s: number) => (y: number) => Math.exp(-0.5 * ((y - m) / s) ** 2);
  for (const [m, s] of [[200, 30], [1e4, 100], [1e5, 777], [50000, 20000], [5, 2]]) {
    const first = Math.max(0, Math.floor(m - 12 * s)), last = Math.ceil(m + 12 * s);
    const moment = (y: number) => bell(m, s)(y) * ((y - m) / s) ** 4;
    for (const f of [bell(m, s), moment]) {
      close(wholeSum(f, first, last, s), plain(f, first, last), 1e-13, 0, `${m}, ${s}`);
    }
    const part = Math.floor(m - 2 * s); // a tail alone
    close(wholeSum(bell(m, s), first, part, s), plain(bell(m, s), first, part), 1e-13, 1e-16, `${m}, ${s}`);
  }
  const long = (y: number) => Math.exp(-y / 5e4) / (y + 1); // a singularity at −1
  close(wholeSum(long, 0, 2e6, 5e4), plain(long, 0, 2e6), 1e-13, 0, "1/(y + 1)");
});

Deno.test("points are few, and their weights sum to how many numbers there are", () => {
  const nodes = new WholeNodes();
  nodes.fill(123, 5_000_122, 1e4);
  assert.ok(nodes.count < 11000, String(nodes.count));
  close(nodes.weight.subarray(0, nodes.count).reduce((s, w) => s + w, 0), 5e6, 1e-13, 0, "weights");
  nodes.fill(7, 6, 10);
  assert.equal(nodes.count, 0);
});
