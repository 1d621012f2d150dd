/** How much room text takes, so that nothing is cut off: widths of a wide system font, an upper bound for most others. */

/** Width in pixels of a line of text at a font size in pixels. */
export function textWidth(text: string, size = 12): number {
  let em = 0;
  for (const character of text) {
    if (/[ijl.,:;|'!()[\]{} \-/ftrI]/.test(character)) em += 0.4;
    else if (/[mwMWQO@%…—]/.test(character)) em += 0.95;
    else if (/[A-Z0-9_+=<>~×]/.test(character)) em += 0.7;
    else em += character.codePointAt(0)! > 0x2e80 ? 1.05 : 0.62;
  }
  return em * size;
}

/** Width of the longest line of some texts. */
export function longest(texts: Iterable<string>, size = 12): number {
  let width = 0;
  for (const text of texts) {
    for (const line of text.split("\n")) width = Math.max(width, textWidth(line, size));
  }
  return width;
}

/** Breaks text into lines no wider than `pixels`, at spaces. */
export function wrap(text: string, pixels: number, size = 12): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line ? `${line} ${word}` : word;
    if (line && textWidth(longer, size) > pixels) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line ? [...lines, line] : lines;
}
