/** ns(x, …): knots by counting in a few queries, the splines as polynomials by the piece that x is in. */
import { knotOptions, KnotSearch, settledKnots, suffixesOf } from "../../formula/transforms/ns.ts";
import { type SplineKnots, splinePieces } from "../../formula/transforms/natural_spline.ts";
import type { Below } from "../../formula/transforms/order_statistics.ts";
import {
  aggregate,
  binary,
  choose,
  every,
  type Expr,
  isNull,
  minus,
  NULL,
  number,
  sum,
} from "../query/expression.ts";
import { required, type SqlFunction } from "./function.ts";
import { polynomial } from "./guards.ts";
import { numbersIn } from "./operators.ts";

export const ns: SqlFunction = {
  apply(inputs, state) {
    const x = numbersIn(required(inputs, "x"), inputs.text),
      { count, intercept, knots } = knotOptions(inputs.options);
    const width = (knots?.length ?? count) + (intercept ? 2 : 1), suffixes = suffixesOf(width);
    if (state === null) return { kind: "matrix", columns: suffixes.map(() => x), suffixes }; // asked for by number only
    const { starts, columns } = splinePieces(state as unknown as SplineKnots);
    return {
      kind: "matrix",
      suffixes,
      columns: columns.map((pieces) => {
        const of = pieces.map((c, i) => polynomial(minus(x, number(starts[i])), c));
        const cases = starts.slice(1).map((end, i) => [binary("<", x, number(end)), of[i]] as const);
        return choose([[isNull(x), NULL], ...cases], of.at(-1)!);
      }),
    };
  },
  async learn(inputs, ask) {
    const given = numbersIn(required(inputs, "x"), inputs.text),
      options = knotOptions(inputs.options),
      { boundary } = options;
    const inside = boundary === null ? given : choose([[
      every([binary(">=", given, number(boundary[0])), binary("<=", given, number(boundary[1]))]),
      given,
    ]]);
    const [n, min, max] = await ask.aggregates([
      aggregate("count", inside),
      aggregate("min", inside),
      aggregate("max", inside),
    ]);
    if (!(n > 0)) {
      throw new RangeError(`Cannot compute ${inputs.text}: no value lies between the boundary knots`);
    }
    const search = new KnotSearch(options.knots ? 0 : options.count, n, min, max);
    while (search.open.length > 0) {
      const open = search.open, thresholds = [...new Set(open.flatMap((each) => each.thresholds))];
      const found = await ask.aggregates(thresholds.flatMap((c) => counted(inside, c)));
      const answers = new Map(thresholds.map((c, k): [number, Below] => {
        const [count, below, above] = found.slice(3 * k);
        return [c, { count: count || 0, below: orEnd(below, -Infinity), above: orEnd(above, Infinity) }];
      }));
      for (const each of open) each.tell(each.thresholds.map((c) => answers.get(c)!));
    }
    return {
      ...settledKnots(inputs.options, options, options.knots ?? search.quantiles, boundary ?? [min, max]),
    };
  },
};

function counted(x: Expr, c: number): Expr[] {
  const at = binary("<=", x, number(c)), above = binary(">", x, number(c));
  return [
    sum(choose([[at, number(1)]], number(0))),
    aggregate("max", choose([[at, x]])),
    aggregate("min", choose([[above, x]])),
  ];
}

const orEnd = (v: number, end: number) => Number.isNaN(v) ? end : v;
