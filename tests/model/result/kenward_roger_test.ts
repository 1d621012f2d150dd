/**
 * Kenward and Roger's adjusted covariances and degrees of freedom for every structure, on unbalanced data with missing values, against
 * dense algebra in other parameters: 1e-5 relative for differences of second derivatives with steps of 2 % (smooth fields bend most);
 * where the covariance is linear against pbkrtest by lmer models with the same one (tests/reference/make/75_kenward_roger.R).
 */
import assert from "node:assert/strict";
import {
  anova,
  confint,
  contrast,
  emmeans,
  fit,
  type FitOptions,
  type Frame,
  icar,
  loadModel,
  pl,
  saveModel,
  tidy,
} from "../../../mod.ts";
import { dfMethod } from "../../../lib/inference/df/degrees_of_freedom.ts";
import { Matrix } from "../../../lib/math/dense.ts";
import { seed } from "../../../lib/math/random.ts";
import type { Model } from "../../../lib/model/result/model.ts";
import { denseKenwardRoger } from "./kenward_roger_dense.ts";
import pbkrtest from "./kenward_roger.json" with { type: "json" };

interface Row {
  y: number | null;
  x: number;
  arm: string;
  visit: number;
  id: string;
  site: string;
  u: number;
  v: number;
}

const frameOf = (rows: readonly Row[]) =>
  pl.DataFrame(
    Object.fromEntries(Object.keys(rows[0]).map((name) => [name, rows.map((r) => r[name as keyof Row])])),
  ) as Frame;
const rows: Row[] = drawn(1), data = frameOf(rows), seen = rows.filter(({ y }) => y !== null);
/** The same with two rows for a visit, so that its effect and the residual are told apart. */
const twice: Row[] = drawn(2), both = frameOf(twice);

/** 26 subjects of up to four visits, some of which were missed; the response of others is missing. */
function drawn(replicates: number): Row[] {
  const random = seed(8), out: Row[] = [], sites = Array.from({ length: 6 }, () => 1.2 * random.normal());
  for (let g = 0; g < 26; g++) {
    let carry = random.normal();
    const base = random.normal(),
      last = 1 + (g * 7) % 4,
      hole = g % 5 === 0 ? 1 : -1,
      slope = random.normal();
    for (let k = 0; k < 4; k++) {
      carry = 0.6 * carry + 0.8 * random.normal();
      const wave = random.normal();
      for (let r = 0; r < replicates; r++) {
        const x = random.normal(), u = random.uniform(), v = random.uniform(), noise = random.normal();
        if (k > last) continue;
        const own = 0.7 * base + (1.2 + 0.2 * k) * carry + 0.5 * noise;
        const more = replicates > 1
          ? sites[g % 6] + 0.6 * slope * x + wave + 2 * Math.sin(9 * u) * Math.cos(8 * v)
          : 0;
        out.push({
          y: k === hole || (g + k + r) % 11 === 0 ? null : 10 + k * (g % 2) / 2 + own + more,
          x,
          arm: "ab"[g % 2],
          visit: k,
          id: `i${String(g).padStart(2, "0")}`,
          site: `s${g % 6}`,
          u,
          v,
        });
      }
    }
  }
  return out;
}

type Pair = (a: Row, b: Row) => number;
/** Covariance of two rows at parameters: those of the terms in their order, then the residual standard deviation if there is one. */
type Law = (parameters: readonly number[]) => Pair;

const same = (of: keyof Row): Pair => (a, b) => Number(a[of] === b[of]);
const lag: Pair = (a, b) => Math.abs(a.visit - b.visit);
const within = (law: Law): Law => (t) => (a, b) => a.id === b.id ? law(t)(a, b) : 0;
/** A correlation of the lag, with one standard deviation. */
const common = (rho: (lag: number, t: readonly number[]) => number): Law =>
  within(([s, ...t]) => {
    const known = new Map<number, number>();
    return (a, b) => {
      const h = lag(a, b);
      if (!known.has(h)) known.set(h, s * s * rho(h, t));
      return known.get(h)!;
    };
  });
/** With one for every visit. */
const own = (rho: (lag: number, t: readonly number[]) => number): Law =>
  within((t) => (a, b) => t[a.visit] * t[b.visit] * rho(lag(a, b), t.slice(4)));
/** K_ν(u) = ∫ exp(−u cosh t) cosh νt dt over t > 0 and Γ(ν + 5) = ∫ exp((ν + 5)s − eˢ) ds, by the trapezoidal rule. */
const matern = (d: number, [r, nu]: readonly number[]) => {
  if (d === 0) return 1;
  const u = Math.sqrt(2 * nu) * d / r, steps = 400;
  let K = 0, gamma = 0;
  for (let i = -steps; i <= steps; i++) {
    const t = 8 * i / steps, s = 12 * i / steps;
    K += Math.exp(-u * Math.cosh(t)) * Math.cosh(nu * t) * 4 / steps;
    gamma += Math.exp((nu + 5) * s - Math.exp(s)) * 12 / steps;
  }
  for (let k = 0; k < 5; k++) gamma /= nu + k;
  return 2 ** (1 - nu) * u ** nu * K / gamma;
};
const unstructured: Law = within((t) => (a, b) => {
  const [i, j] = [Math.min(a.visit, b.visit), Math.max(a.visit, b.visit)];
  const pairs = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]];
  return t[i] * t[j] * (i === j ? 1 : t[4 + pairs.findIndex(([p, q]) => p === i && q === j)]);
});

const laws: Readonly<Record<string, Law>> = {
  us: unstructured,
  diag: within((t) => (a, b) => a.visit === b.visit ? t[a.visit] ** 2 : 0),
  homdiag: common((h) => Number(h === 0)),
  cs: own((h, [rho]) => h === 0 ? 1 : rho),
  homcs: common((h, [rho]) => h === 0 ? 1 : rho),
  ar1: common((h, [rho]) => rho ** h),
  hetar1: own((h, [rho]) => rho ** h),
  toep: own((h, t) => h === 0 ? 1 : t[h - 1]),
  homtoep: common((h, t) => h === 0 ? 1 : t[h - 1]),
  ou: common((h, [r]) => Math.exp(-h / r)),
  exp: common((h, [r]) => Math.exp(-h / r)),
  gau: common((h, [r]) => Math.exp(-((h / r) ** 2))),
  mat: common((h, [r]) => matern(h, [r, 0.8])),
};

/** A term's law and a residual variance. */
const plus = (...terms: readonly { law: Law; count: number }[]): Law => (t) => {
  const parts = terms.map(({ law, count }, k) => {
    const from = terms.slice(0, k).reduce((s, term) => s + term.count, 0);
    return law(t.slice(from, from + count));
  });
  return (a, b) => parts.reduce((sum, part) => sum + part(a, b), a === b ? t[t.length - 1] ** 2 : 0);
};

const parametersOf = (m: Model) => [
  ...m.random.flatMap((t) => t.parameters.map(({ estimate }) => estimate)),
  ...(m.random.some(({ residual }) => residual) ? [] : [m.sigma]),
];

/** Everything that the method says of the coefficients. */
function agrees(m: Model, law: Law, at: readonly number[], tolerance = 1e-5, kept: readonly Row[] = seen) {
  assert.ok(m.converged && m.reml, m.certificate.text);
  const X = new Matrix(kept.map((r) => [1, r.x, Number(r.arm === "b")]));
  const V = (t: readonly number[]) => {
    const f = law(t);
    return new Matrix(kept.map((a) => kept.map((b) => f(a, b))));
  };
  const expected = denseKenwardRoger(X, V, at), method = dfMethod(m, "kenward-roger");
  for (let i = 0; i < X.columns; i++) {
    for (let j = 0; j < X.columns; j++) {
      const size = Math.sqrt(expected.covariance.get(i, i) * expected.covariance.get(j, j));
      near(
        method.covariance.get(i, j),
        expected.covariance.get(i, j),
        tolerance * size,
        `covariance ${i} ${j}`,
      );
    }
    const df = method.df([0, 1, 2].map((k) => Number(k === i)));
    near(df, expected.df[i], 2 * tolerance * expected.df[i], `df ${i}`);
  }
  return expected;
}

function near(got: number, expected: number, allowed: number, what: string) {
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected} ± ${allowed}`);
}

/** Further arguments of a structure. */
const FURTHER: Readonly<Record<string, string>> = { mat: ", smoothness = 0.8" };

for (const [structure, law] of Object.entries(laws)) {
  const residual = `${structure}(visit | id${FURTHER[structure] ?? ""})`;
  Deno.test(`residual: "${residual}" by dense algebra`, () => {
    const m = fit("y ~ x + arm", data, { residual }) as Model;
    agrees(m, law, parametersOf(m));
  });
}

const intercept = (of: keyof Row): Law => ([s]) => (a, b) => s * s * same(of)(a, b);
const slopes: Law = within(([s, t, r]) => (a, b) => s * s + r * s * t * (a.x + b.x) + t * t * a.x * b.x);
/** Places: every row's own. */
const field = (rho: (d: number, t: readonly number[]) => number): Law => ([s, ...t]) => (a, b) =>
  s * s * rho(Math.hypot(a.u - b.u, a.v - b.v), t);
const walk = (covariance: Pair): Law => within(([s]) => (a, b) => s * s * covariance(a, b));
const early: Pair = (a, b) => Math.min(a.visit, b.visit);
const smooth: Pair = (a, b) => early(a, b) ** 2 * (3 * Math.max(a.visit, b.visit) - early(a, b)) / 6;

/** Relationships of the subjects: every one resembles its neighbours in the list. */
const subjects = [...new Set(rows.map(({ id }) => id))].sort();
const relation = subjects.map((_, i) => subjects.map((_, j) => 0.6 ** Math.abs(i - j)));
const kin: Pair = (a, b) => relation[subjects.indexOf(a.id)][subjects.indexOf(b.id)];
const known = { id: { labels: subjects, covariance: relation } };
const V = [[1, 0.5, 0.3, 0.2], [0.5, 1.2, 0.6, 0.3], [0.3, 0.6, 0.9, 0.4], [0.2, 0.3, 0.4, 1.1]];

/** The subjects as a ring of neighbours: Q⁺ of the ring, by its eigenvectors. */
const ring = Object.fromEntries(
  subjects.map((id, i, { length: n }) => [id, [subjects[(i + 1) % n], subjects[(i + n - 1) % n]]]),
);
const ringed = subjects.map((_, d, { length: n }) => {
  const waves = Array.from({ length: n - 1 }, (_, k) => 2 * Math.PI * (k + 1) / n);
  return waves.reduce((sum, w) => sum + Math.cos(w * d) / (2 - 2 * Math.cos(w)) / n, 0);
});
const onRing: Pair = (a, b) => ringed[Math.abs(subjects.indexOf(a.id) - subjects.indexOf(b.id))];

/** Loadings of one factor: the standard deviations, with the signs of the correlations with the first. */
const loadings = (m: Model) => {
  const S = m.random[0].covariance;
  return [...[0, 1, 2, 3].map((i) => Math.sign(S.get(0, i)) * Math.sqrt(S.get(i, i))), m.sigma];
};

const cases: readonly [string, FitOptions, Law, ((m: Model) => readonly number[])?][] = [
  [
    "y ~ x + arm + rr(0 + factor(visit) | id, d = 1)",
    {},
    plus({
      law: within((t) => (a, b) => t[a.visit] * t[b.visit]),
      count: 4,
    }),
    loadings,
  ],
  ["y ~ x + arm + (1 | id)", {}, plus({ law: intercept("id"), count: 1 })],
  ["y ~ x + arm + (1 + x | id)", {}, plus({ law: slopes, count: 3 })],
  [
    "y ~ x + arm + (1 | site) + (1 | id)",
    {},
    plus(
      { law: intercept("site"), count: 1 },
      { law: intercept("id"), count: 1 },
    ),
  ],
  [
    "y ~ x + arm + (1 | id, by = arm)",
    {},
    plus({
      law: ([s, t]) => (a, b) => same("id")(a, b) * (a.arm === "a" ? s : t) ** 2,
      count: 2,
    }),
  ],
  ["y ~ x + arm + ar1(0 + factor(visit) | id)", {}, plus({ law: laws.ar1, count: 2 })],
  ["y ~ x + arm + cs(0 + factor(visit) | id)", {}, plus({ law: laws.cs, count: 5 })],
  [
    "y ~ x + arm + homcs(0 + factor(visit) | site)",
    {},
    plus({
      law: ([s, rho]) => (a, b) => same("site")(a, b) * s * s * (a.visit === b.visit ? 1 : rho),
      count: 2,
    }),
  ],
  [
    "y ~ x + arm + (1 | site) + ou(0 + numFactor(visit) | id)",
    {},
    plus(
      { law: intercept("site"), count: 1 },
      { law: laws.ou, count: 2 },
    ),
  ],
  [
    "y ~ x + arm + exp(0 + numFactor(u, v) | all)",
    {},
    plus({ law: field((d, [r]) => Math.exp(-d / r)), count: 2 }),
  ],
  ["y ~ x + arm + mat(0 + numFactor(visit) | id)", {}, plus({ law: common(matern), count: 3 })],
  ["y ~ x + arm + rw1(0 + numFactor(visit) | id)", {}, plus({ law: walk(early), count: 1 })],
  [
    "y ~ x + arm + (1 | id) + rw2(0 + numFactor(visit) | id)",
    {},
    plus(
      { law: intercept("id"), count: 1 },
      { law: walk(smooth), count: 1 },
    ),
  ],
  ["y ~ x + arm + propto(0 + factor(visit) | id, V)", {
    known: { V: { labels: ["0", "1", "2", "3"], covariance: V } },
  }, plus({ law: within(([s]) => (a, b) => s * s * V[a.visit][b.visit]), count: 1 })],
  ["y ~ x + arm + (1 | id)", { known }, plus({ law: ([s]) => (a, b) => s * s * kin(a, b), count: 1 })],
  [
    "y ~ x + arm + (1 + x | id)",
    { known },
    plus({
      law: ([s, t, r]) => (a, b) => kin(a, b) * (s * s + r * s * t * (a.x + b.x) + t * t * a.x * b.x),
      count: 3,
    }),
  ],
  [
    "y ~ x + arm + ar1(0 + factor(visit) | id, by = arm)",
    {},
    plus({
      law: (t) => (a, b) => a.arm === b.arm ? laws.ar1(a.arm === "a" ? t.slice(0, 2) : t.slice(2))(a, b) : 0,
      count: 4,
    }),
  ],
  [
    "y ~ x + arm + cs(0 + factor(visit) | id, by = arm)",
    {},
    plus({
      law: (t) => (a, b) => a.arm === b.arm ? laws.cs(a.arm === "a" ? t.slice(0, 5) : t.slice(5))(a, b) : 0,
      count: 10,
    }),
  ],
  [
    "y ~ x + arm + exp(0 + numFactor(visit) | id, by = arm)",
    {},
    plus({
      law: (t) => (a, b) => a.arm === b.arm ? laws.exp(a.arm === "a" ? t.slice(0, 2) : t.slice(2))(a, b) : 0,
      count: 4,
    }),
  ],
  [
    "y ~ x + arm + (1 | id)",
    { known: { id: icar(ring) } },
    plus({ law: ([s]) => (a, b) => s * s * onRing(a, b), count: 1 }),
  ],
  [
    "y ~ x + arm + (1 + x | id)",
    { known: { id: icar(ring) } },
    plus({
      law: ([s, t, r]) => (a, b) => onRing(a, b) * (s * s + r * s * t * (a.x + b.x) + t * t * a.x * b.x),
      count: 3,
    }),
  ],
];

for (const [formula, options, law, at = parametersOf] of cases) {
  Deno.test(`${formula}${options.known ? ", known" : ""}, by dense algebra`, () => {
    const m = fit(formula, both.withColumn(pl.lit("all").alias("all")) as Frame, options) as Model;
    agrees(m, law, at(m), 1e-5, twice.filter(({ y }) => y !== null));
  });
}

Deno.test("a structure in the residual's place beside other random effects, by dense algebra", () => {
  const m = fit(
    "y ~ x + arm + (1 | site)",
    data.withColumn(pl.Series("y", rows.map((r) => raised(r)))) as Frame,
    {
      residual: "ar1(visit | id)",
    },
  ) as Model;
  const law: Law = ([s, ...t]) => (a, b) => s * s * same("site")(a, b) + laws.ar1(t)(a, b);
  agrees(m, law, parametersOf(m));
});

/** With a difference between the sites. */
const raised = ({ y, site }: Row) => y === null ? null : y + 2 * Math.cos(5 * Number(site.slice(1)));

/** Over so many times a structure is a chain: 4 subjects of up to 30 visits, with gaps. */
const long: Row[] = (() => {
  const random = seed(5), out: Row[] = [];
  for (let g = 0; g < 4; g++) {
    let carry = random.normal();
    for (let k = 0; k < 30 - 3 * g; k++) {
      carry = 0.7 * carry + 0.7 * random.normal();
      const y = (3 * g + k) % 9 === 4 ? null : 2 * carry + 0.6 * random.normal() + g % 2;
      out.push({ y, x: random.normal(), arm: "ab"[g % 2], visit: k, id: `i${g}`, site: "s", u: 0, v: 0 });
    }
  }
  return out;
})();

for (
  const [structure, law] of [["ar1(0 + factor(visit) | id)", laws.ar1], [
    "ou(0 + numFactor(visit) | id)",
    laws.ou,
  ]] as const
) {
  Deno.test(`${structure} over 30 times, by dense algebra`, () => {
    const m = fit(`y ~ x + arm + ${structure}`, frameOf(long)) as Model;
    assert.ok(m.random[0].cells);
    agrees(m, plus({ law, count: 2 }), parametersOf(m), 1e-5, long.filter(({ y }) => y !== null));
  });
}

// Beside ar1 with one row for a visit the residual variance is 3e-6 of the whole and known to no digit (its own moves by half), so that the
// optimum, and the covariance there, is known to 1e-6 or so; where ar1 is the residual, or visits have two rows, to rounding.
for (
  const [formula, options, allowed] of [
    ["y ~ x + arm + ar1(0 + factor(visit) | id)", {}, 1e-5],
    ["y ~ x + arm + ou(0 + numFactor(visit) | id)", {}, 1e-5],
    ["y ~ x + arm", { residual: "ar1(visit | id)" }, 1e-11],
  ] as [string, FitOptions, number][]
) {
  Deno.test(`${formula} ${JSON.stringify(options)} over 30 times: the order of the rows means nothing`, () => {
    const orders = [0, 1, 2].map((k) => {
      const random = seed(k), keys = long.map((_, i) => k === 0 ? i : random.uniform());
      return frameOf(long.map((_, i) => i).sort((i, j) => keys[i] - keys[j]).map((i) => long[i]));
    });
    const [first, ...others] = orders.map((rows) =>
      dfMethod(fit(formula, rows, options) as Model, "kenward-roger")
    );
    for (const other of others) {
      for (const i of [0, 1, 2]) {
        const unit = [0, 1, 2].map((k) => Number(k === i)), variance = first.covariance.get(i, i);
        near(other.covariance.get(i, i), variance, allowed * variance, `variance ${i}`);
        near(other.df(unit), first.df(unit), allowed * first.df(unit), `df ${i}`);
      }
    }
  });
}

// one row for a visit: the residual variance is all but 0 (7e-6), and differences of sums over effects have no digit left
Deno.test("where hardly anything is left for the residual: as by dense algebra in its variance", () => {
  const m = fit("y ~ x + arm + ar1(0 + factor(visit) | id)", data) as Model, [s, rho] = parametersOf(m);
  assert.ok(m.sigma < 0.01);
  const law: Law = ([s, rho, variance]) => (a, b) => (a === b ? variance : 0) + laws.ar1([s, rho])(a, b);
  agrees(m, law, [s, rho, m.sigma ** 2]);
});

Deno.test("a standard deviation that is 0 counts as a variance that could be more", () => {
  for (const term of ["(1 | site)", "homdiag(1 | site)"]) {
    const m = fit(`y ~ x + arm + (1 | id) + ${term}`, data) as Model, [id, site] = parametersOf(m);
    assert.equal(site, 0);
    const law: Law = ([id, variance, rest]) => (a, b) =>
      (a === b ? rest ** 2 : 0) + intercept("id")([id])(a, b) + variance * same("site")(a, b);
    agrees(m, law, [id, site, m.sigma]);
  }
});

Deno.test("a parameter at a limit, or held by the caller, counts as known", () => {
  const formula = "y ~ x + arm + homcs(0 + factor(visit) | id)";
  const at = (rho: number) => fit(formula, both, { fixed: { "rho__homcs|id": rho } }) as Model;
  const m = at(0.4),
    law: Law = ([s, rest]) => (a, b) => (a === b ? rest ** 2 : 0) + laws.homcs([s, 0.4])(a, b);
  agrees(m, law, [m.random[0].parameters[0].estimate, m.sigma], 1e-5, twice.filter(({ y }) => y !== null));
});

Deno.test("a field whose range the data hardly know: of first order where the second leaves a negative variance", () => {
  const random = seed(2), side = 8, places: Row[] = [];
  for (let k = 0; k < side * side; k++) {
    const u = Math.floor(k / side) / side, v = (k % side) / side, x = random.normal();
    const y = Math.sin(4 * u) * Math.cos(4 * v) + 0.3 * random.normal();
    places.push({ y, x, arm: "a", visit: 0, id: "i", site: "s", u, v });
  }
  const m = fit("y ~ x + exp(0 + numFactor(u, v) | id)", frameOf(places)) as Model;
  const law = plus({ law: field((d, [r]) => Math.exp(-d / r)), count: 2 });
  const { covariance, firstOrder, df } = denseKenwardRoger(new Matrix(places.map(({ x }) => [1, x])), (t) => {
    const f = law(t);
    return new Matrix(places.map((a) => places.map((b) => f(a, b))));
  }, parametersOf(m));
  assert.ok(covariance.get(0, 0) < 0);
  const method = dfMethod(m, "kenward-roger");
  [0, 1].forEach((i) => {
    near(method.covariance.get(i, i), firstOrder.get(i, i), 1e-5 * firstOrder.get(i, i), `variance ${i}`);
    near(method.df([1 - i, i]), df[i], 2e-5 * df[i], `df ${i}`);
  });
});

Deno.test("every function takes it, also of a saved model", () => {
  const m = fit("y ~ x + arm", data, { residual: "toep(visit | id)" }), again = loadModel(saveModel(m));
  const of = (model: typeof m) =>
    [
      tidy(model, { effects: "fixed", df: "kenward-roger" }),
      emmeans(model, "~ arm", { df: "kenward-roger" }),
      anova(model, { test: "F", df: "kenward-roger" }),
      confint(model, { df: "kenward-roger" }),
      contrast(emmeans(model, "~ arm", { df: "kenward-roger" }), "pairwise"),
    ].map((table) => (table.toRecords() as { group?: string }[]).filter(({ group }) => !group));
  assert.deepEqual(of(again), of(m));
  const [, arm] = [...(of(m)[0] as unknown as { term: string; df: number }[])].reverse();
  assert.ok(Number.isFinite(arm.df));
});

// lmer's optimum is good to 1e-6 or so of its parameters, and pbkrtest's numbers with it
for (const c of pbkrtest.cases) {
  Deno.test(`residual: "${c.residual}" as pbkrtest has it for the lmer model with the same covariance`, () => {
    const m = fit("Reaction ~ Days + older", pl.DataFrame(pbkrtest.data) as Frame, {
      residual: c.residual,
    }) as Model;
    near(m.logLik, c.logLik, 1e-6, "log-likelihood");
    const { covariance, df, jointDf } = dfMethod(m, "kenward-roger");
    c.covariance.forEach((row, i) =>
      row.forEach((v, j) => {
        const size = Math.sqrt(c.covariance[i][i] * c.covariance[j][j]);
        near(covariance.get(i, j), v, 1e-4 * size, `covariance ${i} ${j}`);
      })
    );
    c.df.forEach((v, i) => near(df([0, 1, 2].map((k) => Number(k === i))), v, 1e-3 * v, `df ${i}`));
    const joint = jointDf(new Matrix([[0, 1, 0], [0, 0, 1]]));
    near(joint.df, c.ddf, 1e-3 * c.ddf, "df of both");
  });
}
