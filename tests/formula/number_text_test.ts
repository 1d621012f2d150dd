/** Columns of text that are numbers, dates, identifiers: refused with what to do, or used with a message. */
import assert from "node:assert/strict";
import { buildDesign } from "../../lib/formula/design.ts";
import { type Frame, pl } from "../../lib/frame.ts";

const n = 40, rows = Array.from({ length: n }, (_, i) => i);
const dates = rows.map((i) => new Date(Date.UTC(2014, i % 4, 15)));
const data = pl.DataFrame({
  y: rows.map((i) => Math.sin(i * i)),
  g: rows.map((i) => `g${i % 4}`),
  numerals: rows.map((i) => i === 7 ? "NA" : String(i / 2)),
  commas: rows.map((i) => i === 7 ? "n.d." : String(i / 2).replace(".", ",")),
  thousands: rows.map((i) => `1,${100 + i}`),
  few: rows.map((i) => String(i % 3)),
  codes: rows.map((i) => `00${i % 10}`),
  words: rows.map((i) => ["u", "v", "NA"][i % 3]),
  lines: rows.map((i) => `L${i % 10}`),
  category: pl.Series("category", rows.map((i) => String(i % 10)), pl.String).cast(pl.Categorical),
  date: pl.Series("date", dates, pl.Date),
  time: dates,
  id: rows.map((i) => 9007199254740993n + BigInt(i % 4)),
}) as Frame;

type Options = Partial<Parameters<typeof buildDesign>[2]>;
const read = (formula: string, options: Options = {}) =>
  buildDesign({ formula, predictors: [] }, data, { usesTrials: false, ...options });

const refused: [string, RegExp][] = [
  [
    "y ~ numerals",
    /TypeError: .*"numerals" as a predictor: it is text that looks like numbers .*except "NA" \(row 7\).*39 dummy variables.*cast\(pl\.Float64\).*read\("file\.csv"\).*factor\(numerals\)/,
  ],
  ["y ~ commas", /except "n\.d\." \(row 7\).*\.str\.replace\(",", "\."\)/],
  ["y ~ thousands", /\.str\.replaceAll\(",", ""\)/],
  ["y ~ few + numerals:few", /"numerals" as a predictor/],
  ["y ~ (numerals | g)", /"numerals" as a predictor/],
  [
    "y ~ log(numerals)",
    /TypeError: Cannot compute log\(numerals\): it needs numbers.*pl\.col\("numerals"\)\.cast/,
  ],
  ["numerals ~ few", /TypeError: Cannot use response "numerals": it is text.*cast\(pl\.Float64\)/],
  [
    "y ~ date",
    /TypeError: .*"date" as a predictor: it holds dates or times; for a trend make it numeric.*factor\(date\)/,
  ],
  ["y ~ time", /holds dates or times/],
  ["y ~ poly(date, 2)", /TypeError: Cannot compute poly\(date, 2\).*pl\.Int32/],
  ["date ~ few", /TypeError: Cannot use response "date": it holds dates or times/],
  ["y ~ id", /TypeError: .*whole numbers beyond ±2\^53.*\(1 \| id\) or factor\(id\)/],
];
for (const [formula, words] of refused) {
  Deno.test(`text as numbers is refused: ${formula}`, () => {
    assert.throws(() => read(formula), (error) => (assert.match(String(error), words), true));
  });
}

const accepted: [string, Options, number, RegExp | null][] = [
  ["y ~ factor(numerals)", {}, 40, null],
  ["y ~ (1 | numerals)", {}, 1, null],
  ["y ~ numerals", { contrasts: { numerals: "sum" } }, 40, null],
  ["y ~ few", {}, 3, /"few" is text that looks like numbers \("0", "1", "2"\); it is used as a factor/],
  ["y ~ few", { levels: { few: ["2", "1", "0"] } }, 3, null],
  ["y ~ codes", {}, 10, null],
  ["y ~ lines", {}, 10, null],
  ["y ~ category", {}, 10, null],
  ["y ~ words", {}, 3, /"words" has the level "NA", which is text here/],
  ["y ~ factor(date)", {}, 4, null],
  ["y ~ (1 | date)", {}, 1, null],
  ["y ~ factor(id)", {}, 4, null],
  ["y ~ (1 | id)", {}, 1, null],
];
for (const [formula, options, columns, message] of accepted) {
  Deno.test(`text as a factor: ${formula} ${JSON.stringify(options)}`, () => {
    const { predictors: [{ X }], messages } = read(formula, options);
    assert.equal(X.length, columns);
    if (message === null) assert.deepEqual(messages, []);
    else assert.match(messages.join("\n"), message);
  });
}

Deno.test("a reference level alone goes in front of the others", () => {
  const { predictors: [{ names }] } = read("y ~ few", { levels: { few: "1" } });
  assert.deepEqual(names, ["(Intercept)", "few0", "few2"]);
});

Deno.test("factor() of numbers that differ by rounding is that of the printed numbers, as in R", () => {
  const v = [0.1, 0.2, 0.1 + 0.2, 0.3, 1 / 3, 0.333333333333333];
  const frame = pl.DataFrame({ y: v, v }) as Frame;
  const design = buildDesign({ formula: "y ~ factor(v)", predictors: [] }, frame, { usesTrials: false });
  // R 4.2: levels(factor(c(.1, .2, .1 + .2, .3, 1/3, 0.333333333333333)))
  assert.deepEqual(
    design.predictors[0].names.slice(1).map((name) => name.replace("factor(v)", "")),
    ["0.2", "0.3", "0.333333333333333"],
  );
});

Deno.test("(f || g): the message says what || does to a factor", () => {
  const say = (formula: string) => read(formula).messages.join("\n");
  assert.match(
    say("y ~ (lines || g)"),
    /contrasts of the factor "lines" independent.*lme4 keeps them correlated; so the fit depends on which level is the reference.*\(lines \| g\).*\(0 \+ lines \|\| g\)/,
  );
  assert.match(say("y ~ (0 + lines || g)"), /levels of the factor "lines" independent/);
  assert.doesNotMatch(say("y ~ (0 + lines || g)"), /depends on which level/);
  assert.equal(say("y ~ (I(y^2) || g)"), "");
  assert.equal(say("y ~ (lines | g)"), "");
});
