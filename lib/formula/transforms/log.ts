import { numberOption, numericInput, type Transform } from "./transform.ts";

/** Logarithm, natural unless a base is given: log(x), log(x, 2), log(x, base = 10). */
export const log: Transform = {
  name: "log",
  parameters: ["x", "base"],
  apply(inputs) {
    const x = numericInput(inputs, "x");
    const base = numberOption(inputs, "base", Math.E);
    const logarithm = base === 10 ? Math.log10 : base === 2 ? Math.log2 : Math.log;
    const divisor = logarithm === Math.log && base !== Math.E ? Math.log(base) : 1;
    const values = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) values[i] = logarithm(x[i]) / divisor;
    return { value: { kind: "numeric", values } };
  },
};
