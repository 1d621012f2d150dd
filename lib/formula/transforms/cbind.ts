import { numbersOf, type Transform } from "./transform.ts";

/** cbind(successes, failures): a response of two columns. */
export const cbind: Transform = {
  name: "cbind",
  parameters: ["..."],
  apply(inputs) {
    const columns = inputs.rest.map(({ value }) => numbersOf(value, inputs.n, inputs.text).values);
    if (columns.length === 0) throw new TypeError(`Cannot compute ${inputs.text}: it needs columns`);
    return { value: { kind: "matrix", columns, suffixes: inputs.rest.map(({ text }) => text) } };
  },
};
