/**
 * The course notebooks hold every number that the tutorials behind them print: rows of tables are looked for in the committed
 * outputs, each number rounded to the digits that were printed.
 */
import assert from "node:assert/strict";

interface Notebook {
  readonly cells: readonly {
    readonly cell_type: string;
    readonly source: readonly string[];
    readonly outputs?: readonly Output[];
  }[];
}

interface Output {
  readonly output_type: string;
  readonly text?: readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A row of a printed table: its name, where it has one, and its numbers in order. */
type Row = readonly [name: string, ...numbers: string[]];

function read(name: string): Notebook {
  return JSON.parse(Deno.readTextFileSync(new URL(`../../notebooks/${name}.ipynb`, import.meta.url)));
}

function outputsOf(notebook: Notebook): Output[] {
  return notebook.cells.flatMap((cell) => cell.outputs ?? []);
}

/** What a reader sees as text, line by line: printed text, plain text of results, rows of HTML tables; no figures. */
function linesOf(notebook: Notebook): string[] {
  const join = (part: unknown) => Array.isArray(part) ? part.join("") : String(part ?? "");
  return outputsOf(notebook).flatMap(({ text, data = {} }) => [
    ...join(text).split("\n"),
    ...join(data["text/plain"]).split("\n"),
    ...tableRows(join(data["text/html"])),
  ]).filter((line) => line.trim() !== "");
}

function tableRows(html: string): string[] {
  const text = html.replace(/<svg[\s\S]*?<\/svg>/g, "").replace(/<\/tr>/g, "\n").replace(/<[^>]*>/g, " ");
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").split("\n");
}

/** Does a number that a notebook shows become the printed one when rounded to the printed digits? */
function rounds(shown: string, printed: string): boolean {
  if (shown === printed) return true;
  const value = Number(shown), digits = /\.(\d+)/.exec(printed)?.[1].length ?? 0;
  if (shown === "" || Number.isNaN(value)) return false;
  return printed.includes("e")
    ? Number(value.toExponential(digits)) === Number(printed)
    : value.toFixed(digits) === Number(printed).toFixed(digits);
}

/** Is the row in the line: its name as a word, then its numbers in order, others between them allowed? */
function holds(line: string, [name, ...numbers]: Row): boolean {
  const words = line.replace(/<\s+/g, "<").trim().split(/\s+/);
  let at = name === "" ? 0 : words.indexOf(name) + 1;
  if (name !== "" && at === 0) return false;
  return numbers.every((number) => {
    while (at < words.length && !rounds(words[at], number)) at++;
    return at++ < words.length;
  });
}

function assertPrinted(notebook: string, rows: readonly Row[]) {
  const lines = linesOf(read(notebook));
  const missing = rows.filter((row) => !lines.some((line) => holds(line, row)));
  assert.deepEqual(missing, [], `${notebook}.ipynb does not show these rows of the tutorial`);
}

/** Rows of a text: a name ("-" for none), then numbers. */
function rowsOf(text: string): Row[] {
  return text.trim().split("\n").map((line) => {
    const [name, ...numbers] = line.trim().split(/\s+/);
    return [name === "-" ? "" : name, ...numbers];
  });
}

Deno.test("dragons: the data printed, and glmmTMB's fits of its four models", () => {
  assertPrinted(
    "02_dragons",
    rowsOf(`
      16.147309 165.5485
      33.886183 167.5593
      6.038333 165.8830
      18.838821 167.6855
      33.862328 169.9597
      47.043246 168.6887
    `).map((row): Row => ["", ...row]),
  );
  // The tutorial shows its models as figures only: these are AIC, log-likelihood and estimates refitted with glmmTMB.
  assertPrinted(
    "02_dragons",
    rowsOf(`
      - -70.6 38.3 -76.6 477
      bodyLength 0.02206
      - -307.7 157.9 -315.7 476
      mountainRange 0.8184
      (Intercept) -0.370302 0.922317 -0.402 0.688
      bodyLength 0.002119 0.004356 0.486 0.627
      - -322.6 167.3 -334.6 474
      (Intercept) 0.61446 1.92907 0.319 0.750
      bodyLength -0.00215 0.00834 -0.258 0.797
      mountainRange 4.835
      - -344.5 179.3 -358.5 473
      bodyLength 0.002138
      siteUnique 0.3162
      raw: 179.266809 standardised: 179.266809
      raw: 167.304163 standardised: 167.304163
    `).map((row): Row => row.filter((word) => word !== "standardised:") as unknown as Row),
  );
});

Deno.test("yellow rust: summary, analysis of deviance, marginal means", () => {
  assertPrinted(
    "03_field_trials",
    rowsOf(`
      - 71.00000 0.7100000
      - 75.33333 0.7533333
      - 84.66667 0.8466667
      - 73.83333 0.7383333
      - 60.66667 0.6066667
      - -72.7 -46.5 50.4 -100.7 34
      Dispersion 24.4
      (Intercept) 1.0975 0.2260 4.857 1.19e-06
      fungicide2 -0.5546 0.3050 -1.819 0.068952
      fungicide3 -0.8135 0.3018 -2.696 0.007020
      fungicide4 -0.7500 0.3024 -2.481 0.013118
      fungicide5 -1.1663 0.3007 -3.878 0.000105
      fungicide6 -2.7803 0.3478 -7.995 1.30e-15
      fungicide7 -0.7072 0.3028 -2.335 0.019533
      fungicide8 -0.9712 0.3008 -3.228 0.001245
      fungicide9 -1.6947 0.3063 -5.533 3.14e-08
      fungicide10 -2.3778 0.3272 -7.267 3.68e-13
      fungicide11 -3.2339 0.3787 -8.540 <2e-16
      fungicide12 -2.8120 0.3497 -8.042 8.85e-16
      fungicide 196.07 11 <2e-16
      1 0.750 0.0424 Inf 0.6580 0.824
      2 0.632 0.0477 Inf 0.5352 0.720
      3 0.571 0.0490 Inf 0.4729 0.663
      4 0.586 0.0488 Inf 0.4884 0.677
      5 0.483 0.0495 Inf 0.3875 0.579
      6 0.157 0.0348 Inf 0.0998 0.237
      7 0.596 0.0486 Inf 0.4987 0.687
      8 0.532 0.0495 Inf 0.4346 0.626
      9 0.355 0.0473 Inf 0.2686 0.452
      10 0.217 0.0402 Inf 0.1489 0.306
      11 0.106 0.0286 Inf 0.0612 0.176
      12 0.153 0.0344 Inf 0.0966 0.233
    `),
  );
});

Deno.test("germination: data, summary, analysis of deviance, marginal means", () => {
  assertPrinted(
    "03_field_trials",
    rowsOf(`
      P1 10 39
      P2 23 62
      P3 23 81
      P4 26 51
      P5 17 39
      P6 8 16
      - 117.9 122.1 -54.9 109.9 17
      (Intercept) -0.4122 0.1842 -2.238 0.0252
      extractcucumber 0.5401 0.2498 2.162 0.0306
      genO75 -0.1459 0.2232 -0.654 0.5132
      extractcucumber:genO75 0.7781 0.3064 2.539 0.0111
      extract 53.3974 1 2.725e-13
      gen 3.0426 1 0.08111
      extract:gen 6.4477 1 0.01111
      O73 0.398 0.0441 Inf 0.316 0.487
      O73 0.532 0.0420 Inf 0.449 0.613
      O75 0.364 0.0292 Inf 0.309 0.423
      O75 0.681 0.0271 Inf 0.626 0.732
    `),
  );
});

Deno.test("split plot: F tests of Kenward and Roger, as pbkrtest gives them for lme4", () => {
  assertPrinted(
    "03_field_trials",
    rowsOf(`
      factor(nitro) 37.6856 3 45.00
      Variety 1.4853 2 10.00 0.2724
      factor(nitro):Variety 0.3028 6 45.00 0.9322
    `),
  );
});

Deno.test("blood pressure: the data of set.seed(123), and what lme4 gives for them", () => {
  assertPrinted(
    "04_blood_pressure",
    rowsOf(`
      - 117.726396
      - 124.142952
      (Intercept) 120.8561855
      time 0.2949496
      (Intercept) 120.8562 0.7483 161.512
      time 0.2949 0.1558 1.893
      hospital_id 2.929 1.711
      patient_id 0.000 0.000
      Residual 24.278 4.927
      time 3.5833 1 489.00
      time 3.5833 1 399.00
      difference: 0.000000000
    `),
  );
});

for (const name of ["02_dragons", "03_field_trials", "04_blood_pressure"]) {
  Deno.test(`${name}: one import, no failed cell, no warning`, () => {
    const notebook = read(name);
    const imports = notebook.cells.filter(({ source }) => /^import\b/m.test(source.join("")));
    assert.equal(imports.length, 1);
    assert.match(imports[0].source.join(""), /from "\.\.\/mod\.ts";$/);
    for (const output of outputsOf(notebook)) {
      assert.notEqual(output.output_type, "error");
      assert.doesNotMatch(output.text?.join("") ?? "", /\bWarning\b|\bundefined\b|\bNaN\b/);
    }
  });
}

Deno.test("numbers are compared at the digits printed", () => {
  assert.ok(
    holds("1  1   0.74978  0.042395 Inf 0.658036 0.82352", ["1", "0.750", "0.0424", "Inf", "0.6580"]),
  );
  assert.ok(!holds("1  1   0.74938  0.042395 Inf 0.658036 0.82352", ["1", "0.750", "0.0424"]));
  assert.ok(!holds("fungicide2 -0.5546", ["fungicide", "-0.5546"]));
  assert.ok(!holds("a 2 1", ["a", "1", "2"]));
  assert.ok(holds("x  < 2e-16", ["x", "<2e-16"]) && holds("x 2.7245e-13", ["x", "2.72e-13"]));
});
