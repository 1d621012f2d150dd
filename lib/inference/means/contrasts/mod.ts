/** Contrast methods by name. A new one is a new file and a line here. */
export { consec } from "./consec.ts";
export { delEff as "del.eff" } from "./del_eff.ts";
export { eff } from "./eff.ts";
export { helmert } from "./helmert.ts";
export { identity } from "./identity.ts";
export { meanChg as "mean_chg" } from "./mean_chg.ts";
export { pairwise } from "./pairwise.ts";
export { poly } from "./poly.ts";
export { revpairwise } from "./revpairwise.ts";
export { trtVsCtrl as "trt.vs.ctrl", trtVsCtrlLast as "trt.vs.ctrlk" } from "./trt_vs_ctrl.ts";
