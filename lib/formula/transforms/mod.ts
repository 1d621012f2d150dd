/** The functions that a formula can call. A new one (a spline basis: ns, bs) is one file and one line here. */
export { abs } from "./abs.ts";
export { asFactor, factor, ordered } from "./factor.ts";
export { c } from "./c.ts";
export { cbind } from "./cbind.ts";
export { cos } from "./cos.ts";
export { exp } from "./exp.ts";
export { expm1 } from "./expm1.ts";
export { I } from "./identity.ts";
export { interaction } from "./interaction.ts";
export { log } from "./log.ts";
export { log10 } from "./log10.ts";
export { log1p } from "./log1p.ts";
export { log2 } from "./log2.ts";
export { poly } from "./poly.ts";
export { scale } from "./scale.ts";
export { sin } from "./sin.ts";
export { sqrt } from "./sqrt.ts";
export { tan } from "./tan.ts";
