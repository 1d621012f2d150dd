/** A fitted model as JSON: it predicts the same, without the data. */
import { hasDf } from "./has_df.ts";
import { Matrix } from "../../math/dense.ts";
import { blockPattern } from "../../math/sparse.ts";
import type { Tie } from "../../math/ties.ts";
import { familyFrom, familySpec } from "../options/family_spec.ts";
import type { Model, PartResult, TermResult } from "./model.ts";
import { published } from "./value.ts";
import { kenwardRogerState, rememberDfStates, satterthwaiteState, savesKenwardRoger } from "./df_states.ts";
import { rememberUncertainty, uncertaintyOf, type UncertaintyState } from "./uncertainty.ts";
import { covarianceOf, positionsCovariance } from "./term_result.ts";
import { type Direction, rememberVariation, variationOf } from "./variation.ts";
import { checkValue, kinds, noMore } from "../../check.ts";
import { ownModel } from "./model_argument.ts";

const FORMAT = "tidyglmm-model", VERSION = 7;

/**
 * Writes a fitted model as JSON text: coefficients, covariances, conditional modes with their uncertainty, and how the
 * formula is read; not the data. Numbers are kept bit for bit.
 *
 * ```ts
 * import { dataset, fit, loadModel, saveModel } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * const json = saveModel(model);
 * loadModel(json).logLik === model.logLik; // true
 * ```
 *
 * @throws TypeError for a family that you made yourself, whose functions cannot be written
 * @category The model
 */
export function saveModel(model: Model): string {
  model = ownModel(model, "saveModel", arguments);
  const family = familySpec(model.family);
  if (!family) {
    throw new TypeError(
      `Cannot save a model of family "${model.family.name}": it is not built in, and functions cannot be written as JSON`,
    );
  }
  const made = model.random.find(({ own }) => own !== null);
  if (made) {
    throw new TypeError(
      `Cannot save a model with the covariance structure "${made.structure}": it is not built in, and functions cannot be written as JSON`,
    );
  }
  const { data: _d, options: _o, certificate, parts, random, covariance, flat, ...plain } = model;
  return JSON.stringify({
    format: FORMAT,
    version: VERSION,
    ...plain,
    family,
    certificate: { ...certificate, laplaceError: certificate.laplaceError, text: certificate.text },
    parts: parts.map((p) => ({ ...p, beta: pack(p.beta) })),
    random: random.map(packTerm),
    covariance: packMatrix(covariance),
    flat: {
      directions: flat.directions.map(pack),
      pulls: flat.pulls.map(pack),
      ray: flat.ray && pack(flat.ray),
    },
    uncertainty: random.length > 0 ? packUncertainty(uncertaintyOf(model).state) : null,
    degreesOfFreedom: hasDf(model) ? packDf(model) : null,
  });
}

function parsed(json: string) {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new SyntaxError(`Cannot load the model: the text is not JSON (${(error as Error).message})`);
  }
}

/**
 * Reads a model that {@link saveModel} wrote. What needs the data (residuals, simulations, refits) says so.
 *
 * ```ts
 * import { dataset, fit, loadModel, saveModel } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * loadModel(saveModel(model)).converged; // true
 * ```
 *
 * @throws SyntaxError when the text is not JSON; TypeError when it is not a model of this format and version
 * @category The model
 */
export function loadModel(json: string): Model {
  noMore("loadModel", arguments, 1);
  checkValue("loadModel", "json", json, kinds.text);
  const saved = parsed(json);
  if (saved?.format !== FORMAT) {
    throw new TypeError(
      `Cannot load the model: the text is not what saveModel() writes (format ${
        JSON.stringify(saved?.format)
      })`,
    );
  }
  if (saved.version !== VERSION) {
    throw new TypeError(
      `Cannot load the model: it has version ${saved.version}, this module reads version ${VERSION}`,
    );
  }
  const { format: _f, version: _v, uncertainty, degreesOfFreedom, ...plain } = saved;
  const model: Model = Object.freeze({
    ...plain,
    family: familyFrom(saved.family),
    covariance: unpackMatrix(saved.covariance),
    flat: {
      directions: saved.flat.directions.map(unpack),
      pulls: saved.flat.pulls.map(unpack),
      ray: saved.flat.ray && unpack(saved.flat.ray),
    },
    data: null,
    options: {},
    parts: saved.parts.map((p: Packed<PartResult>) => ({ ...p, beta: unpack(p.beta) })),
    random: saved.random.map(unpackTerm),
  } as Model);
  if (uncertainty) rememberUncertainty(model, unpackUncertainty(uncertainty));
  if (degreesOfFreedom) unpackDf(model, degreesOfFreedom);
  return published(model);
}

// deno-lint-ignore no-explicit-any
type Packed<_T> = any;

/** What is written in a form of its own, or not at all: the structure that the caller made. */
const IN_OWN_FORM = new Set(["own", "covariance", "parameters", "modes", "theta", "known", "cells"]);

/** A term; the covariance of positions follows from θ and is not made. */
function packTerm(t: TermResult) {
  const { known, theta, modes, parameters } = t;
  const plain = Object.keys(t).filter((name) => !IN_OWN_FORM.has(name)).map((name) => [
    name,
    t[name as keyof TermResult],
  ]);
  return {
    ...Object.fromEntries(plain),
    covariance: t.positions ? null : packMatrix(t.covariance),
    parameters: parameters.map((p) => ({ ...p, estimate: Number.isNaN(p.estimate) ? null : p.estimate })),
    modes: pack(modes),
    theta: pack(theta),
    cells: t.cells && { first: Array.from(t.cells.first), position: Array.from(t.cells.position) },
    known: known && {
      labels: known.labels,
      diagonal: pack(known.diagonal),
      rows: Array.from(known.rows),
      cols: Array.from(known.cols),
      values: pack(known.values),
      sums: known.sums?.map(({ members, precision }) => ({ members: Array.from(members), precision })),
    },
  };
}

function unpackTerm({ covariance, known, ...t }: Packed<TermResult>): TermResult {
  const term = {
    ...t,
    own: null,
    // deno-lint-ignore no-explicit-any
    parameters: t.parameters.map((p: any) => ({ ...p, estimate: p.estimate ?? NaN })),
    modes: unpack(t.modes),
    theta: unpack(t.theta),
    cells: t.cells && { first: Int32Array.from(t.cells.first), position: Int32Array.from(t.cells.position) },
    known: known && {
      labels: known.labels,
      diagonal: unpack(known.diagonal),
      rows: Int32Array.from(known.rows),
      cols: Int32Array.from(known.cols),
      values: unpack(known.values),
      ...(known.sums
        ? {
          sums: known.sums.map(({ members, precision }: { members: number[]; precision: number }) => ({
            members: Int32Array.from(members),
            precision,
          })),
        }
        : {}),
    },
  };
  if (covariance) return { ...term, covariance: unpackMatrix(covariance) };
  let made: Matrix | undefined;
  return Object.defineProperty(term, "covariance", {
    enumerable: true,
    get: () => made ??= positionsCovariance(covarianceOf(term), term.theta, term.scale, term.names.length),
  });
}

/** Float64Array ↔ base64 of its little-endian bytes. */
function pack(x: Float64Array): string {
  const bytes = new Uint8Array(x.buffer, x.byteOffset, x.byteLength), chunks: string[] = [];
  for (let i = 0; i < bytes.length; i += 0x8000) {
    chunks.push(String.fromCharCode(...bytes.subarray(i, i + 0x8000)));
  }
  return btoa(chunks.join(""));
}

function unpack(text: string): Float64Array {
  return new Float64Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
}

interface PackedMatrix {
  rows: number;
  columns: number;
  values: string;
}

function packMatrix(A: Matrix): PackedMatrix {
  return { rows: A.rows, columns: A.columns, values: pack(Float64Array.from(A.to1DArray())) };
}

function unpackMatrix({ rows, columns, values }: PackedMatrix): Matrix {
  const x = unpack(values), A = Matrix.zeros(rows, columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) A.set(i, j, x[i * columns + j]);
  return A;
}

/** What the degrees of freedom of coefficients, means and predictions need of a REML fit. */
function packDf(model: Model) {
  const s = satterthwaiteState(model), k = savesKenwardRoger(model) ? kenwardRogerState(model) : null;
  return {
    satterthwaite: {
      covariance: packMatrix(s.covariance),
      gradients: s.gradients.map(packMatrix),
      C: packMatrix(s.C),
    },
    kenwardRoger: k && {
      covariance: packMatrix(k.covariance),
      inverse: packMatrix(k.inverse),
      Phi: packMatrix(k.Phi),
      PhiP: k.PhiP.map(packMatrix),
      W: packMatrix(k.W),
    },
    directions: variationOf(model).directions.map((d) => ({
      jacobian: d.jacobian.map(pack),
      G: pack(d.G),
      templates: d.templates.map(pack),
    })),
  };
}

// deno-lint-ignore no-explicit-any
function unpackDf(model: Model, { satterthwaite: s, kenwardRoger: k, directions }: any) {
  rememberDfStates(model, {
    satterthwaite: {
      covariance: unpackMatrix(s.covariance),
      gradients: s.gradients.map(unpackMatrix),
      C: unpackMatrix(s.C),
    },
    kenwardRoger: k
      ? {
        covariance: unpackMatrix(k.covariance),
        inverse: unpackMatrix(k.inverse),
        Phi: unpackMatrix(k.Phi),
        PhiP: k.PhiP.map(unpackMatrix),
        W: unpackMatrix(k.W),
      }
      : undefined,
  });
  rememberVariation(
    model,
    // deno-lint-ignore no-explicit-any
    directions.map((d: any): Direction => ({
      jacobian: d.jacobian.map(unpack),
      G: unpack(d.G),
      templates: d.templates.map(unpack),
    })),
  );
}

function packUncertainty(s: UncertaintyState) {
  const { pattern } = s,
    sizes = Array.from({ length: pattern.nodes }, (_, v) => pattern.start[v + 1] - pattern.start[v]);
  return {
    covariance: packMatrix(s.covariance),
    jacobian: s.jacobian.map(pack),
    fixedJacobian: s.fixedJacobian && packMatrix(s.fixedJacobian),
    fixed: s.fixed,
    scale: s.scale,
    H: pack(s.H),
    G: pack(s.G),
    pattern: {
      sizes,
      row: Array.from(pattern.row.subarray(pattern.nodes)),
      col: Array.from(pattern.col.subarray(pattern.nodes)),
      twofold: pattern.twofold && Array.from(pattern.twofold),
      ties: pattern.ties?.map((tie) => ({ ...tie, nodes: Array.from(tie.nodes) })),
    },
    groups: s.groups.map((g) => ({
      ...g,
      template: pack(g.template),
    })),
    terms: s.terms.map((t) => ({ ...t, basis: packMatrix(t.basis) })),
  };
}

// deno-lint-ignore no-explicit-any
function unpackUncertainty(s: any): UncertaintyState {
  const { sizes, row, col, twofold, ties } = s.pattern;
  return {
    covariance: unpackMatrix(s.covariance),
    jacobian: s.jacobian.map(unpack),
    fixedJacobian: s.fixedJacobian && unpackMatrix(s.fixedJacobian),
    fixed: s.fixed,
    scale: s.scale,
    H: unpack(s.H),
    G: unpack(s.G),
    pattern: blockPattern(
      sizes,
      Int32Array.from(row),
      Int32Array.from(col),
      twofold ? Uint8Array.from(twofold) : null,
      ties?.map((tie: Tie) => ({ ...tie, nodes: Int32Array.from(tie.nodes) })) ?? null,
    ),
    groups: s.groups.map((g: { template: string; variances: string | null }) => ({
      ...g,
      template: unpack(g.template),
    })),
    terms: s.terms.map((t: { basis: PackedMatrix }) => ({ ...t, basis: unpackMatrix(t.basis) })),
  };
}
