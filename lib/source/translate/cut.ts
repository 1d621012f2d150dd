/** cut(x, breaks): the number of the interval is the key. */
import {
  breaksOf,
  closedSide,
  type CutState,
  equalBreaks,
  givenBreaks,
  intervalLabels,
  outside,
} from "../../formula/transforms/cut.ts";
import { aggregate, binary, choose, every, type Expr, NULL, number, some } from "../query/expression.ts";
import { required, type SqlFunction } from "./function.ts";
import { any } from "./guards.ts";
import { numbersIn } from "./operators.ts";

export const cut: SqlFunction = {
  apply(inputs, state) {
    const x = numbersIn(required(inputs, "x"), inputs.text), closed = closedSide(inputs.options);
    const breaks = breaksOf(inputs.options, state as unknown as CutState | null),
      { right, lowest } = closed;
    const labels = breaks.length > 0 ? intervalLabels(inputs.options, breaks, closed) : [],
      last = labels.length - 1;
    const at = (k: number): Expr => {
      const ends = [
        ...bound(x, right ? ">" : ">=", breaks[k]),
        ...bound(x, right ? "<=" : "<", breaks[k + 1]),
      ];
      const inside = ends.length === 0 ? binary("=", x, x) : every(ends), edge = right ? 0 : last;
      return lowest && k === edge
        ? some([inside, binary("=", x, number(breaks[right ? 0 : last + 1]))])
        : inside;
    };
    const conditions = labels.map((_, k) => at(k));
    return {
      kind: "factor",
      keys: [choose(conditions.map((when, k) => [when, number(k)] as const), NULL)],
      label: ([key]) => labels[Number(key)],
      is: (level) => any(conditions.filter((_, k) => labels[k] === level)),
      levels: () => labels,
      boolean: false,
    };
  },
  async learn(inputs, ask) {
    const x = numbersIn(required(inputs, "x"), inputs.text), given = givenBreaks(inputs.options);
    const [min, max] = await ask.aggregates([aggregate("min", x), aggregate("max", x)]);
    if (given === null) return { breaks: equalBreaks(inputs.options, min, max) };
    const closed = closedSide(inputs.options),
      { right, lowest } = closed,
      first = given[0],
      end = given.at(-1)!;
    if (min < first || (min === first && right && !lowest)) {
      throw outside(inputs.text, `there is ${min}`, given, closed);
    }
    if (max > end || (max === end && !right && !lowest)) {
      throw outside(inputs.text, `there is ${max}`, given, closed);
    }
    return { breaks: [] };
  },
};

/** Nothing is said of an end that is infinite. */
function bound(x: Expr, operator: ">" | ">=" | "<" | "<=", end: number): Expr[] {
  return Number.isFinite(end) ? [binary(operator, x, number(end))] : [];
}
