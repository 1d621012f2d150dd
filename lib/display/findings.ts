/** What a figure's tests found, in words beside it: a list that reads without colours and without scripts. */
import { escapeHtml } from "./html.ts";

/**
 * One finding.
 *
 * @category Figures and tables
 */
export interface Finding {
  /** Nothing to do; worth a look; a problem. None: how the figure is read. */
  readonly verdict?: "fine" | "look" | "problem";
  /** What it is about, in front of the words. */
  readonly about?: string;
  /** The words. */
  readonly text: string;
  /** Code to try next. */
  readonly next?: string;
}

const MARK = { fine: "✓", look: "◦", problem: "✗" } as const;
const LIST = "list-style:none;margin:0.4em 0;padding:0;flex:1 1 17em;min-width:0;max-width:44em";
const ITEM = "margin:0 0 0.45em;padding:0 0 0 1.5em;text-indent:-1.5em;line-height:1.35";
const SIGN = "display:inline-block;width:1.5em;text-indent:0";

/** The words as plain lines. */
export function findingsText(findings: readonly Finding[]): string {
  return findings.map(({ verdict, about, text, next }) =>
    `${verdict ? MARK[verdict] : "·"} ${about ? `${about}: ` : ""}${text}${next ? `\n  → ${next}` : ""}`
  ).join("\n");
}

/** The words as a list: below the figure where the page is narrow, beside it where there is room. */
export function withFindings(figure: string, findings: readonly Finding[]): string {
  const items = findings.map(({ verdict, about, text, next }) => {
    const sign = verdict
      ? `<span style="${SIGN};font-weight:700">${MARK[verdict]}</span>`
      : `<span style="${SIGN}"></span>`;
    const name = about ? `<b>${escapeHtml(about)}</b>: ` : "";
    const code = next
      ? `<br><code style="text-indent:0;background:none;color:inherit">→ ${escapeHtml(next)}</code>`
      : "";
    return `<li style="${ITEM}${verdict ? "" : ";opacity:0.75"}">${sign}${name}${
      escapeHtml(text)
    }${code}</li>`;
  });
  return `<div style="display:flex;flex-wrap:wrap;align-items:flex-start;column-gap:1.5em">` +
    `<div style="min-width:0;max-width:100%">${figure}</div><ul style="${LIST}">${items.join("")}</ul></div>`;
}
