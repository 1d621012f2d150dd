/**
 * An offset in every part of every family, with every point mass that it can have: the likelihood is that of the family's density at
 * η = Xβ + offset, predictions add the offset of their own rows, and an offset that is one number moves the constant and nothing else.
 */
import assert from "node:assert/strict";
import {
  type Family,
  fit,
  type FitOptions,
  type Model,
  oneInflated,
  pl,
  predict,
  zeroInflated,
} from "../../mod.ts";
import * as registered from "../../lib/model/families/mod.ts";
import { isMassPart, isValid, MEAN } from "../../lib/model/families/part.ts";
import type { Link } from "../../lib/model/links/link.ts";
import type { Part } from "../../lib/model/families/family.ts";
import { partsOf } from "../../lib/model/result/model.ts";
import { seed } from "../../lib/math/random.ts";
import { weibull } from "../extensions/weibull.ts";
import { linksOf, respond, shapeOf } from "./family_points.ts";
import { pipeline } from "./pipeline.ts";
import { middle, middleOf } from "./small_designs.ts";

type Make = (link?: Link) => Family;
// deno-lint-ignore no-explicit-any
type Json = any;

/** The registered families with a link that takes every η, and with the point masses that they can have. */
const bases = [
  ...(Object.values(registered) as unknown as Make[]).map((make) => {
    const takesAll = (link: Link) => {
      const [mean] = make(link).parts(shapeOf(make(link)));
      return isValid(mean, -3) && isValid(mean, 3);
    };
    return make([make().link, ...linksOf(make)].find(takesAll));
  }),
  weibull(),
];
const families = bases.flatMap((family) => {
  const between = family.support[1] === 1 && !family.usesTrials && !family.mass(1) && !family.categories;
  return [
    family,
    ...family.categories || family.mass(1) && !family.discrete ? [] : [zeroInflated(family)],
    ...between ? [oneInflated(family), zeroInflated(oneInflated(family))] : [],
  ];
});

const N = 240, LETTERS = "abcd", CONSTANT = 0.3;

/** Rows with a predictor, an offset that varies and one that does not; the response is drawn from the family at them. */
function drawn(family: Family, part: Part) {
  const random = seed(8), parts = family.parts(shapeOf(family)), { eta, spread } = middle(family);
  const x = Array.from({ length: N }, () => random.normal()), o = x.map((_, i) => 0.3 * Math.sin(2.3 * i));
  const trials = x.map((_, i) => 4 + i % 5);
  const y = x.map((v, i) =>
    family.simulate(
      random,
      parts.map((p, k) =>
        (k === 0 ? eta + 0.3 * spread * v : isMassPart(p) ? -0.8 : middleOf(p, k)) +
        (p.name === part.name ? o[i] : 0)
      ),
      trials[i],
    )
  );
  return { x, o, y, trials };
}

/** The frame of a draw; categories by their letters. */
const frameOf = (family: Family, { x, o, y, trials }: ReturnType<typeof drawn>) =>
  pl.DataFrame({
    y: family.categories ? y.map((k) => LETTERS[k - 1]) : y,
    x,
    o,
    c: x.map(() => CONSTANT),
    trials,
  });

/** The call with this offset in a part. */
function call(family: Family, part: Part, offset: string): [formula: string, options: FitOptions] {
  const response = family.usesTrials ? "cbind(y, trials - y)" : "y", own = part.name === MEAN;
  const masses = family.parts(shapeOf(family)).filter(isMassPart).map((p) => [p.option, "~ 1"]);
  const options: FitOptions = { family, reml: false, ...Object.fromEntries(masses) };
  if (own) return [`${response} ~ x${offset}`, options];
  const formula = `~ 1${offset}`;
  return [
    `${response} ~ x`,
    part.option ? { ...options, [part.option]: formula } : { ...options, shape: { [part.name]: formula } },
  ];
}

/** Σ log-density at η = Xβ + offset, by the family itself. */
function dense(model: Model, rows: ReturnType<typeof drawn>, name: string): number {
  const { family } = model,
    eta = model.parts.map(({ part, names, beta }) =>
      Float64Array.from(
        rows.x,
        (x, i) =>
          names.reduce(
            (sum, term, j) => sum + beta[j] * (term === "x" ? x : 1),
            part === name ? rows.o[i] : 0,
          ),
      )
    );
  const response = respond(family, rows.y, rows.trials), categories = family.categories ? [...LETTERS] : null;
  return pipeline(family, { ...response, categories }).evaluate(eta, 0).value.reduce((sum, v) => sum + v, 0);
}

const named = (family: Family): string =>
  family.made ? `${named(family.made.of)} ${family.made.by}` : family.name;

for (const family of families) {
  for (const part of family.parts(shapeOf(family)).filter((p) => !p.constantOnly)) {
    Deno.test(`offset of part "${part.name}": ${named(family)}`, () => {
      const rows = drawn(family, part), data = frameOf(family, rows);
      const model = fit(call(family, part, " + offset(o)")[0], data, call(family, part, " + offset(o)")[1]);
      const value = dense(model, rows, part.name);
      // rounding of 240 log-densities, whose constants are tabulated
      assert.ok(
        Math.abs(model.logLik - value) <= 1e-10 * N * (1 + Math.abs(value)),
        `${model.logLik}, dense ${value}`,
      );

      // predictions at rows with an offset of their own
      const newdata = pl.DataFrame({ x: [0.5, 0.5], o: [0, 1] });
      const spec = partsOf(model).find((p) => p.name === part.name)!, own = part.name === MEAN;
      const type = own ? "link" : part.types?.parameter ?? part.name;
      if (family.categories && !own) return;
      const found = (predict(model, newdata, { type }) as Json).toRecords().map((r: Json) =>
        r.estimate
      ) as number[];
      const { names, beta } = model.parts.find((p) => p.part === part.name)!;
      const at = (o: number) => names.reduce((sum, term, j) => sum + beta[j] * (term === "x" ? 0.5 : 1), o);
      if (!family.categories) {
        [0, 1].forEach((o, i) => {
          const expected = own ? at(o) : spec.link.mean(at(o));
          assert.ok(
            Math.abs(found[i] - expected) <= 1e-9 * (1 + Math.abs(expected)),
            `${found[i]}, ${expected}`,
          );
        });
      }

      // one number for all rows moves the constant, or the thresholds, and nothing else
      const [formula, options] = call(family, part, ""), bare = fit(formula, data, options);
      const [moved, with_c] = call(family, part, " + offset(c)"), shifted = fit(moved, data, with_c);
      assert.ok(Math.abs(shifted.logLik - bare.logLik) <= 1e-6, `${shifted.logLik}, without ${bare.logLik}`);
      bare.parts.forEach(({ part: name, names, beta, start }, k) =>
        beta.forEach((b, j) => {
          const threshold = family.categories && own && k > 0;
          const by = threshold ? CONSTANT : name === part.name && names[j] === "(Intercept)" ? -CONSTANT : 0;
          const se = Math.sqrt(bare.covariance.get(start + j, start + j));
          const allowed = 1e-3 * (Number.isFinite(se) ? se : 1); // two searches; on a flat top they end apart
          const off = Math.abs(shifted.parts[k].beta[j] - b - by);
          assert.ok(off <= allowed || !Number.isFinite(se), `${name} ${names[j]}: ${off} off`);
        })
      );
    });
  }
}
