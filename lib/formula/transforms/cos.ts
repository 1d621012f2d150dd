import { elementwise, type Transform } from "./transform.ts";

/** Cosine of an angle in radians. */
export const cos: Transform = elementwise("cos", Math.cos);
