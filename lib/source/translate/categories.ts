/** factor(x), as.factor(x), ordered(x): rows told apart as before, under the names that the formula gives. */
import { assertLevelsListed, labelsOf, levelsOf } from "../../formula/transforms/factor.ts";
import { factorOfNumbers, type State } from "../../formula/values.ts";
import { asFactor, renamed } from "./factors.ts";
import { required, type SqlFunction, type SqlInputs } from "./function.ts";

export const categories: SqlFunction = {
  apply(inputs, state) {
    const levels = (state?.levels ?? []) as readonly string[], factor = factorIn(inputs, levels);
    return renamed(factor, levels, labelsOf(inputs.options, levels));
  },
  async learn(inputs, ask): Promise<State> {
    const x = required(inputs, "x");
    const found = x.kind === "numeric"
      ? factorOfNumbers(Float64Array.from((await ask.distinct(x, Infinity))!)).levels
      : factorIn(inputs, []).levels();
    const levels = levelsOf(inputs.options, found);
    const occurring = x.kind === "numeric" ? found : await ask.levels(factorIn(inputs, []));
    assertLevelsListed(inputs.text, occurring, levels);
    return { levels };
  },
};

function factorIn(inputs: SqlInputs, levels: readonly string[]) {
  const factor = asFactor(required(inputs, "x"), () => levels);
  if (factor) return factor;
  throw new TypeError(`Cannot compute ${inputs.text}: it needs a column, but is given a constant`);
}
