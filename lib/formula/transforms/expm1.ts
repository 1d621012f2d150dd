import { elementwise, type Transform } from "./transform.ts";

/** exp(x) − 1, accurate for small x. */
export const expm1: Transform = elementwise("expm1", Math.expm1);
