/** Tables as documents of Word. */
import { columnWidths, type Line, linesOf, sentencesOf } from "./layout.ts";
import { rowsOfPart, type TablePart, type TablePicture } from "./picture.ts";

/**
 * What writes these documents. Its address is no literal in import(), or it would be fetched with this module and not when the
 * first document is written.
 */
export const DOCX = "docx@9.15.2";

/** What is used of the package: its classes, by the names under which it documents them. */
interface Library {
  readonly Document: new (options: unknown) => object;
  readonly Packer: { toBuffer(document: object): Promise<Uint8Array> };
  readonly Paragraph: new (options: unknown) => object;
  readonly TextRun: new (options: unknown) => object;
  readonly Table: new (options: unknown) => object;
  readonly TableRow: new (options: unknown) => object;
  readonly TableCell: new (options: unknown) => object;
}

let loading: Promise<Library> | null = null;

/** The document as bytes: a paragraph for the title, a table of three rules for each part, notes in small print. */
export async function docxOf(picture: TablePicture): Promise<Uint8Array> {
  loading ??= import(`npm:/${DOCX}`) as Promise<Library>;
  const library = await loading.catch((reason) => {
    loading = null;
    throw new Error(
      `Cannot write a Word document: the package ${DOCX} is not there and could not be fetched from npm ` +
        `(${reason instanceof Error ? reason.message : reason}); toHtml(table) can be opened in Word too`,
    );
  });
  const { Document, Packer } = library;
  return new Uint8Array(
    await Packer.toBuffer(new Document({ sections: [{ children: blocksOf(library, picture) }] })),
  );
}

/** Sizes of text in half points. */
const TEXT = 20, SMALL = 17, GAP = 8;
/** Twentieths of a point in a letter of the text. */
const LETTER = 10 * TEXT;

function blocksOf(library: Library, { title, parts, notes }: TablePicture): object[] {
  const { Paragraph, TextRun } = library;
  const paragraph = (text: string, run: object, space: object) =>
    new Paragraph({ spacing: space, children: [new TextRun({ text, size: TEXT, ...run })] });
  return [
    ...(title ? [paragraph(title, { bold: true }, { after: 100 })] : []),
    ...parts.flatMap((part) => [
      ...(part.heading ? [paragraph(part.heading, { italics: true }, { before: 160, after: 60 })] : []),
      ...linesOf(part).flatMap((line, k) => [
        ...(k > 0 ? [paragraph("", { size: GAP }, {})] : []),
        tableOf(library, part, line),
      ]),
    ]),
    ...notes.map((note, i) => paragraph(note, { size: SMALL }, { before: i === 0 ? 80 : 0 })),
  ];
}

const NONE = { style: "none", size: 0, color: "auto" };
/** Rules by their thickness in eighths of a point. */
const rule = (size: number) => ({ style: "single", size, color: "000000" });

/** One cell of a row, or one across the table. */
interface Cell {
  readonly text: string;
  readonly align: "left" | "right";
  readonly span?: number;
}

function tableOf(library: Library, part: TablePart, line: Line): object {
  const { rules = [] } = part, { beside } = line, count = rowsOfPart(part);
  const row = rowMaker(library, line);
  const cells = (texts: readonly string[]) => beside.map(({ align }, j): Cell => ({ text: texts[j], align }));
  const head = row(
    cells(beside.map(({ name }) => name)),
    { top: rule(8), bottom: rule(count === 0 ? 8 : 4) },
    true,
  );
  const body = Array.from({ length: count }, (_, i) => {
    const above = rules.includes(i) ? { top: rule(4) } : {},
      last = i === count - 1 ? { bottom: rule(8) } : {},
      further = sentencesOf(line, i);
    return [
      row(cells(beside.map((column) => column.cells[i])), {
        ...above,
        ...(further.length === 0 ? last : {}),
      }),
      ...further.map(({ name, text }, k) =>
        row(
          [{ text: `${name}: ${text}`, align: "left", span: beside.length }],
          k === further.length - 1 ? last : {},
        )
      ),
    ];
  });
  return new library.Table({
    rows: [head, ...body.flat()],
    columnWidths: columnWidths(line).map((width) => Math.round(width * LETTER)),
    borders: {
      top: NONE,
      bottom: NONE,
      left: NONE,
      right: NONE,
      insideHorizontal: NONE,
      insideVertical: NONE,
    },
  });
}

/** Rows of a table: cells with borders, in the type of its setting; what goes across in smaller type, moved in. */
function rowMaker({ TableRow, TableCell, Paragraph, TextRun }: Library, line: Line) {
  const { setting } = line,
    size = Math.round(TEXT * setting.size),
    padding = setting.padding * setting.size * LETTER;
  const widths = columnWidths(line).map((width) => Math.round(width * LETTER));
  return (cells: readonly Cell[], borders: object, bold = false) =>
    new TableRow({
      tableHeader: bold,
      cantSplit: true,
      children: cells.map(({ text, align, span }, j) =>
        new TableCell({
          borders: { top: NONE, bottom: NONE, left: NONE, right: NONE, ...borders },
          margins: { left: Math.round(span ? 4 * padding : padding), right: Math.round(padding) },
          width: { size: span ? widths.reduce((sum, width) => sum + width, 0) : widths[j], type: "dxa" },
          ...(span ? { columnSpan: span } : {}),
          children: [
            new Paragraph({
              alignment: align,
              children: [new TextRun({ text: text.trim(), bold, size: span ? Math.min(size, SMALL) : size })],
            }),
          ],
        })
      ),
    });
}
