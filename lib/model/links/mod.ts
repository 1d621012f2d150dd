export { identity } from "./identity.ts";
export { log } from "./log.ts";
export { logit } from "./logit.ts";
