/**
 * A model as its users hold it: a value. What they read of it is their own copy, made when it is read, so that whatever they do to it
 * (a typed array cannot be frozen) no later answer changes; functions work on the model inside.
 */
import { copyOfBuffer, isBuffer } from "../../math/copies.ts";
import { type Model, publishedAs } from "./model.ts";
import { showModel } from "./show.ts";

/** The model that users get. */
export function published(model: Model): Model {
  const value = showModel(viewOf(model) as Model, model);
  return publishedAs(value, model);
}

/** A frozen object whose properties are copies of another's. */
function viewOf(source: object): object {
  const view: object = {}, made = new Map<string, unknown>();
  for (const key of Object.keys(source)) {
    const { value } = Object.getOwnPropertyDescriptor(source, key)!;
    if (value !== undefined && (typeof value !== "object" || value === null)) {
      Object.defineProperty(view, key, { enumerable: true, value });
      continue;
    }
    Object.defineProperty(view, key, {
      enumerable: true,
      get() {
        if (made.has(key)) return made.get(key);
        const own = (source as Record<string, unknown>)[key], copy = copyOf(own);
        if (!isBuffer(own)) made.set(key, copy);
        return copy;
      },
    });
  }
  return view;
}

function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(copyOf));
  if (isBuffer(value)) return copyOfBuffer(value);
  return isPlain(value) ? Object.freeze(viewOf(value)) : value;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
