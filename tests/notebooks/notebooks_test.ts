import assert from "node:assert/strict";

interface Output {
  readonly output_type: string;
  readonly data?: Record<string, unknown>;
}
interface Cell {
  readonly cell_type: string;
  readonly source: string | string[];
  readonly outputs?: Output[];
}

/** Largest file that opens at once in a browser and still makes small differences in version control. */
const MOST_BYTES = 1.8e6;
const FOLDER = new URL("../../notebooks/", import.meta.url);
const sourceOf = (cell: Cell) => [cell.source].flat().join("");

/** Whether a cell ends in a value that a notebook shows, or prints: not a declaration, an import or a block. */
function hasValue(source: string): boolean {
  const statements = source.trim().split(/\n(?![\s})\].])/);
  const last = statements[statements.length - 1].trim();
  return /^console\.log\(/m.test(source) ||
    !/^(import|export|const|let|var|function|class|for|if|\/\/)\b|;$|^\/\//.test(last);
}

/** Marks of a figure that draw nothing, as they do of numbers that are none; null where each draws something. */
function emptyMarks(svg: string): string | null {
  const empty = svg.match(/<g [^>]*\/>|<g [^>]*><\/g>/g);
  return empty || /\bNaN\b/.test(svg) ? `${empty ?? "NaN"} in ${svg.slice(0, 200)}` : null;
}

/** What a notebook uses beside the module. */
const ENGINES: Readonly<Record<string, string>> = {
  "09_beyond_memory.ipynb": 'import("npm:@duckdb/node-api@1.5.6-r.1")',
};

for await (const { name } of Deno.readDir(FOLDER)) {
  if (!name.endsWith(".ipynb")) continue;
  const text = await Deno.readTextFile(new URL(name, FOLDER));
  const cells: Cell[] = JSON.parse(text).cells, code = cells.filter((cell) => cell.cell_type === "code");

  Deno.test(`${name}: one import, of the module beside it`, () => {
    const imports = code.flatMap((cell) =>
      sourceOf(cell).match(/\bfrom "[^"]+"|\bimport\(.*\)|^import ".*"/gm) ?? []
    );
    assert.deepEqual(imports, ['from "../mod.ts"', ...Object.hasOwn(ENGINES, name) ? [ENGINES[name]] : []]);
  });

  Deno.test(`${name}: every cell with a value has an output, and none is an error`, () => {
    for (const cell of code) {
      const source = sourceOf(cell), outputs = cell.outputs ?? [];
      assert.ok(outputs.length > 0 || !hasValue(source), `no output of ${source}`);
      assert.ok(outputs.every((output) => output.output_type !== "error"), `an error of ${source}`);
    }
    assert.ok(code.some((cell) => cell.outputs?.length), "not executed");
  });

  Deno.test(`${name}: no figure is empty`, () => {
    const shown = code.flatMap((cell) =>
      (cell.outputs ?? []).flatMap((output) => [output.data?.["text/html"]].flat())
    );
    const figures = shown.flatMap((html) => String(html ?? "").match(/data:image\/svg\+xml,[^"]+/g) ?? []);
    assert.deepEqual(figures.map((address) => emptyMarks(decodeURIComponent(address))).filter(Boolean), []);
  });

  Deno.test(`${name}: opens with a title, is small, and names no machine`, () => {
    assert.match(sourceOf(cells[0]), /^# \S/);
    assert.ok(text.length < MOST_BYTES, `${(text.length / 1e6).toFixed(2)} MB`);
    assert.deepEqual(
      text.match(/file:\/\/\S{0,40}|\/(home|Users|root|work|tmp)\/\w{0,20}|localhost|127\.0\.0\.1/g),
      null,
    );
  });
}

/** The course in its order. */
const COURSE = [
  "01_quick_start",
  "02_dragons",
  "03_field_trials",
  "04_blood_pressure",
  "05_counts",
  "06_big_data",
  "07_from_r",
  "08_beyond_the_normal",
  "09_beyond_memory",
  "10_time_and_space",
];

for (const [i, name] of COURSE.entries()) {
  const cells: (Cell & { metadata: { tags?: string[]; jupyter?: { source_hidden?: boolean } } })[] =
    JSON.parse(await Deno.readTextFile(new URL(`${name}.ipynb`, FOLDER))).cells;
  const text = cells.map(sourceOf), [, goals] = text, last = text.at(-1)!;

  Deno.test(`${name}: goals, time, and links to the notebooks before and after`, () => {
    assert.match(goals, /\*\*You will learn\*\*\n\n\* .+\n[^]*\*\*Time:\*\* about \d+ minutes/);
    const neighbours = [COURSE[i - 1], COURSE[i + 1]].filter((each) => each !== undefined);
    for (const place of [goals, last]) {
      assert.deepEqual([...place.matchAll(/\]\((\w+)\.ipynb\)/g)].map((match) => match[1]), neighbours);
    }
  });

  Deno.test(`${name}: exercises, each with a folded solution that was executed`, () => {
    const tasks = text.filter((each) => /^\*\*\d+\.\*\* /.test(each)).length;
    const solutions = cells.filter(({ metadata }) => metadata.tags?.includes("solution"));
    assert.equal(solutions.length, tasks);
    assert.ok(tasks >= 2, `${tasks} exercises`);
    for (const cell of solutions) {
      assert.ok(cell.metadata.jupyter?.source_hidden && (cell.outputs?.length ?? 0) > 0, sourceOf(cell));
    }
  });
}

Deno.test("which cells have a value", () => {
  for (
    const source of [
      "model",
      "const a = 1;\na",
      "plot({\n  x: 1,\n})",
      "console.log(1);",
      "a\n  .b()",
      "console.log(1);\nf();",
    ]
  ) {
    assert.ok(hasValue(source), source);
  }
  for (
    const source of [
      "const a = 1;",
      'import { a } from "b";',
      "const a = {\n  b: 1,\n};",
      "f();",
      "function f() {\n  console.log(1);\n}",
    ]
  ) {
    assert.ok(!hasValue(source), source);
  }
});
