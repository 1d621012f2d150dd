import { elementwise, type Transform } from "./transform.ts";

/** Tangent of an angle in radians. */
export const tan: Transform = elementwise("tan", Math.tan);
