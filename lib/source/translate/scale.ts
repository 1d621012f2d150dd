/** scale(x): centre and width by two queries, the second about the mean of the first. */
import { scaleOf } from "../../formula/transforms/scale.ts";
import { aggregate, binary, minus, number, sum, times } from "../query/expression.ts";
import { required, type SqlFunction } from "./function.ts";
import { numbersIn } from "./operators.ts";
import { numbers } from "./value.ts";

export const scale: SqlFunction = {
  apply(inputs, state) {
    const { centre, scale: width } = (state ?? { centre: 0, scale: 1 }) as { centre: number; scale: number };
    const x = minus(numbersIn(required(inputs, "x"), inputs.text), number(centre));
    return numbers(width === 1 ? x : binary("/", x, number(width)));
  },
  async learn(inputs, ask) {
    const x = numbersIn(required(inputs, "x"), inputs.text);
    const [count, total] = await ask.aggregates([aggregate("count", x), sum(x)]);
    const near = count > 0 ? total / count : 0, about = minus(x, number(near));
    const [rest, squares] = await ask.aggregates([sum(about), sum(times(about, about))]);
    const shift = count > 0 ? rest / count : 0;
    return scaleOf(inputs.options, { count, mean: near + shift, squares: squares - count * shift * shift });
  },
};
