import type { Transform } from "./transform.ts";

/** c(…): several constants, as in factor(x, levels = c("low", "high")). */
export const c: Transform = {
  name: "c",
  parameters: ["..."],
  apply(inputs) {
    const items = inputs.rest.flatMap(({ value, text }) => {
      if (value.kind === "constant") return value.items;
      throw new TypeError(`Cannot compute ${inputs.text}: c() takes constants, but ${text} is a column`);
    });
    return { value: { kind: "constant", items } };
  },
};
