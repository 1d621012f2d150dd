/** Contrast codings by name: a new one is one file and one line here. */
export { helmert } from "./helmert.ts";
export { poly } from "./poly.ts";
export { sum } from "./sum.ts";
export { treatment } from "./treatment.ts";
