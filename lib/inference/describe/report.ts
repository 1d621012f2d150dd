/** A methods-and-results paragraph in plain words. */
import { furtherFormulas } from "../../model/result/title.ts";
import {
  DISPLAY,
  type Displayable,
  escapeHtml,
  formatCount,
  formatPValues,
  formatSignificant,
  type MimeBundle,
  mimeBundle,
  wrapWords,
} from "../../display.ts";
import { designRecipe } from "../../formula/recipe.ts";
import { countedIn } from "../../formula/response_name.ts";
import type { Family, Part } from "../../model/families/family.ts";
import { isDispersion, isOnePart, isZeroPart, MEAN } from "../../model/families/part.ts";
import { type Model, partOf, partsOf, partSpec, type TermResult } from "../../model/result/model.ts";
import { covarianceOf, effectTerms } from "../../model/result/term_result.ts";
import { tidy } from "../intervals/tidy.ts";
import { aic } from "../../model/result/statistics.ts";
import { ownModel } from "../../model/result/model_argument.ts";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/**
 * A paragraph that shows itself: a text, which a notebook and a terminal break between words.
 *
 * ```ts
 * import { dataset, fit, report } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * report(model); // sentences for a methods and results section
 * ```
 *
 * @category The model
 */
export class Report extends String implements Displayable {
  /**
   * Called by the notebook.
   * @internal
   */
  [DISPLAY](): MimeBundle {
    const text = this.toString();
    return mimeBundle({
      text: wrapWords(text),
      html: `<p style="max-width:50em;color:inherit">${escapeHtml(text)}</p>`,
    });
  }

  /**
   * Called by console.log() in Node and Deno.
   * @internal
   */
  [INSPECT](): string {
    return wrapWords(this.toString());
  }
}

/**
 * Describes the model and its fixed effects in sentences, with numbers, for a methods and results section: estimates with confidence
 * intervals, test statistics with their degrees of freedom, p-values.
 *
 * ```ts
 * import { dataset, fit, report } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * report(model); // sentences for a methods and results section
 * ```
 *
 * @returns a text that shows itself; ratios of odds or means for logit and log links, differences for the identity link
 * @category The model
 */
export function report(model: Model): Report {
  model = ownModel(model, "report", arguments);
  return new Report(
    [
      methods(model),
      ...model.messages.length > 0 && !model.converged ? [model.messages[0]] : [],
      randomPart(model),
      effects(model),
      proportional(model),
      citation(),
    ]
      .filter(Boolean).join(" "),
  );
}

function methods(model: Model): string {
  const { family, random } = model, name = family.noun;
  const kind = effectTerms(random).length > 0 ? `${name} mixed model` : `${name} regression`;
  const extras = furtherFormulas(model).map(({ what, formula }) =>
    what === "zero inflation" && isHurdle(family)
      ? `hurdle ${formula}`
      : what === "nominal"
      ? `nominal effects ${formula}, with coefficients of their own for every threshold`
      : `${what} ${formula}`
  );
  const by = model.method === "REML"
    ? "restricted maximum likelihood"
    : model.method === "maximum likelihood" || model.method === "least squares"
    ? model.method
    : `maximum likelihood with ${
      model.method === "Laplace approximation" ? "the Laplace approximation" : model.method
    }`;
  return `We fitted a ${kind} with ${family.link.name} link (${model.formula}${
    extras.length ? `; ${extras.join("; ")}` : ""
  }) to ${formatCount(model.nobs)} observations by ${by}${
    model.reml ? "" : ` (AIC ${aic(model).toFixed(1)})`
  }.`;
}

/** Is the mean that predictors speak of another than E y? */
const isTruncated = ({ meanParts, categories }: Family) => meanParts !== undefined && !categories;

/** Do all zeros come from a point mass? */
const isHurdle = ({ conditional }: Family) => conditional !== undefined && !conditional.mass(0);

/** What holds for all thresholds of ordered categories. */
function proportional({ family, formulas }: Model): string {
  if (family.variant?.nominal !== false || formulas.nominal) return "";
  return "The effects are taken as the same at all thresholds; nominalTest() tests that.";
}

function randomPart(model: Model): string {
  return model.random.map((t: TermResult) => {
    const sd = t.parameters.filter(({ kind }) => kind === "sd").map(({ label, estimate: s }) =>
      `${s === 0 ? "0" : formatSignificant(s, 3)} (${label === "(Intercept)" ? "intercept" : label})`
    );
    const own = covarianceOf(t).shown.map((p, k) =>
      p.kind === "own" ? `, ${p.meaning} ${formatSignificant(t.parameters[k].estimate, 3)}` : ""
    ).join("");
    const where = t.part === MEAN ? "" : ` on the ${wordsOf(partSpec(model, t.part))}`;
    return `${t.residual ? "Residuals within" : "Random effects of"} ${t.group}${where} (${
      formatCount(t.levels.length)
    } levels) had standard deviation${sd.length > 1 ? "s" : ""} ${sd.join(", ")}${own}.`;
  }).join(" ");
}

/** One sentence per coefficient: what changes, by how much, how sure. */
function effects(model: Model): string {
  // deno-lint-ignore no-explicit-any
  return (tidy(model, { effects: "fixed" }).toRecords() as any[]).flatMap((r) => {
    const part = partsOf(model).find(({ name }) => name === r.component);
    if (
      !part || (isDispersion(part) && !model.family.categories) || part.constantOnly ||
      r.term === "(Intercept)"
    ) return [];
    const change = changeOf(model, part, r.term);
    if (model.parts.some((p) => p.part === r.component && p.fixed.includes(r.term))) {
      return [
        `${change} ${
          sizeOf(model, part, [r.estimate]).replace(/ \(.*$/, "")
        } (a given value, not estimated).`,
      ];
    }
    if (r.estimate === null) return [`${change} the data do not determine the difference.`];
    const size = sizeOf(model, part, [r.estimate, r.conf_low ?? -Infinity, r.conf_high ?? Infinity]);
    if (r.std_error === Infinity) return [`${change} ${size}, one-sided because of separation).`];
    const p = formatPValues([r.p_value])[0], shown = p.startsWith("<") ? p.replace(/<\s*/, "< ") : `= ${p}`;
    return [`${change} ${size}, ${testOf(r.statistic, r.df)}, p ${shown}).`];
  }).join(" ");
}

/** "t(17.0) = 6.77", or z where there are no degrees of freedom. */
function testOf(statistic: number, df: number | null): string {
  const value = formatSignificant(statistic, 3);
  return df === null || df === Infinity ? `z = ${value}` : `t(${formatSignificant(df, 3)}) = ${value}`;
}

/** "For extract cucumber rather than bean", "For each unit of bodyLength more", or the coefficient's name. */
function changeOf(model: Model, part: Part, name: string): string {
  const { names, terms } = partOf(model, part.name), j = names.indexOf(name);
  const term = terms.find(({ start, count }) => j >= start && j < start + count);
  if (!term || term.factors.length > 1) return `By the interaction ${name}`;
  const [factor] = term.factors, v = designRecipe(model.recipe).variables[factor];
  if (v?.kind !== "factor" || v.coding !== "treatment" || term.count !== v.levels.length - 1) {
    return `For each unit of ${name} more`;
  }
  return `For ${factor} ${v.levels[j - term.start + 1]} rather than ${v.levels[0]}${
    inInteraction(model, factor) ? " (other factors at their first level, covariates at 0)" : ""
  }`;
}

function inInteraction(model: Model, variable: string): boolean {
  return model.parts[0].terms.some((t) => t.factors.length > 1 && t.factors.includes(variable));
}

/** "zero inflation", "dispersion": what a part is called in a sentence. */
const wordsOf = (part: Part): string =>
  isZeroPart(part)
    ? "zero inflation"
    : isOnePart(part)
    ? "one inflation"
    : isDispersion(part)
    ? "dispersion"
    : part.meaning;

/** "the odds of germ were 1.72 times as high (95 % CI 1.05 to 2.80". */
function sizeOf(model: Model, part: Part, ends: readonly number[]): string {
  const { family } = model, own = part.name === MEAN;
  const response = part.event
    ? part.event
    : own && isTruncated(family.conditional ?? family)
    ? `the ${part.meaning} of ${model.response}`
    : own
    ? (family.usesTrials ? countedIn(model.response) : model.response)
    : `the ${part.meaning}`;
  // with scale effects the odds move by a coefficient over the scale of the row
  const latent = own && family.categories && model.formulas.dispersion !== undefined;
  const link = latent ? "latent" : own ? family.link.name : part.link.name,
    text = (values: readonly number[]) => values.map((v) => formatSignificant(v, 3));
  if (link === "logit" || link === "log") {
    const [ratio, low, high] = text(ends.map(Math.exp));
    return `${link === "logit" ? `the odds of ${family.categories ? "a higher " : ""}` : ""}${response} ${
      link === "logit" ? "were" : "was"
    } ${ratio} times as high (95 % CI ${low} to ${high}`;
  }
  const [size, low, high] = text(ends);
  const what = link === "identity"
    ? response
    : family.categories
    ? `the latent ${response}`
    : `the ${link} of the mean of ${response}`;
  return `${what} was ${size.replace("-", "")} ${
    ends[0] < 0 ? "lower" : "higher"
  } (95 % CI ${low} to ${high}`;
}

function citation(): string {
  return "Fitted with tidyglmm for Deno.";
}
