/** Matérn fields of smoothness p + ½ are polynomials times exponentials; those nearby are by Bessel functions, and the same. */
import { mat } from "../../../lib/model/structures/matern.ts";
import { close } from "../../math/close.ts";

const places = Array.from({ length: 12 }, (_, i) => `(${(i * 0.37) % 3},${(i * i * 0.11) % 2})`);
const field = (smoothness: number) =>
  mat.bind({
    label: "0 + f | g",
    names: places,
    levels: ["a"],
    positions: places,
    arguments: { smoothness },
    known: null,
  });
const theta = Float64Array.of(1.3, -0.7), size = places.length ** 2;

function covariance(smoothness: number): Float64Array {
  const S = new Float64Array(size);
  field(smoothness).square!.fill(theta, 0, S);
  return S;
}

function gradient(smoothness: number): Float64Array {
  const D = Float64Array.from({ length: size }, (_, k) => { // symmetric
    const i = k % places.length, j = Math.floor(k / places.length);
    return Math.sin(Math.min(i, j) + 2 * Math.max(i, j));
  });
  const out = new Float64Array(2);
  field(smoothness).square!.pullback(theta, 0, D, out);
  return out;
}

/** u of the first two places, from the exponential field's correlation. */
const h = -Math.log(covariance(0.5)[1] / 1.3 ** 2);

for (
  const [smoothness, polynomial] of [[1.5, (u: number) => 1 + u], [
    2.5,
    (u: number) => 1 + u + u * u / 3,
  ]] as const
) {
  Deno.test(`smoothness ${smoothness} by its textbook formula`, () => {
    const u = Math.sqrt(2 * smoothness) * h;
    close(covariance(smoothness)[1], 1.3 ** 2 * polynomial(u) * Math.exp(-u), 1e-14, 0, "covariance");
  });
}

for (const smoothness of [0.5, 1.5, 2.5, 4.5, 10.5]) {
  Deno.test(`smoothness ${smoothness} is that of Bessel functions at ${smoothness} + 1e-9`, () => {
    const near = covariance(smoothness + 1e-9), slopes = gradient(smoothness + 1e-9);
    covariance(smoothness).forEach((v, k) => close(v, near[k], 1e-8, 0, `entry ${k}`));
    gradient(smoothness).forEach((v, j) => close(v, slopes[j], 1e-7, 0, `slope ${j}`));
  });
}

Deno.test("a field of a smoothness that runs to 0 is one of independent places, and has no slope there", () => {
  const free = mat.bind({
    label: "0 + f | g",
    names: places,
    levels: ["a"],
    positions: places,
    arguments: {},
    known: null,
  });
  const at = (shape: number) => {
    const S = new Float64Array(size), slopes = new Float64Array(3);
    const all = Float64Array.of(1.3, -0.7, shape), D = new Float64Array(size).fill(1);
    free.square!.fill(all, 0, S);
    free.square!.pullback(all, 0, D, slopes);
    return { S, slopes };
  };
  for (const shape of [-30, -41, -42, -745, -800]) { // ρ is of the order of −ν log ν; e^−745 is the last number above 0
    const { S, slopes } = at(shape);
    S.forEach((v, k) =>
      close(v, k % (places.length + 1) === 0 ? 1.3 ** 2 : 0, 1e-14, 1e-10, `ν e^${shape}: entry ${k}`)
    );
    close(slopes[1], 0, 0, 1e-8, `ν e^${shape}: slope of the range`);
    close(slopes[2], 0, 0, 1e-8, `ν e^${shape}: slope of the smoothness`);
  }
});
