/** read(): what is found from the file, and what is reported. */
import assert from "node:assert/strict";
import { fit } from "../lib/model/fit.ts";
import { read, type ReadFrame, type ReadOptions } from "../lib/read.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function column(cells: string[], options: ReadOptions = {}) {
  const frame = await read(bytes(["x|i", ...cells.map((cell, i) => `${cell}|${i}`)].join("\n")), options);
  const { type, missing, note } = frame.report.toRecords()[0] as Record<string, string | number>;
  const values = frame.getColumn("x").toArray().map((v: unknown) => v instanceof Date ? v.toISOString() : v);
  return { values, type, missing, note: String(note) };
}

/** Cells, options → values, type, number missing, words of the note. */
const columns: [string, string[], ReadOptions, unknown[], string, number, RegExp][] = [
  ["numbers", ["1.5", "-2", "3e2"], {}, [1.5, -2, 300], "number", 0, /^$/],
  ["NA", ["1", "NA", ""], {}, [1, null, null], "number", 2, /^$/],
  [
    "other spellings among numbers",
    ["1", "-", "n.a."],
    {},
    [1, null, null],
    "number",
    2,
    /"-", "n\.a\." taken as missing/,
  ],
  ["a dash among words is a word", ["a", "-"], {}, ["a", "-"], "text", 0, /^$/],
  ["own spelling", ["1", "999"], { missing: ["999"] }, [1, null], "number", 1, /^$/],
  ["decimal commas", ["1,5", "2"], {}, [1.5, 2], "number", 0, /^$/],
  [
    "thousands and decimal commas",
    ["1.234,5", "2,5"],
    {},
    [1234.5, 2.5],
    "number",
    0,
    /thousands separator "\."/,
  ],
  ["thousands", ["1,234,567.5", "2"], {}, [1234567.5, 2], "number", 0, /thousands separator ","/],
  [
    "commas before three digits",
    ["1,234", "5,678"],
    {},
    [1234, 5678],
    "number",
    0,
    /if it is a decimal mark, give decimal: ","/,
  ],
  ["the same, told", ["1,234", "5,678"], { decimal: "," }, [1.234, 5.678], "number", 0, /^$/],
  ["thousands by narrow spaces", ["1\u202f234,5", "2"], {}, [1234.5, 2], "number", 0, /thousands/],
  ["a minus sign", ["−1", "2"], {}, [-1, 2], "number", 0, /^$/],
  ["codes", ["007", "012"], {}, ["007", "012"], "text", 0, /^$/],
  ["long identifiers", ["9007199254740993", "1"], {}, ["9007199254740993", "1"], "text", 0, /2\^53/],
  [
    "nearly numbers",
    ["1", "2", "3", "4", "5", "LOD"],
    {},
    ["1", "2", "3", "4", "5", "LOD"],
    "text",
    0,
    /except "LOD" \(line 7\)/,
  ],
  ["booleans", ["TRUE", "false", "NA"], {}, [true, false, null], "boolean", 1, /^$/],
  ["T and F are words", ["T", "F"], {}, ["T", "F"], "text", 0, /^$/],
  ["ISO dates", ["2020-01-31", ""], {}, ["2020-01-31T00:00:00.000Z", null], "date", 1, /^$/],
  ["times", ["2020-01-31 10:30"], {}, ["2020-01-31T10:30:00.000Z"], "date", 0, /^$/],
  [
    "days first, seen",
    ["31/01/2020", "01/02/2020"],
    {},
    ["2020-01-31T00:00:00.000Z", "2020-02-01T00:00:00.000Z"],
    "date",
    0,
    /day first/,
  ],
  [
    "months first, seen",
    ["01/31/2020", "02/01/2020"],
    {},
    ["2020-01-31T00:00:00.000Z", "2020-02-01T00:00:00.000Z"],
    "date",
    0,
    /month first/,
  ],
  ["dots", ["1.2.2020"], {}, ["2020-02-01T00:00:00.000Z"], "date", 0, /day first/],
  ["days or months", ["01/02/2020"], {}, ["01/02/2020"], "text", 0, /give dates/],
  ["told", ["01/02/2020"], { dates: "month-first" }, ["2020-01-02T00:00:00.000Z"], "date", 0, /month first/],
  ["no such day", ["30.02.2020"], {}, ["30.02.2020"], "text", 0, /^$/],
  ["as text", ["1", "2"], { types: { x: "text" } }, ["1", "2"], "text", 0, /^$/],
  ["levels", ["high", "low"], { levels: { x: ["low", "high"] } }, ["high", "low"], "factor", 0, /^$/],
];
for (const [what, cells, options, values, type, missing, note] of columns) {
  Deno.test(`read: ${what}`, async () => {
    const found = await column(cells, options);
    assert.deepEqual([found.values, found.type, found.missing], [values, type, missing]);
    assert.match(found.note, note);
  });
}

Deno.test("read: levels travel into the model, numerals of a factor in numeric order", async () => {
  const text = "y,dose,plot\n1,low,10\n2,high,9\n4,mid,10\n3,low,9\n6,high,10\n4,mid,9\n";
  const data = await read(bytes(text), {
    levels: { dose: ["low", "mid", "high"] },
    types: { plot: "factor" },
  });
  assert.deepEqual(fit("y ~ dose + plot", data).parts[0].names, [
    "(Intercept)",
    "dosemid",
    "dosehigh",
    "plot10",
  ]);
});

/** File → column names and words that the report says. */
const files: [string, string | Uint8Array, string[], RegExp][] = [
  ["semicolons", "a;b\n1,5;2\n", ["a", "b"], /";" between cells, decimal mark ","/],
  ["tabs", "a\tb\n1\t2\n", ["a", "b"], /tab between/],
  ["commas in quotes", 'a,b\n"1,5",x\n', ["a", "b"], /"," between/],
  ["a line for Excel", "sep=;\na;b\n1;2\n", ["a", "b"], /";" between/],
  ["a byte-order mark", "\ufeffa,b\n1,2\n", ["a", "b"], /byte-order mark/],
  ["UTF-16", new Uint8Array([0xff, 0xfe, ...[..."a,b\n1,2"].flatMap((c) => [c.charCodeAt(0), 0])]), [
    "a",
    "b",
  ], /UTF-16/],
  ["an older encoding", new Uint8Array([0xe4, 44, 98, 10, 49, 44, 50]), ["ä", "b"], /Windows-1252/],
  ["row names of R", '"a","b"\n"1",2,3\n"2",4,5\n', ["row", "a", "b"], /one name less/],
  ["names twice", "a,a\n1,2\n", ["a", "a_2"], /several columns "a"/],
  ["no name", "a,\n1,2\n", ["a", "column_2"], /column 2 has no name/],
  ["no header", "1,2\n3,4\n", ["1", "2"], /looks like data/],
  ["empty lines and line ends of Windows", "a,b\r\n\r\n1,2\r\n", ["a", "b"], /"," between/],
  [
    "awkward names",
    "a b,constructor,__proto__,plot\n1,2,3,4\n",
    ["a b", "constructor", "__proto__", "plot"],
    /"," between/,
  ],
];
for (const [what, file, names, words] of files) {
  Deno.test(`read: ${what}`, async () => {
    const frame: ReadFrame = await read(typeof file === "string" ? bytes(file) : file);
    assert.deepEqual(frame.getColumns().map(({ name }) => name), names);
    const shown = (frame as unknown as Record<symbol, () => Record<string, string>>)
      [Symbol.for("Jupyter.display")]()["text/plain"];
    assert.match(shown, words);
  });
}

const refused: [string, string, ReadOptions, RegExp][] = [
  ["nothing", "", {}, /RangeError: Cannot read the file: it is empty/],
  ["a short line", "a,b\n1,2\n3\n", {}, /RangeError: .*line 3 has 1 cell, the header has 2/],
  ["decimal commas between commas", "a,b\n1,5,2,5\n1,2\n", {}, /RangeError: .*line 2 has 4 cells/],
  ["an open quotation", 'a,b\n1,2\n"x,2\n', {}, /SyntaxError: .*line 3 has no closing/],
  [
    "a column that is no number",
    "a\n1\nx\n",
    { types: { a: "number" } },
    /RangeError: .*"a" as number: line 3 is "x"/,
  ],
  [
    "levels that miss one",
    "a\nu\nv\n",
    { levels: { a: ["u"] } },
    /RangeError: .*"v", which is not one of the levels "u"/,
  ],
  ["types of no column", "a\n1\n", { types: { b: "number" } }, /RangeError: .*column "b".*"a"/],
  ["a long separator", "a\n1\n", { separator: "::" }, /RangeError: .*separator: "::".*one character/],
  [
    "a type that there is not",
    "a\n1\n",
    { types: { a: "integer" as "number" } },
    /RangeError: Cannot use types/,
  ],
];
for (const [what, file, options, message] of refused) {
  Deno.test(`read refuses ${what}`, async () => {
    await assert.rejects(read(bytes(file), options), (error) => (assert.match(String(error), message), true));
  });
}

Deno.test("read: files that hold no text are named", async () => {
  await assert.rejects(
    read(new Uint8Array([0x50, 0x4b, 3, 4, 0])),
    /TypeError: Cannot read the file: it is a workbook/,
  );
  await assert.rejects(read(bytes("PAR1xyz")), /Parquet file: pl\.readParquet/);
});

Deno.test("read: a path, a URL, and a file that is not there", async () => {
  const url = new URL("../data/sleepstudy.csv", import.meta.url);
  assert.equal((await read(url)).getColumn("Days").length, 180);
  assert.equal((await read(decodeURIComponent(url.pathname))).getColumn("Days").length, 180);
  await assert.rejects(read("no such file.csv"), /RangeError: Cannot read "no such file.csv": ENOENT/);
});
