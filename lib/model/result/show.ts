/** A model shows itself: the printed summary as text, the same in tables as HTML and in documents. */
import { escapeHtml, htmlBlock, htmlParts, pictured, type TablePicture } from "../../display.ts";
import { type Model, showAs } from "./model.ts";
import { modelPicture } from "./model_picture.ts";
import { summary } from "./summary.ts";

/** Attaches the notebook display of a model to a value of it, and freezes that. */
export function showModel(value: Model, model: Model): Model {
  const picture = (style = {}): TablePicture => modelPicture(model, style);
  const withNotes = (style = {}) => ({
    ...picture(style),
    notes: [...picture(style).notes, ...model.messages],
  });
  return Object.freeze(
    pictured(showAs(value, () => summary(model), () => html(model, picture())), withNotes),
  );
}

/** What went wrong stands first. */
function html({ messages }: Model, picture: TablePicture): string {
  const { title, notes } = picture;
  const warnings = messages.map((m) =>
    `<div style="border-left:3px solid #e8a33d;padding:0.2em 0.7em;margin:0.3em 0">${escapeHtml(m)}</div>`
  );
  return htmlBlock({ title, notes, body: [...warnings, ...htmlParts(picture)] });
}
