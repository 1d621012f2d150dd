export { ar1 } from "./ar1.ts";
export { diag } from "./diagonal.ts";
export { exp } from "./exp.ts";
export { us } from "./unstructured.ts";
