/** A value for a message. */

/** Its text where short, else what it is; a promise with what was forgotten. */
export function describe(value: unknown): string {
  if (value === null || ["undefined", "number", "boolean", "bigint"].includes(typeof value)) {
    return String(value);
  }
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (typeof value === "function") return `a function (${value.name || "anonymous"})`;
  if (typeof value === "symbol") return "a symbol";
  if (isPromise(value)) {
    return "a promise: write await before the call that makes it, such as await fitAsync(…)";
  }
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag === "DataFrame") return "a data frame";
  return tag === "Object" ? "an object" : `a ${tag}`;
}

/** Is it a promise, or looks like one? */
export function isPromise(value: unknown): boolean {
  return value instanceof Promise ||
    (typeof value === "object" && value !== null &&
      Object.prototype.toString.call(value) === "[object Promise]");
}
