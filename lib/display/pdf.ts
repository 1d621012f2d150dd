/** Figures as PDF: vectors and text, with the font in the file. */
import { fontBytes } from "./fonts.ts";

/** What writes PDF; fetched when the first is written, as {@link RESVG} is. */
export const PDFKIT = "pdfkit@0.17.2", SVG_TO_PDFKIT = "svg-to-pdfkit@0.1.8";

interface Document {
  registerFont(name: string, font: Uint8Array): void;
  on(event: string, listener: (chunk: Uint8Array) => void): void;
  end(): void;
}
type Documents = new (options: unknown) => Document;
type Draw = (document: Document, svg: string, x: number, y: number, options: unknown) => void;

/**
 * A PDF of one page, as large as the figure.
 * @param svg a figure of its own, see {@link standalone}
 * @param width, height of the page in points
 * @throws Error when the libraries can neither be fetched nor are there
 */
export async function pdfOf(svg: string, width: number, height: number): Promise<Uint8Array> {
  const [Documents, draw] = await libraries(), { regular, bold } = await fontBytes();
  const document = new Documents({ size: [width, height], margin: 0, info: { Creator: "tidyglmm" } });
  document.registerFont("regular", regular);
  document.registerFont("bold", bold);
  const written = allOf(document);
  draw(document, svg, 0, 0, {
    width,
    height,
    preserveAspectRatio: "xMinYMin meet",
    assumePt: true,
    fontCallback: (_family: string, isBold: boolean) => isBold ? "bold" : "regular",
  });
  document.end();
  return await written;
}

let loading: Promise<[Documents, Draw]> | null = null;

function libraries(): Promise<[Documents, Draw]> {
  return loading ??= Promise.all([import(`npm:/${PDFKIT}`), import(`npm:/${SVG_TO_PDFKIT}`)]).then(
    ([{ default: Documents }, { default: draw }]): [Documents, Draw] => [Documents, draw],
    (error) => {
      loading = null;
      throw new Error(
        `Cannot write PDF: ${PDFKIT} and ${SVG_TO_PDFKIT} are fetched from npm the first time, and could not be (${
          (error as Error).message.split("\n")[0]
        }); save as .svg, or connect this machine once`,
      );
    },
  );
}

function allOf(document: Document): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  return new Promise((resolve) => {
    document.on("data", (chunk) => chunks.push(chunk));
    document.on("end", () => {
      const all = new Uint8Array(chunks.reduce((n, chunk) => n + chunk.length, 0));
      chunks.reduce((at, chunk) => (all.set(chunk, at), at + chunk.length), 0);
      resolve(all);
    });
  });
}
