/**
 * Wald intervals of standard deviations and correlations on the scales where they are nearly normal: log sd, and
 * r/√(1 − r²) (glmmTMB's parametrisation of a correlation).
 */
import { Matrix } from "../../math/dense.ts";
import { engineOf, type Model } from "../../model/result/model.ts";
import type { Engine } from "../../model/optimum/engine.ts";
import { groupNames } from "../../model/result/ranef.ts";
import type { Parameter } from "./parameter.ts";
import { parametrise, standardErrorOf } from "./parameters.ts";
import { basisRow, type TermLayout } from "../../model/objective/random_effects.ts";
import type { Shown } from "../../model/structures/structure.ts";
import { sensitivities } from "../../model/result/satterthwaite.ts";

/** One interval. */
export interface DeviationInterval {
  readonly component: string;
  readonly group: string;
  readonly term: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Intervals of every parameter of the random effects; z normal deviates to each side. */
export function deviationIntervals(model: Model, z: number): DeviationInterval[] {
  const engine = engineOf(model, "intervals of the random effects");
  if (engine.kind === "gaussian") return gaussianIntervals(model, engine, z);
  const { base, parameters } = parametrise(model);
  return parameters.flatMap((p) => {
    const { kind, own, component, group, term } = p;
    if (kind !== "sd" && kind !== "cor" && kind !== "own") return [];
    const estimate = p.value(base.psi);
    if (p.held) return [{ component, group: group!, term, estimate, low: estimate, high: estimate }];
    const se = standardErrorOf(p, base);
    if (!own) return [interval(p, kind as "sd" | "cor", estimate, se, z)];
    const theta = own.theta(estimate);
    return [{ component, group: group!, term, ...ownInterval(own, theta, z * se / own.slope(theta)) }];
  });
}

/** On the scale of θ, where a structure's own parameter is nearly normal; its whole range where θ is not determined. */
function ownInterval(p: Shown & { kind: "own" }, theta: number, width: number) {
  const determined = Number.isFinite(width);
  return {
    estimate: p.value(theta),
    low: determined ? p.value(theta - width) : p.range[0],
    high: determined ? p.value(theta + width) : p.range[1],
  };
}

function interval(
  { component, group, term }: Pick<Parameter, "component" | "group" | "term">,
  kind: "sd" | "cor",
  estimate: number,
  se: number,
  z: number,
): DeviationInterval {
  const name = { component, group: group!, term, estimate };
  if (kind === "sd") {
    if (!(estimate > 1e-7)) return { ...name, low: 0, high: Infinity };
    const f = Math.exp(z * se / estimate);
    return { ...name, low: estimate / f, high: estimate * f };
  }
  const room = 1 - estimate * estimate;
  if (!(room > 1e-9)) return { ...name, low: -1, high: 1 };
  const q = estimate / Math.sqrt(room),
    width = z * se / room ** 1.5,
    back = (x: number) => x / Math.sqrt(1 + x * x);
  return { ...name, low: back(q - width), high: back(q + width) };
}

/** Delta method over φ = (θ, log σ) of the (restricted) deviance: sd_i = σ‖(C T)_i‖. */
function gaussianIntervals(
  model: Model,
  engine: Engine & { kind: "gaussian" },
  z: number,
): DeviationInterval[] {
  const { objective, optimum, design } = engine, { C } = sensitivities(engine), { free, psi } = optimum;
  const sigma = Math.sqrt(objective.sigma2),
    names = groupNames(model),
    sources = design.predictors.flatMap((p) => p.random);
  const out: DeviationInterval[] = [];
  model.random.forEach((t, k) => {
    const layout = objective.effects.terms.find((e) => e.term === sources[k])!;
    const { shown } = layout.covariance;
    const rows = (theta: Float64Array, scale: number) => covarianceAt(layout, theta, scale * scale);
    const se = (f: (F: Matrix) => number) => { // derivatives of a smooth function of a few numbers, by differences
      const g = [...free, -1].map((index) => {
        const h = 1e-5, up = psi.slice(), down = psi.slice();
        if (index < 0) {
          return (f(rows(psi, sigma * Math.exp(h))) - f(rows(psi, sigma * Math.exp(-h)))) / (2 * h);
        }
        up[index] += h;
        down[index] -= h;
        return (f(rows(up, sigma)) - f(rows(down, sigma))) / (2 * h);
      });
      return Math.sqrt(
        Math.max(0, g.reduce((s, a, i) => s + g.reduce((u, b, j) => u + a * C.get(i, j) * b, 0), 0)),
      );
    };
    const base = { component: t.part, group: names[k] };
    for (const p of shown) {
      const name = { ...base, term: p.name };
      if (Object.hasOwn(t.fixed, p.name)) {
        const estimate = t.fixed[p.name];
        out.push({ ...name, estimate, low: estimate, high: estimate });
        continue;
      }
      if (p.kind === "own") {
        const at = layout.theta + p.at, j = free.indexOf(at);
        const width = j < 0 ? NaN : z * Math.sqrt(Math.max(0, C.get(j, j)));
        out.push({ ...name, ...ownInterval(p, psi[at], width) });
        continue;
      }
      const f = p.kind === "sd"
        ? (S: Matrix) => Math.sqrt(S.get(p.of, p.of))
        : (S: Matrix) =>
          S.get(p.of[1], p.of[0]) / Math.sqrt(S.get(p.of[1], p.of[1]) * S.get(p.of[0], p.of[0]));
      out.push(interval(name, p.kind, f(rows(psi, sigma)), se(f), z));
    }
  });
  return out;
}

/** cov(b) of the coefficients at θ; of positions that are nodes of their own, the variance of one. */
function covarianceAt(layout: TermLayout, theta: Float64Array, sigma2: number): Matrix {
  const { covariance: bound, theta: at } = layout, c = bound.width, S = Matrix.zeros(c, c);
  const relative = bound.relative?.(theta, at), T = new Float64Array(c * c), F = Matrix.zeros(c, c);
  if (relative) {
    for (let i = 0; i < c; i++) for (let j = 0; j < c; j++) S.set(i, j, sigma2 * relative[j * c + i]);
    return S;
  }
  bound.fill(theta, at, T);
  for (let i = 0; i < c; i++) {
    for (const [a, f] of basisRow(layout, i)) {
      for (let j = 0; j < c; j++) F.set(i, j, F.get(i, j) + f * T[j * c + a]);
    }
  }
  return F.mmul(F.transpose()).mul(sigma2);
}
