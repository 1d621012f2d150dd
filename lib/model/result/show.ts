/** A model shows itself: the printed summary as text, the same in tables as HTML. */
import { escapeHtml, htmlBlock, htmlTable } from "../../display.ts";
import { frameOf } from "../../frame.ts";
import { coefficientStatistics, shownParts } from "./coefficients.ts";
import { type Model, partSpec, showAs } from "./model.ts";
import { aic, bic, deviance, dfResidual } from "./statistics.ts";
import { summary } from "./summary.ts";
import { varCorr } from "./var_corr.ts";

/** Attaches the notebook display of a model to a value of it, and freezes that. */
export function showModel(value: Model, model: Model): Model {
  return Object.freeze(showAs(value, () => summary(model), () => html(model)));
}

function html(model: Model): string {
  const { family } = model, body: string[] = [];
  for (const m of model.messages) {
    body.push(
      `<div style="border-left:3px solid #e8a33d;padding:0.2em 0.7em;margin:0.3em 0">${escapeHtml(m)}</div>`,
    );
  }
  body.push(htmlTable(frameOf(criteria(model)), { digits: 5 }));
  if (model.random.length > 0) body.push(section("Random effects"), htmlTable(varCorr(model)));
  for (const part of shownParts(model)) {
    const { names, estimate, stdError, statistic, pValue } = coefficientStatistics(model, part);
    body.push(section(partSpec(model, part.part).heading));
    const columns = { term: [...names], estimate, std_error: stdError, statistic };
    body.push(htmlTable(frameOf(model.reml ? columns : { ...columns, p_value: pValue }), { rows: 60 }));
  }
  const title = `${model.formula}${
    model.formulas.zeroInflation ? `, zero inflation ${model.formulas.zeroInflation}` : ""
  }${
    model.formulas.dispersion ? `, dispersion ${model.formulas.dispersion}` : ""
  } — ${family.name} (${family.link.name}), ${model.method}`;
  return htmlBlock({ title, body, notes: model.certificate.converged ? ["Converged."] : [] });
}

function criteria(model: Model) {
  const shared = { nobs: Int32Array.of(model.nobs), npar: Int32Array.of(model.npar) };
  return model.reml ? { ...shared, reml_criterion: [deviance(model)], sigma: [model.sigma] } : {
    ...shared,
    aic: [aic(model)],
    bic: [bic(model)],
    log_lik: [model.logLik],
    deviance: [deviance(model)],
    df_residual: [dfResidual(model)],
  };
}

function section(title: string): string {
  return `<div style="font-weight:600;margin-top:0.5em">${escapeHtml(title)}</div>`;
}
