export { diag } from "./diagonal.ts";
export { us } from "./unstructured.ts";
