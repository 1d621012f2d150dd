/** poly(x, degree): the recurrence's numbers by a query per degree, about the mean; the polynomials by Horner's rule there. */
import { degreeOf, isRaw, tooFew } from "../../formula/transforms/poly.ts";
import { aggregate, binary, type Expr, minus, number, sum, times } from "../query/expression.ts";
import { required, type SqlFunction, type SqlInputs } from "./function.ts";
import { polynomial } from "./guards.ts";
import { numbersIn } from "./operators.ts";
import type { Ask } from "./ask.ts";
import { numbers } from "./value.ts";

export const poly: SqlFunction = {
  apply(inputs, state) {
    const x = numbersIn(required(inputs, "x"), inputs.text), degree = degreeOf(inputs.options);
    const suffixes = Array.from({ length: degree }, (_, k) => degree === 1 ? "" : String(k + 1));
    if (isRaw(inputs.options)) {
      const powers = [x];
      for (let k = 1; k < degree; k++) powers.push(times(powers[k - 1], x));
      return { kind: "matrix", columns: powers, suffixes };
    }
    // before it is learned its columns are asked for by number only
    const { alpha, norm2 } =
      (state ?? { alpha: suffixes.map(() => 0), norm2: [1, 1, ...suffixes] }) as unknown as {
        alpha: number[];
        norm2: number[];
      };
    const t = minus(x, number(alpha[0])), rows = coefficients(alpha.map((a) => a - alpha[0]), norm2);
    const columns = rows.slice(1).map((c, k) =>
      binary("/", polynomial(t, c), number(Math.sqrt(Number(norm2[k + 1]))))
    );
    return { kind: "matrix", columns, suffixes };
  },
  async learn(inputs, ask) {
    if (isRaw(inputs.options)) return null;
    const x = numbersIn(required(inputs, "x"), inputs.text), degree = degreeOf(inputs.options);
    const mean = await meanOf(inputs, x, degree, ask), t = minus(x, number(mean));
    const alpha: number[] = [], norm2: number[] = [];
    while (norm2.length <= degree) {
      const current = polynomial(t, coefficients(alpha, norm2).at(-1)!), square = times(current, current);
      const [squares, moment] = await ask.aggregates(
        norm2.length === 0 ? [aggregate("count", t), sum(t)] : [sum(square), sum(times(t, square))],
      );
      norm2.push(squares);
      if (alpha.length < degree) alpha.push(moment / squares);
    }
    return { alpha: alpha.map((a) => mean + a), norm2 };
  },
};

async function meanOf(inputs: SqlInputs, x: Expr, degree: number, ask: Ask): Promise<number> {
  const few = await ask.distinct(numbers(x), degree);
  if (few !== null) throw tooFew(inputs.text, few.length);
  const [count, total] = await ask.aggregates([aggregate("count", x), sum(x)]);
  return total / count;
}

/** Of P_0 … P_k in powers of t, by P_{k+1} = (t − α_{k+1}) P_k − (ν_k / ν_{k−1}) P_{k−1}. */
function coefficients(alpha: readonly number[], norm2: readonly number[]): number[][] {
  const all: number[][] = [[1]];
  alpha.forEach((a, k) => {
    const last = all[k], before = all[k - 1] ?? [], ratio = k === 0 ? 0 : norm2[k] / norm2[k - 1];
    all.push(Array.from(
      { length: k + 2 },
      (_, i) => (last[i - 1] ?? 0) - a * (last[i] ?? 0) - ratio * (before[i] ?? 0),
    ));
  });
  return all;
}
