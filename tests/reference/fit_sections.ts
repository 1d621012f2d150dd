/** What a fit is compared with in the reference cases: one measurement per section, a distance and what is allowed of it. */
import { fitted, residuals } from "../../lib/inference/predict/residuals.ts";
import { predict } from "../../lib/inference/predict/predict.ts";
import { frameOf } from "../../lib/frame.ts";
import { type Model, partOf } from "../../lib/model/result/model.ts";
import { ranef } from "../../lib/model/result/ranef.ts";
import { aic, bic, dfResidual } from "../../lib/model/result/statistics.ts";

// deno-lint-ignore no-explicit-any
type Json = any;

/** A distance from the peer: within the tolerance or a difference that has to be explained. */
export interface Measurement {
  readonly section: string;
  readonly distance: number;
  readonly tolerance: number;
  /** The worst place, in words. */
  readonly at: string;
}

/** Estimates in standard errors, standard errors relative: what two optimisers at 1e-9 gradients agree to, with room. */
const ESTIMATE = 1e-4, STD_ERROR = 1e-4;
/** What peers leave of a standard deviation whose variance is zero at the optimum (theirs stop between 1e-41 and 1e-4). */
const VANISHED = 1e-3;

/** Every section that the case has. */
export function measure(model: Model, c: Json): Measurement[] {
  return [
    ...criteria(model, c),
    ...(["cond", "zi", "disp"] as const).flatMap((part) => coefficients(model, part, c)),
    ...covariances(model, c),
    ...randomEffects(model, c),
    ...rows(model, c),
    ...(c.predict ?? []).flatMap((block: Json) => predictions(model, block, c)),
  ];
}

function criteria(model: Model, c: Json): Measurement[] {
  const one = (section: string, ours: number, theirs: number, tolerance: number) => ({
    section, distance: Math.abs(ours - theirs), tolerance, at: `${ours}, peer ${theirs}`,
  });
  const worse = Math.max(0, c.logLik - model.logLik), better = Math.max(0, model.logLik - c.logLik);
  const size = 1e-6 * Math.max(1, Math.abs(c.logLik)), at = `${model.logLik}, peer ${c.logLik}`;
  const out: Measurement[] = [
    { section: "logLik", distance: worse, tolerance: size, at },
    // a better optimum than the peer's is welcome, a different likelihood is not
    { section: "logLik better", distance: better, tolerance: Math.max(size, 1e-5), at },
    one("npar", model.npar, c.npar, 0),
    one("nobs", model.nobs, c.nobs, 0),
    one("df_resid", dfResidual(model), c.df_resid_current ?? c.df_resid, 0),
  ];
  if (!c.REML) out.push(one("AIC", aic(model), c.AIC, 2 * Math.max(size, 1e-5)));
  if (!c.REML && c.BIC != null) out.push(one("BIC", bic(model), c.BIC, 2 * Math.max(size, 1e-5)));
  if (c.sigma != null) out.push(one("sigma", model.sigma, c.sigma, 1e-4 * c.sigma));
  return out;
}

/** Coefficients in standard errors and standard errors relative; names in R's order without those that R dropped (NA). */
function coefficients(model: Model, part: string, c: Json): Measurement[] {
  const peer = c[part === "cond" ? "fixef" : `fixef_${part}`];
  if (!peer) return [];
  const kept = peer.names.map((_: string, i: number) => i).filter((i: number) => peer.estimate[i] !== null);
  const { names, beta, start } = partOf(model, part), wanted = kept.map((i: number) => peer.names[i]);
  const same = names.join() === wanted.join();
  const out: Measurement[] = [
    { section: `${part} names`, distance: same ? 0 : 1, tolerance: 0, at: `${names}, peer ${wanted}` },
  ];
  if (!same) return out;
  const se = names.map((_, j) => Math.sqrt(model.covariance.get(start + j, start + j)));
  out.push(
    worst(`${part} estimate`, ESTIMATE, names, (j) => (beta[j] - peer.estimate[kept[j]]) / se[j]),
    worst(`${part} std_error`, STD_ERROR, names, (j) => se[j] / (peer.se[kept[j]] ?? NaN) - 1),
  );
  return out;
}

/** Standard deviations relative, correlations absolute (left out where one of the deviations is zero). */
function covariances(model: Model, c: Json): Measurement[] {
  if (!c.varcorr) return [];
  const ours = new Map<string, number>(), theirs = new Map<string, number>();
  for (const t of model.random) {
    const kept = c.varcorr.find((r: Json) => r.corr_first5)?.names as string[] | undefined; // of many positions
    const names = kept ?? t.names, at = names.map((name) => t.names.indexOf(name));
    names.forEach((name, i) => {
      const v = (a: number, b: number) => t.covariance.get(at[a], at[b]);
      ours.set(`${t.part} ${t.group} ${name}`, Math.sqrt(Math.max(0, v(i, i))));
      for (let j = 0; j < i && t.structure !== "diag"; j++) {
        ours.set(`cor ${t.part} ${t.group} ${names[j]}.${name}`, v(i, j) / Math.sqrt(v(i, i) * v(j, j)));
      }
    });
  }
  for (const t of c.varcorr) {
    const group = t.group.replace(/\.\d+$/, ""); // lme4 numbers a second term of the same factor
    t.names.forEach((name: string, i: number) => {
      theirs.set(`${t.component} ${group} ${name}`, t.sd[i]);
      for (let j = 0; j < i && t.structure !== "diag"; j++) {
        theirs.set(`cor ${t.component} ${group} ${t.names[j]}.${name}`, (t.corr ?? t.corr_first5)[i][j] ?? NaN);
      }
    });
  }
  const same = [...ours.keys()].sort().join() === [...theirs.keys()].sort().join();
  const out: Measurement[] = [
    { section: "varcorr names", distance: same ? 0 : 1, tolerance: 0, at: `${[...ours.keys()]}, peer ${[...theirs.keys()]}` },
  ];
  if (!same) return out;
  const deviations = [...ours.keys()].filter((k) => !k.startsWith("cor "));
  const correlations = [...ours.keys()].filter((k) => k.startsWith("cor ") && !Number.isNaN(ours.get(k)));
  out.push(worst("varcorr sd", 1e-4, deviations, (j) => {
    const a = ours.get(deviations[j])!, b = theirs.get(deviations[j])!;
    return a === 0 && b < VANISHED ? 0 : a / b - 1;
  }));
  out.push(worst("varcorr cor", 1e-4, correlations, (j) => ours.get(correlations[j])! - theirs.get(correlations[j])!));
  return out;
}

/** Modes in units of their conditional standard deviation, which is relative: lme4's is conditional, glmmTMB's joint. */
function randomEffects(model: Model, c: Json): Measurement[] {
  if (!c.ranef) return [];
  const key = (r: Json) => `${r.component} ${r.group.replace(/\.\d+$/, "")} ${r.term} ${r.level}`;
  const condVar = c.peer.package === "lme4" ? "conditional" : "joint";
  const ours = new Map((ranef(model, { condVar }) as Json).toRecords().map((r: Json) => [key(r), r]));
  const labels = c.ranef.map(key), pairs = c.ranef.map((r: Json) => [ours.get(key(r)), r]);
  const missing = labels.filter((_: string, i: number) => !pairs[i][0]);
  const out: Measurement[] = [
    { section: "ranef names", distance: missing.length, tolerance: 0, at: missing.slice(0, 3).join("; ") },
  ];
  if (missing.length > 0) return out;
  out.push(worst("ranef mode", 1e-3, labels, (i) => {
    const [a, b] = pairs[i];
    return (a.estimate - b.mode) / Math.max(b.condsd ?? 1, 1e-3); // a mode of a vanished variance is 0 for everybody
  }));
  out.push(worst("ranef std_error", 1e-3, labels, (i) => {
    const [a, b] = pairs[i];
    if (b.condsd == null || (a.std_error === 0 && b.condsd < VANISHED)) return 0;
    return a.std_error / b.condsd - 1;
  }));
  return out;
}

/** Fitted values and residuals, relative to their root mean square over the rows. */
function rows(model: Model, c: Json): Measurement[] {
  const out: Measurement[] = [vector("fitted", 1e-5, fitted(model), c.fitted)];
  for (const type of ["response", "pearson", "deviance"] as const) {
    if (c.residuals?.[type]) out.push(vector(`residuals ${type}`, 1e-5, residuals(model, { type }), c.residuals[type]));
  }
  return out;
}

function predictions(model: Model, block: Json, c: Json): Measurement[] {
  const columns = Object.keys(block.newdata[0]), population = block.re_form === "NA";
  const newdata = frameOf(
    Object.fromEntries(columns.map((name) => [name, block.newdata.map((r: Json) => r[name])])),
  );
  const found = predict(model, newdata, {
    type: block.type,
    randomEffects: population ? "none" : "all",
    newLevels: block.allow_new_levels ? "population" : "error",
  });
  const get = (name: string) => Float64Array.from(found.getColumn(name).toArray() as number[]);
  const section = `predict ${block.type} ${population ? "population" : block.allow_new_levels ? "new level" : "groups"}`;
  const out = [vector(section, 1e-5, get("estimate"), block.fit)];
  const newLevelOfLme4 = c.peer.package === "lme4" && block.allow_new_levels; // lme4 has no standard error here
  if (block.se && !newLevelOfLme4) {
    const se = get("std_error"), known = block.se.map((_: number, i: number) => i).filter((i: number) => block.se[i] !== null);
    if (known.length > 0) out.push(worst(`${section} std_error`, 1e-3, known.map(String), (i) => se[known[i]] / block.se[known[i]] - 1));
  }
  return out;
}

function vector(section: string, tolerance: number, ours: Float64Array, theirs: (number | null)[]): Measurement {
  const known = theirs.map((_, i) => i).filter((i) => theirs[i] !== null);
  const scale = Math.sqrt(known.reduce((s, i) => s + theirs[i]! ** 2, 0) / known.length);
  return worst(section, tolerance, known.map((i) => `row ${i}`), (i) => (ours[known[i]] - theirs[known[i]]!) / scale);
}

/** The largest of a list of distances; NaN counts as infinitely far. */
function worst(section: string, tolerance: number, labels: readonly string[], distance: (i: number) => number): Measurement {
  let far = 0, at = "";
  labels.forEach((label, i) => {
    const d = Math.abs(distance(i)), value = Number.isNaN(d) ? Infinity : d;
    if (value >= far) [far, at] = [value, label];
  });
  return { section, distance: far, tolerance, at };
}
