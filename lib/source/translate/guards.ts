/**
 * Functions where they are defined: where they are not, the result is missing, because some engines end the query there, some give NaN
 * and some null. Rows that count have no missing values, so that what is missing afterwards is not finite.
 */
import {
  binary,
  call,
  choose,
  every,
  type Expr,
  minus,
  NULL,
  number,
  plus,
  some,
  times,
} from "../query/expression.ts";

/** exp() of more is infinite, of less is 0. */
const HIGHEST = 709.78, LOWEST = -708;
/** Below, four terms of a series have all digits that log(1 + x) loses. */
const SMALL = 1e-4;
/** Powers up to this one are products. */
const PRODUCTS = 8;

const positive = (x: Expr) => binary(">", x, number(0));

export function ln(x: Expr): Expr {
  return choose([[positive(x), call("ln", x)]]);
}

export function sqrt(x: Expr): Expr {
  return choose([[binary(">=", x, number(0)), call("sqrt", x)]]);
}

export function exp(x: Expr): Expr {
  return choose([[binary("<", x, number(LOWEST)), number(0)], [
    binary("<=", x, number(HIGHEST)),
    call("exp", x),
  ]]);
}

export function divide(a: Expr, b: Expr): Expr {
  const ratio = binary("/", a, b);
  return b.kind === "number" && b.value !== 0 ? ratio : choose([[binary("<>", b, number(0)), ratio]]);
}

/** Σ c_k x^k. */
export function polynomial(x: Expr, coefficients: readonly number[]): Expr {
  return coefficients.slice(0, -1).reduceRight(
    (sum: Expr, c) => c === 0 ? times(x, sum) : plus(number(c), times(x, sum)),
    number(coefficients.at(-1)!),
  );
}

const small = (x: Expr) => binary("<", call("abs", x), number(SMALL));

export function log1p(x: Expr): Expr {
  return choose([[small(x), polynomial(x, [0, 1, -1 / 2, 1 / 3, -1 / 4])], [
    binary(">", x, number(-1)),
    call("ln", plus(number(1), x)),
  ]]);
}

export function expm1(x: Expr): Expr {
  return choose([[small(x), polynomial(x, [0, 1, 1 / 2, 1 / 6, 1 / 24])]], minus(exp(x), number(1)));
}

/** As Math.pow: of whole exponents a product, of others defined for a base that is not negative. */
export function power(base: Expr, exponent: Expr): Expr {
  if (exponent.kind === "number") {
    const e = exponent.value;
    if (e === 0) return plus(number(1), times(number(0), base)); // missing where the base is
    if (e < 0) return divide(number(1), power(base, number(-e)));
    if (Number.isInteger(e) && e <= PRODUCTS) {
      return Array.from({ length: e - 1 }).reduce((product: Expr) => times(product, base), base);
    }
    if (e === 0.5) return sqrt(base);
  }
  const zero = number(0), whole = binary("=", exponent, call("floor", exponent));
  return choose([
    [binary(">", base, zero), call("power", base, exponent)],
    [every([binary("=", base, zero), binary(">", exponent, zero)]), zero],
    [binary("=", exponent, zero), number(1)],
    [every([binary("<", base, zero), whole]), call("power", base, exponent)],
  ]);
}

/** Half a unit of the 15th digit. */
const HALF_UNIT = 0.5e-15;

/** Numbers that print with the same 15 digits as this one. */
export function prints(x: Expr, value: number): Expr {
  if (value === 0 || Number.isSafeInteger(value) && Math.abs(value) >= 1e15) {
    return binary("=", x, number(value));
  }
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) + 1) * HALF_UNIT;
  return every([binary(">", x, number(value - unit)), binary("<", x, number(value + unit))]);
}

/** A value by condition; missing where none holds. */
export function lookup(cases: readonly (readonly [Expr, number])[]): Expr {
  return choose(cases.map(([when, value]) => [when, number(value)] as const), NULL);
}

/** Any of the conditions; never, where there is none. */
export function any(conditions: readonly Expr[]): Expr {
  return conditions.length === 0 ? binary("=", number(0), number(1)) : some(conditions);
}
