/** Tables as documents of Word. */
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
const TEXT = 20, SMALL = 17;

function blocksOf(library: Library, { title, parts, notes }: TablePicture): object[] {
  const { Paragraph, TextRun } = library;
  const paragraph = (text: string, run: object, space: object) =>
    new Paragraph({ spacing: space, children: [new TextRun({ text, size: TEXT, ...run })] });
  return [
    ...(title ? [paragraph(title, { bold: true }, { after: 100 })] : []),
    ...parts.flatMap((part) => [
      ...(part.heading ? [paragraph(part.heading, { italics: true }, { before: 160, after: 60 })] : []),
      tableOf(library, part),
    ]),
    ...notes.map((note, i) => paragraph(note, { size: SMALL }, { before: i === 0 ? 80 : 0 })),
  ];
}

const NONE = { style: "none", size: 0, color: "auto" };
/** Rules by their thickness in eighths of a point. */
const rule = (size: number) => ({ style: "single", size, color: "000000" });

function tableOf({ Table, TableRow, TableCell, Paragraph, TextRun }: Library, part: TablePart): object {
  const { columns, rules = [] } = part, count = rowsOfPart(part);
  const row = (texts: string[], borders: object, bold: boolean) =>
    new TableRow({
      tableHeader: bold,
      cantSplit: true,
      children: texts.map((text, j) =>
        new TableCell({
          borders: { top: NONE, bottom: NONE, left: NONE, right: NONE, ...borders },
          margins: { left: 80, right: 80 },
          children: [
            new Paragraph({
              alignment: columns[j].align,
              children: [new TextRun({ text: text.trim(), bold, size: TEXT })],
            }),
          ],
        })
      ),
    });
  const body = Array.from({ length: count }, (_, i) => {
    const above = rules.includes(i) ? { top: rule(4) } : {},
      below = i === count - 1 ? { bottom: rule(8) } : {};
    return row(columns.map(({ cells }) => cells[i]), { ...above, ...below }, false);
  });
  const head = row(
    columns.map(({ name }) => name),
    { top: rule(8), bottom: rule(count === 0 ? 8 : 4) },
    true,
  );
  return new Table({
    rows: [head, ...body],
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
