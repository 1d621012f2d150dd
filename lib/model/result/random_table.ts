/** Random effects as people know them: groups, terms, variances, standard deviations, correlations. */
import { type CellColumn, formatNumbers, formatSignificant, type TablePart } from "../../display.ts";
import { MEAN } from "../families/part.ts";
import { effectTerms } from "./term_result.ts";
import { hasResidual, type Model, partSpec, type TermResult } from "./model.ts";

/** A row of the table: a standard deviation. */
export interface VarianceRow {
  /** The grouping factor, in the first row of each term. */
  readonly group: string;
  readonly name: string;
  readonly variance: number;
  /** Correlations with the rows before, and what else the structure has; "" where there is none. */
  readonly corr: readonly string[];
}

/** The rows of one linear predictor. */
export interface VarianceBlock {
  /** Heading; undefined where the mean alone has random effects. */
  readonly title?: string;
  readonly rows: readonly VarianceRow[];
}

/** What the table is of: of the residuals alone where the option `residual` gives them a structure and there are no random effects. */
export function randomHeading({ random }: Pick<Model, "random">): string {
  return random.length > 0 && effectTerms(random).length === 0 ? "Residuals" : "Random effects";
}

/** The rows of every linear predictor that has random effects, with the residual below those of the mean. */
export function varianceBlocks(model: Model): VarianceBlock[] {
  const parts = [...new Set(model.random.map((t) => t.part))];
  return parts.map((part) => {
    const terms = model.random.filter((t) => t.part === part), widest = Math.max(...terms.map(correlated));
    const rows = terms.flatMap((term) => rowsOf(term, widest));
    const residual = part === MEAN && hasResidual(model)
      ? [{
        group: "Residual",
        name: "",
        variance: model.sigma ** 2,
        corr: new Array<string>(widest).fill(""),
      }]
      : [];
    const title = parts.length > 1 || part !== MEAN ? partSpec(model, part).title : undefined;
    return { title, rows: [...rows, ...residual] };
  });
}

function rowsOf(t: TermResult, widest: number): VarianceRow[] {
  const deviations = t.parameters.filter(({ kind }) => kind === "sd"), common = isCommon(t);
  const own = t.parameters.filter(({ kind }) => kind === "own" || common && kind === "cor").map((p) =>
    `${p.label} ${fixed2(p.estimate)}`
  );
  return deviations.map(({ label, of: [i], estimate }, k) => {
    const correlations = Array.from({ length: widest - 1 }, (_, j) => correlation(t, i, j));
    return {
      group: k === 0 ? t.group : "",
      name: common
        ? `${label} over ${t.names.length / (t.by?.labels.length ?? 1)} ${
          t.positions ? "positions" : "effects"
        }`
        : t.names[i],
      variance: t.positions ? estimate ** 2 : Math.max(0, t.covariance.get(i, i)),
      corr: [...correlations, k === 0 ? own.join(" ") : ""],
    };
  });
}

/** One standard deviation for all. */
function isCommon({ parameters, names }: TermResult): boolean {
  return parameters.filter(({ kind }) => kind === "sd").length < names.length;
}

/** Columns of a term's correlations: as many as its coefficients where each has its own, else one. */
function correlated(t: TermResult): number {
  return !isCommon(t) && t.parameters.some(({ kind }) => kind === "cor") ? t.names.length : 1;
}

function correlation(t: TermResult, i: number, j: number): string {
  const found = t.parameters.find(({ kind, of: [a, b] }) => kind === "cor" && a === j && b === i);
  return found ? fixed2(found.estimate) : "";
}

function fixed2(r: number): string {
  return Number.isFinite(r) ? r.toFixed(2) : "NA";
}

/** The table, a part for each linear predictor. */
export function randomParts(model: Model): TablePart[] {
  return varianceBlocks(model).map((block) => ({ heading: block.title, columns: varianceColumns(block) }));
}

/** The columns of a block: Group, Term, Variance, Std. Dev., and Corr where there are correlations. */
function varianceColumns({ rows }: VarianceBlock): CellColumn[] {
  const variances = rows.map(({ variance }) => variance), width = rows[0]?.corr.length ?? 0;
  const corr = Array.from({ length: width }, (_, j) => rows.map((row) => row.corr[j]))
    .filter((cells) => cells.some((cell) => cell !== ""));
  return [
    { key: "group", name: "Group", cells: rows.map(({ group }) => group), align: "left" },
    { key: "term", name: "Term", cells: rows.map(({ name }) => name), align: "left" },
    { key: "vcov", name: "Variance", cells: inOneFormat(variances), align: "right" },
    { key: "sdcor", name: "Std. Dev.", cells: inOneFormat(variances.map(Math.sqrt)), align: "right" },
    ...corr.map((cells, j): CellColumn => ({
      key: `corr${j + 1}`,
      name: j === 0 ? "Corr" : "",
      cells,
      align: cells.every((cell) => cell === "" || /^-?[\d.]+$|^NA$/.test(cell)) ? "right" : "left",
    })),
  ];
}

/** Four significant digits of the smallest; of each, where a variance is next to nothing beside the others. */
function inOneFormat(values: readonly number[]): string[] {
  const common = formatNumbers(values, { digits: 4 });
  return common.some((text) => text.includes("e")) ? values.map((v) => formatSignificant(v)) : common;
}
