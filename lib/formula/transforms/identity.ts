import { requiredInput, type Transform } from "./transform.ts";

/** I(…): the operators inside have their arithmetic meaning, the value is unchanged. */
export const I: Transform = {
  name: "I",
  parameters: ["x"],
  apply: (inputs) => ({ value: requiredInput(inputs, "x") }),
};
