/** What R calls the options, for those who type them from memory. */

/** R's names, in lower case and without dots, dashes and underscores, and ours, of which a function has one at most. */
const IN_R: Readonly<Record<string, readonly string[]>> = {
  ziformula: ["zeroInflation"],
  zi: ["zeroInflation"],
  zoi: ["zeroInflation"],
  coi: ["oneInflation"],
  dispformula: ["dispersion"],
  reml: ["reml"],
  nagq: ["quadrature"],
  naaction: ["missing"],
  link: ["family"],
  relevel: ["levels"],
  ref: ["levels", "ref"],
  reference: ["levels", "ref"],
  nsim: ["n", "draws"],
  nboot: ["n", "draws"],
  simulations: ["n"],
  times: ["n"],
  fun: ["statistic", "summary"],
  progress: ["onProgress"],
  verbose: ["onProgress"],
  parallel: ["workers"],
  ncpus: ["workers"],
  ncores: ["workers"],
  reform: ["randomEffects"],
  reformula: ["randomEffects"],
  useu: ["randomEffects"],
  random: ["randomEffects"],
  allownewlevels: ["newLevels"],
  conflevel: ["level"],
  cilevel: ["level"],
  ci: ["level"],
  alpha: ["level", "alpha"],
  parm: ["terms"],
  which: ["terms"],
  sefit: ["interval"],
  scale: ["type", "dispersion"],
  threshold: ["thresholds"],
  transform: ["type"],
  regrid: ["type"],
  padjust: ["adjust"],
  padjustmethods: ["adjust"],
  ddf: ["df"],
  lmerdf: ["df"],
  mode: ["df"],
  teststatistic: ["test"],
  covreduce: ["at"],
  covkeep: ["at"],
  weight: ["weights"],
  reverse: ["reversed"],
  predictor: ["x"],
  form: ["x"],
  catpred: ["x"],
  quantile: ["quantiles"],
  adddata: ["points"],
  showdata: ["points"],
  rawdata: ["points"],
  colour: ["color"],
  main: ["title"],
  xlab: ["x"],
  ylab: ["y"],
  xlim: ["x"],
  ylim: ["y"],
  fig: ["width"],
  sep: ["separator"],
  delim: ["separator"],
  dec: ["decimal"],
  na: ["missing"],
  nastrings: ["missing"],
  coltypes: ["types"],
  colclasses: ["types"],
};

/** What to do where there is no such option. */
const INSTEAD: Readonly<Record<string, string>> = {
  exponentiate:
    'tidy(), confint() and modelTable() have it; emmeans() and contrast() have { type: "response" }',
  confint: "intervals are always there",
  subset: "take the rows before: data.filter(…)",
  facet: "this figure has the panels that it has",
  plot: "the result draws itself: .plot()",
  start: "starting values are found",
  map: "a parameter is fixed by an offset, or left out of the formula",
  data: "data are the second argument",
  newdata: "data are the second argument",
  header: "the first line of a file has the names of its columns",
  stringsasfactors: "text is a factor in a formula anyway",
  seed: "setSeed(…) starts random numbers of your own",
};

/** Our name of an option that R calls so, if the function has it. */
export function nameInR(name: string, known: readonly string[]): string | null {
  const key = plain(name);
  const ours = Object.hasOwn(IN_R, key) ? IN_R[key].find((each) => known.includes(each)) : undefined;
  return ours ?? known.find((each) => plain(each) === key) ?? null;
}

/** What to do in place of an option that does not exist; null where nothing is known. */
export function instead(name: string): string | null {
  return Object.hasOwn(INSTEAD, plain(name)) ? INSTEAD[plain(name)] : null;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[._-]/g, "");
}
