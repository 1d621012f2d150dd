/** The functions of formulas in a query; the ones that remember something are in files of their own. */
import { formatNumber } from "../../formula/numbers.ts";
import { constantInput, numberOption } from "../../formula/transforms/transform.ts";
import { binary, call, type Expr, number } from "../query/expression.ts";
import { categories } from "./categories.ts";
import { asFactor, combined, numberFactor } from "./factors.ts";
import { required, type SqlFunction } from "./function.ts";
import { exp, expm1, ln, log1p, sqrt } from "./guards.ts";
import { numbersIn } from "./operators.ts";
import { cut } from "./cut.ts";
import { ns } from "./ns.ts";
import { poly } from "./poly.ts";
import { scale } from "./scale.ts";
import { numbers } from "./value.ts";

const elementwise = (compute: (x: Expr) => Expr): SqlFunction => ({
  apply: (inputs) => numbers(compute(numbersIn(required(inputs, "x"), inputs.text))),
});

const scaled = (base: number) => (x: Expr) => binary("/", ln(x), number(Math.log(base)));

const none = () => [];

const functions: Readonly<Record<string, SqlFunction>> = {
  abs: elementwise((x) => call("abs", x)),
  cos: elementwise((x) => call("cos", x)),
  exp: elementwise(exp),
  expm1: elementwise(expm1),
  log10: elementwise(scaled(10)),
  log1p: elementwise(log1p),
  log2: elementwise(scaled(2)),
  sin: elementwise((x) => call("sin", x)),
  sqrt: elementwise(sqrt),
  tan: elementwise((x) => call("tan", x)),
  log: {
    apply(inputs) {
      const base = numberOption(inputs.options, "base", Math.E),
        x = numbersIn(required(inputs, "x"), inputs.text);
      return numbers(base === Math.E ? ln(x) : scaled(base)(x));
    },
  },
  I: { apply: (inputs) => required(inputs, "x") },
  c: {
    apply: ({ rest, text }) => ({
      kind: "constant",
      items: rest.flatMap(({ value, text: item }) => {
        if (value.kind === "constant") return value.items;
        throw new TypeError(`Cannot compute ${text}: c() takes constants, but ${item} is a column`);
      }),
    }),
  },
  cbind: {
    apply: ({ rest, text }) => ({
      kind: "matrix",
      columns: rest.map(({ value }) => numbersIn(value, text)),
      suffixes: rest.map(({ text }) => text),
    }),
  },
  interaction: {
    apply({ rest, options, text }) {
      const sep = String(constantInput(options, "sep")?.[0] ?? ".");
      const factors = rest.map(({ value, text: item }) => {
        const factor = asFactor(value, none);
        if (factor) return factor;
        throw new TypeError(`Cannot compute ${text}: ${item}: it needs a column`);
      });
      return combined(factors, (labels) => labels.join(sep));
    },
  },
  numFactor: {
    apply: ({ rest, text }) => ({
      ...combined(
        rest.map(({ value }) => numberFactor(numbers(numbersIn(value, text)), none)),
        (labels) => `(${labels.join(",")})`,
      ),
      label: (keys) => `(${keys.map((key) => formatNumber(Number(key))).join(",")})`,
    }),
  },
  factor: categories,
  "as.factor": categories,
  ordered: categories,
  cut,
  ns,
  poly,
  scale,
};

/** @throws {TypeError} For a function that has no meaning in a query. */
export function findFunction(name: string, text: string): SqlFunction {
  if (Object.hasOwn(functions, name)) return functions[name];
  throw new TypeError(
    `Cannot compute ${text} where the rows are: ${name}() has no translation into a query; compute the column there, ` +
      "or fit the rows in a data frame",
  );
}

/** Has the function a translation? */
export const isTranslated = (name: string): boolean => Object.hasOwn(functions, name);
