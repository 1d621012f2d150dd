/** Labels that fit in a given width and still differ from one another. */
import { shorten, textWidth } from "./text.ts";

/**
 * Every label as it is written: shortened in the middle where that keeps labels apart; else to the words in which they differ, with as
 * many of the others as there is room for; in full where nothing shorter tells them apart.
 * @param pixels the width that a label may take
 */
export function fittedLabels(labels: readonly string[], pixels: number, size = 12): Map<string, string> {
  const distinct = [...new Set(labels)];
  const ways = [
    (all: readonly string[]) => all.map((label) => shorten(label, pixels, size)),
    (all: readonly string[]) => byWords(all, pixels, size),
    (all: readonly string[]) => byEnds(all, pixels, size),
  ];
  for (const way of ways) {
    const written = way(distinct);
    if (
      new Set(written).size === distinct.length && written.every((text) => textWidth(text, size) <= pixels)
    ) {
      return paired(distinct, written);
    }
  }
  return paired(distinct, distinct);
}

function paired(labels: readonly string[], written: readonly string[]): Map<string, string> {
  return new Map(labels.map((label, i) => [label, written[i]]));
}

/** Signs between the names of a contrast: they are kept. */
const BETWEEN = new Set(["-", "/", "+", "|", "="]);

/** Labels of the same number of words: those in which they differ, and of the others the first ones that fit everywhere. */
function byWords(labels: readonly string[], pixels: number, size: number): readonly string[] {
  const words = labels.map((label) => label.split(" ")), [first] = words;
  if (words.some((own) => own.length !== first.length)) return labels;
  const same = first.map((word, k) => words.every((own) => own[k] === word));
  const kept = first.map((word, k) => !same[k] || BETWEEN.has(word));
  const written = () => words.map((own) => joined(own, kept));
  for (let k = 0; k < kept.length; k++) {
    if (kept[k]) continue;
    kept[k] = true;
    if (written().some((text) => textWidth(text, size) > pixels)) kept[k] = false;
  }
  return written();
}

/** The words kept, an ellipsis for each run of the others. */
function joined(words: readonly string[], kept: readonly boolean[]): string {
  const out: string[] = [];
  words.forEach((word, k) => {
    if (kept[k]) out.push(word);
    else if (out.at(-1) !== "…") out.push("…");
  });
  return out.join(" ");
}

/** What differs in full, with as much of the common beginning and end as fits. */
function byEnds(labels: readonly string[], pixels: number, size: number): readonly string[] {
  const head = commonLength(labels), shortest = Math.min(...labels.map((label) => label.length - head));
  const tail = Math.min(shortest, commonLength(labels.map((label) => [...label].reverse().join(""))));
  const cut = (label: string, keep: number) => {
    const from = Math.min(head, keep), to = Math.min(tail, keep), end = label.length - tail;
    return (from < head ? `${label.slice(0, from)}…` : label.slice(0, head)) + label.slice(head, end) +
      (to < tail ? `…${label.slice(label.length - to)}` : label.slice(end));
  };
  for (let keep = Math.max(head, tail); keep >= 0; keep--) {
    const written = labels.map((label) => cut(label, keep));
    if (written.every((text) => textWidth(text, size) <= pixels)) return written;
  }
  return labels;
}

/** How many signs all texts begin with. */
function commonLength([first, ...others]: readonly string[]): number {
  let n = 0;
  while (n < first.length && others.every((text) => text[n] === first[n])) n++;
  return n;
}
