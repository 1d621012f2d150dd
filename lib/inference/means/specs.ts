/** What marginal means are asked for: "~ a * b | c", "pairwise ~ a", "a", ["a", "b"]. */

/** The factors of a table of marginal means. */
export interface MeansSpec {
  /** Contrast method before the tilde, such as "pairwise"; null when there is none. */
  readonly method: string | null;
  /** Factors whose combinations are the rows. */
  readonly factors: readonly string[];
  /** Factors after "|": comparisons stay within their levels. */
  readonly by: readonly string[];
}

const TOKEN = /\s*(?:`([^`]+)`|([\p{L}.][\p{L}\p{N}_.]*)|([~|*+:])|(1))/uy;

/**
 * Reads the specification of marginal means.
 *
 * @param specs a formula without brackets ("~ a * b | c"; +, * and : mean the same here; "~ 1" for the overall mean), a
 *   factor's name, or several names
 * @param by further factors within whose levels comparisons stay
 * @throws {SyntaxError} when it is neither
 */
export function readSpecs(specs: string | readonly string[], by: string | readonly string[] = []): MeansSpec {
  const extra = typeof by === "string" ? [by] : by;
  if (typeof specs !== "string") {
    if (!Array.isArray(specs) || specs.some((name) => typeof name !== "string")) {
      throw new TypeError(
        `Cannot read specs: they are ${
          JSON.stringify(specs)
        }, they should be a formula such as "~ a | b", a name or names`,
      );
    }
    return separated(null, specs, extra);
  }
  if (!specs.includes("~")) {
    return specs.includes("|") ? formula(`~ ${specs}`, extra) : separated(null, [specs.trim()], extra);
  }
  return formula(specs, extra);
}

function formula(text: string, extra: readonly string[]): MeansSpec {
  const tilde = text.indexOf("~"), left = text.slice(0, tilde).trim();
  const sides = tokens(text, tilde + 1);
  const bar = sides.findIndex(({ operator }) => operator === "|");
  const factors = names(text, bar < 0 ? sides : sides.slice(0, bar));
  const by = bar < 0 ? [] : names(text, sides.slice(bar + 1));
  return separated(left === "" ? null : left, factors, [...by, ...extra]);
}

interface Token {
  readonly name?: string;
  readonly operator?: string;
  readonly one?: boolean;
  readonly at: number;
}

function tokens(text: string, from: number): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = from;
  for (let at = from; at < text.trimEnd().length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) {
      const place = at + text.slice(at).search(/\S/);
      throw wrong(
        text,
        place,
        `"${
          text[place]
        }" has no meaning here: factors are joined by *, + or :, and by | from those to condition on`,
      );
    }
    found.push({ name: match[1] ?? match[2], operator: match[3], one: match[4] !== undefined, at });
  }
  return found;
}

/** Names with operators between them; "1" alone stands for no factor. */
function names(text: string, side: readonly Token[]): string[] {
  if (side.length === 1 && side[0].one) return [];
  side.forEach((token, i) => {
    const isName = token.name !== undefined;
    if (isName === (i % 2 === 0) && token.operator !== "~" && token.operator !== "|") return;
    throw wrong(
      text,
      token.at,
      i % 2 === 0 ? "a factor's name should stand here" : "an operator (*, + or :) should stand here",
    );
  });
  if (side.length % 2 === 0) throw wrong(text, text.length, "a factor's name should follow");
  return side.filter(({ name }) => name !== undefined).map(({ name }) => name!);
}

function separated(method: string | null, factors: readonly string[], by: readonly string[]): MeansSpec {
  const conditions = [...new Set(by)];
  return {
    method,
    factors: [...new Set(factors)].filter((name) => !conditions.includes(name)),
    by: conditions,
  };
}

function wrong(text: string, at: number, problem: string): SyntaxError {
  return new SyntaxError(`Cannot read specs: ${problem}\n  ${text}\n  ${" ".repeat(at)}^`);
}
