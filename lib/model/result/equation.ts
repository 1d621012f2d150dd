/** The model as course notes write it, in LaTeX. */
import { countedIn } from "../../formula/response_name.ts";
import { type Displayable, displayable, formatSignificant } from "../../display.ts";
import { designRecipe } from "../../formula/recipe.ts";
import type { FixedTerm } from "../../formula/types.ts";
import { coefficientEstimate } from "./coefficients.ts";
import type { Part } from "../families/family.ts";
import { isDispersion } from "../families/part.ts";
import { type Model, type PartResult, partsOf, partSpec, type TermResult } from "./model.ts";
import { covarianceOf, residualTerm } from "./term_result.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "./model_argument.ts";

/**
 * LaTeX that a notebook shows as mathematics.
 *
 * @category The model
 */
export interface Equation extends Displayable {
  /** The `aligned` block, without delimiters. */
  readonly latex: string;
  /** The LaTeX with its delimiters. */
  toString(): string;
}

/**
 * Options of {@link equation}.
 *
 * @category The model
 */
export interface EquationOptions {
  /** Numbers instead of symbols: every coefficient and standard deviation as estimated (false). */
  estimates?: boolean;
  /** Significant digits of the numbers (3). */
  digits?: number;
}

const OPTIONS: Kinds<EquationOptions> = { estimates: kinds.flag, digits: kinds.count };

const LINKS: Record<string, (x: string) => string> = {
  identity: (x) => x,
  log: (x) => `\\log(${x})`,
  logit: (x) => `\\mathrm{logit}(${x})`,
  probit: (x) => `\\Phi^{-1}(${x})`,
  cloglog: (x) => `\\log(-\\log(1 - ${x}))`,
  loglog: (x) => `-\\log(-\\log(${x}))`,
  cauchit: (x) => `\\tan(\\pi(${x} - 1/2))`,
  inverse: (x) => `1/${x}`,
  "1/mu^2": (x) => `1/${x}^2`,
  sqrt: (x) => `\\sqrt{${x}}`,
};

/** Indices of grouping factors, after i for rows. */
const LETTERS = ["j", "k", "l", "m", "q", "r", "s"];

/**
 * Writes a model as equations: the distribution of the response given the random effects, the linear predictors with their
 * links, and the distributions of the random effects.
 *
 * ```ts
 * import { dataset, equation, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * equation(model, { estimates: true }).latex;
 * ```
 *
 * @returns an object that shows itself as mathematics in a notebook; `latex` and `String(…)` give the LaTeX
 * @category The model
 */
export function equation(model: Model, options: EquationOptions = {}): Equation {
  noMore("equation", arguments, 2);
  model = ownModel(model, "equation");
  checkOptions("equation", options, OPTIONS);
  const { estimates = false, digits = 3 } = options, writer = new Writer(model, estimates, digits);
  const lines = [
    writer.distribution(),
    ...model.parts.filter((p) => p.shown && !partSpec(model, p.part).constantOnly).map((p) =>
      writer.predictor(p)
    ),
    ...model.random.map((t, k) => writer.effects(t, k)),
  ];
  const latex = `\\begin{aligned}\n${lines.join(" \\\\\n")}\n\\end{aligned}`;
  const maths = `$$\n${latex}\n$$`;
  const object = { latex, toString: () => maths };
  return displayable(object, () => ({ "text/latex": maths, "text/markdown": maths, "text/plain": latex }));
}

/** Rows of a matrix that a line has room for. */
const MOST_ROWS = 6;

class Writer {
  private readonly letters = new Map<string, string>();

  constructor(
    private readonly model: Model,
    private readonly estimates: boolean,
    private readonly digits: number,
  ) {
    for (const { group } of model.random) {
      if (!this.letters.has(group)) {
        this.letters.set(group, LETTERS[this.letters.size] ?? `g_{${this.letters.size}}`);
      }
    }
  }

  distribution(): string {
    const { family, response, random } = this.model, own = residualTerm(random);
    if (own) {
      const errors = own.residual === "errors" ? ` + ${this.atPosition(own, random.indexOf(own))}` : "";
      return `${text(response)}_i &= \\mu_i${errors}`;
    }
    const given = random.length > 0 ? "\\mid b" : "";
    const counted = family.usesTrials ? countedIn(response) : response;
    const symbols = partsOf(this.model).map((part, k) => this.symbol(part, k));
    return `${text(counted)}_i ${given} &\\sim ${family.latex(symbols)}`;
  }

  /** μ_i, and φ or its estimate, or φ_i where it has predictors. */
  private symbol(part: Part, k: number): string {
    const { parameter, indexed = `${parameter}_i` } = part.latex, result = this.model.parts[k];
    if (part.constantOnly) return this.estimates ? this.number(result.beta[0]) : parameter;
    if (k === 0 || result.shown) return indexed;
    if (!this.estimates) return parameter;
    return this.number(isDispersion(part) ? this.model.sigma : this.model.parameters[part.name]);
  }

  predictor(part: PartResult): string {
    const spec = partSpec(this.model, part.part), { parameter, indexed = `${parameter}_i` } = spec.latex;
    const left = (LINKS[spec.link.name] ?? ((x: string) => `g(${x})`))(
      spec.constantOnly ? parameter : indexed,
    );
    const fixed = this.estimates ? this.numeric(part) : this.symbolic(part);
    const random = this.model.random.flatMap((t, k) =>
      t.residual === "errors"
        ? []
        : t.part === part.part && t.positions
        ? [` + ${this.atPosition(t, k)}`]
        : t.part === part.part
        ? t.names.map((n, c) =>
          ` + ${this.effect(t, k, c, "[i]")}${n === "(Intercept)" ? "" : `\\, ${this.column(n)}`}`
        )
        : []
    );
    return `${left} &= ${fixed || "0"}${random.join("")}${
      hasOffset(this.model, part.part) ? " + \\text{offset}_i" : ""
    }`;
  }

  /** β₀ + β₁ x_i + α_{f[i]}: one symbol per term. */
  private symbolic(part: PartResult): string {
    const letter = partSpec(this.model, part.part).latex.coefficient;
    let k = part.terms.some((t) => t.label === "(Intercept)") ? 0 : 1;
    return part.terms.filter((t) => t.count > 0).map((t) => {
      if (t.label === "(Intercept)") return `${letter}_{${k++}}`;
      return this.isFactor(t)
        ? `${letter}_{${
          t.factors.map((f) => this.isNumeric(f) ? text(f) : `${text(f)}[i]`).join("\\times ")
        }}${this.numericPart(t)}`
        : `${letter}_{${k++}}\\, ${this.column(t.label)}`;
    }).join(" + ");
  }

  private numericPart(t: FixedTerm): string {
    return t.factors.filter((f) => this.isNumeric(f)).map((f) => `\\, ${text(f)}_i`).join("");
  }

  /** 1.10 − 0.555 fungicide2 + …: one number per coefficient, a few to a line. */
  private numeric(part: PartResult): string {
    const { term } = partSpec(this.model, part.part),
      names = term === undefined
        ? part.names
        : part.names.map((name) => name === term ? "(Intercept)" : name.slice(term.length + 1));
    return names.map((name, j) => {
      const b = coefficientEstimate(this.model, part, j),
        sign = j === 0 ? (b < 0 ? "-" : "") : b < 0 ? " - " : " + ";
      const line = j > 0 && j % 5 === 0 ? " \\\\\n&\\quad" : "";
      return `${line}${sign}${this.number(Math.abs(b))}${
        name === "(Intercept)" ? "" : `\\, ${this.column(name)}`
      }`;
    }).join("");
  }

  /** The random effects of one term, in distribution. */
  effects(t: TermResult, k: number): string {
    if (t.positions) return this.field(t, k);
    const sd = t.names.map((_, i) => Math.sqrt(Math.max(0, t.covariance.get(i, i))));
    if (t.names.length === 1) {
      return `${this.effect(t, k, 0, "")} &\\sim \\mathcal{N}(0,\\ ${
        this.estimates ? `${this.number(sd[0])}^2` : `\\sigma_{${this.owner(t, k)}}^2`
      })`;
    }
    const vector = `\\begin{pmatrix} ${
      t.names.map((_, c) => this.effect(t, k, c, "")).join(" \\\\ ")
    } \\end{pmatrix}`;
    if (!this.estimates) {
      return `${vector} &\\sim \\mathcal{N}(0,\\ \\Sigma_{${this.owner(t, k)}}${
        t.parameters.some(({ kind }) => kind === "cor") ? "" : "\\text{ diagonal}"
      })`;
    }
    const rows = t.names.map((_, i) => t.names.map((_, j) => this.number(t.covariance.get(i, j))).join(" & "))
      .join(" \\\\ ");
    return `${vector} &\\sim \\mathcal{N}\\left(0,\\ \\begin{pmatrix} ${rows} \\end{pmatrix}\\right)`;
  }

  /** Effects at positions: their structure by name, with its parameters. */
  private field(t: TermResult, k: number): string {
    const vector = `${letterOf(t, k)}_{${this.letters.get(t.group)!}}`;
    if (t.structure === "us") return `${vector} &\\sim \\mathcal{N}\\left(0,\\ ${this.matrix(t, k)}\\right)`;
    const law = `\\mathrm{${t.structure}}`;
    const symbols = covarianceOf(t).shown.map((p) =>
      p.kind === "own" ? p.latex : p.kind === "sd" ? "\\sigma" : text(p.kind)
    );
    const list = t.parameters.map(({ estimate }, j) =>
      this.estimates ? this.number(estimate) : `${symbols[j]}_{${this.owner(t, k)}}`
    );
    return `${vector} &\\sim \\mathcal{N}\\left(0,\\ ${law}(${list.join(",\\ ")})\\right)`;
  }

  /** A covariance matrix without a pattern: in numbers, where they have room. */
  private matrix(t: TermResult, k: number): string {
    if (!this.estimates || t.names.length > MOST_ROWS) return `\\Sigma_{${this.owner(t, k)}}`;
    const rows = t.names.map((_, i) =>
      t.names.map((_, j) => this.number(t.covariance.get(i, j))).join(" & ")
    );
    return `\\begin{pmatrix} ${rows.join(" \\\\ ")} \\end{pmatrix}`;
  }

  /** The effect of a row's position. */
  private atPosition(t: TermResult, k: number): string {
    return `${letterOf(t, k)}_{${this.letters.get(t.group)!}[i],\\, t[i]}`;
  }

  /** Whose variance: the group's, and where several terms have the same one, that of this term's letter. */
  private owner(t: TermResult, k: number): string {
    const shared = this.model.random.filter(({ group }) => group === t.group).length > 1;
    return text(t.group) + (shared ? `, ${letterOf(t, k)}` : "");
  }

  /** u_{0j}, v_{1k}, …: a letter per term, an index per coefficient and group. */
  private effect(t: TermResult, k: number, c: number, row: string): string {
    const letter = letterOf(t, k), index = this.letters.get(t.group)!;
    return `${letter}_{${t.names.length > 1 ? c : ""}${index}${row}}`;
  }

  private column(name: string): string {
    return name.split(":").map((part) => `${text(part)}_i`).join("\\, ");
  }

  private isNumeric(variable: string): boolean {
    return designRecipe(this.model.recipe).variables[variable]?.kind !== "factor";
  }

  private isFactor(t: FixedTerm): boolean {
    return t.factors.some((f) => !this.isNumeric(f));
  }

  private number(x: number): string {
    if (x !== x) return "?";
    if (x === Infinity) return "\\infty";
    return formatSignificant(x, this.digits).replace(
      /e([+-])0*(\d+)/,
      (_, sign, power) => ` \\times 10^{${sign === "-" ? "-" : ""}${power}}`,
    );
  }
}

/** Letter of the effects of a model's k-th random term, which may be errors. */
function letterOf({ residual }: TermResult, k: number): string {
  if (residual === "errors") return "\\varepsilon";
  return ["u", "v", "w", "a", "b", "c"][k] ?? `u^{(${k + 1})}`;
}

function hasOffset(model: Model, part: string): boolean {
  return (designRecipe(model.recipe).parts.find((p) => p.part === part)?.offsets.length ?? 0) > 0;
}

/**
 * A name in upright letters, with what LaTeX gives a meaning escaped: braces and dollars inside \text, the rest between two of
 * them, because MathJax would show the backslash.
 */
function text(name: string): string {
  const outside: Record<string, string> = { "\\": "\\backslash ", "^": "\\hat{}", "~": "\\sim " };
  return `\\text{${
    name.replace(/[{}$]/g, "\\$&").replace(
      /\\(?![{}$])|[&#^_%~]/g,
      (c) => `}${outside[c] ?? `\\${c}`}\\text{`,
    )
  }}`;
}
