import { fromBlocks, type Source } from "../../mod.ts";

/** What becomes of the text of a cell: Number, String. */
type Reader = (text: string) => number | string;

/** The rows of a CSV file without quoted commas, a block of `size` lines at a time: the file is never whole in memory. */
export function csvInPieces(file: URL, columns: Record<string, Reader>, size = 1000): Source {
  return fromBlocks({
    columns: Object.keys(columns),
    async *read(wanted) {
      const lines = linesOf(file), header = cells((await lines.next()).value ?? "");
      let rows: string[][] = [];
      const block = () =>
        Object.fromEntries(wanted.map((name) => {
          const at = header.indexOf(name), parse = columns[name];
          return [name, rows.map((row) => ["", "NA"].includes(row[at]) ? null : parse(row[at]))];
        }));
      for await (const line of lines) {
        rows.push(cells(line));
        if (rows.length < size) continue;
        yield block();
        rows = [];
      }
      if (rows.length > 0) yield block();
    },
  });
}

const cells = (line: string) => line.split(",").map((cell) => cell.replaceAll('"', ""));

/** The lines of a text file as they arrive. */
async function* linesOf(file: URL): AsyncGenerator<string> {
  let rest = "";
  for await (const text of (await Deno.open(file)).readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}
