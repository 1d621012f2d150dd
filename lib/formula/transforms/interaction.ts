import { asCategories } from "./factor.ts";
import { constantInput, type Inputs, type Transform } from "./transform.ts";
import type { FactorValue } from "../values.ts";

/** interaction(a, b, …, sep = "."): the combinations of levels, "a1.b1", the first factor varying fastest. */
export const interaction: Transform = {
  name: "interaction",
  parameters: ["sep", "..."],
  apply(inputs) {
    if (inputs.rest.length === 0) {
      throw new TypeError(`Cannot compute ${inputs.text}: it needs at least one factor`);
    }
    const factors = inputs.rest.map(({ text, value }) => asCategories(value, `${inputs.text}: ${text}`));
    const value = factors.reduce((left, right) => crossed(left, right, separator(inputs)));
    return { value };
  },
};

function separator(inputs: Inputs): string {
  return String(constantInput(inputs, "sep")?.[0] ?? ".");
}

function crossed(left: FactorValue, right: FactorValue, sep: string): FactorValue {
  const levels = right.levels.flatMap((b) => left.levels.map((a) => a + sep + b));
  const codes = left.codes.map((a, i) => {
    const b = right.codes[i];
    return a < 0 || b < 0 ? -1 : b * left.levels.length + a;
  });
  return { kind: "factor", codes, levels, ordered: false, boolean: false };
}
