/** The figures, by the kind of result that they draw: one file and one line each. */
export { augment } from "./augment.ts";
export { bootstrap } from "./bootstrap.ts";
export { contrast } from "./contrast.ts";
export { description } from "./description.ts";
export { emmeans } from "./emmeans.ts";
export { familyAdvice } from "./family_advice.ts";
export { look } from "./look.ts";
export { modelCheck } from "./model_check.ts";
export { predict } from "./predict.ts";
export { profile } from "./profile.ts";
export { ranef } from "./ranef.ts";
export { residuals } from "./residual_plots.ts";
export { residualTest } from "./residual_test.ts";
export { simulatedResiduals } from "./simulated_residuals.ts";
export { tidy } from "./tidy.ts";
