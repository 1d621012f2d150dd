export { cloglog } from "./cloglog.ts";
export { identity } from "./identity.ts";
export { inverse } from "./inverse.ts";
export { log } from "./log.ts";
export { logit } from "./logit.ts";
export { probit } from "./probit.ts";
export { sqrt } from "./sqrt.ts";
