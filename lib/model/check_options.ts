/** The arguments of fit() before anything is computed: a wrong name or type must not be ignored. */
import { nearestName } from "../frame.ts";

const KNOWN = [
  "family",
  "zeroInflation",
  "dispersion",
  "weights",
  "offset",
  "reml",
  "quadrature",
  "contrasts",
  "levels",
  "missing",
  "control",
];

/** What R calls them. */
const IN_R: Readonly<Record<string, string>> = {
  ziformula: "zeroInflation",
  dispformula: "dispersion",
  REML: "reml",
  nAGQ: "quadrature",
  "na.action": "missing",
  link: "family",
};

/** Throws unless the formula is text and every option has a known name and a value of its kind. */
export function checkArguments(formula: unknown, options: unknown): void {
  if (typeof formula !== "string") {
    throw new TypeError(
      `Cannot fit: the formula is ${describe(formula)}, it should be text such as "y ~ x + (1 | g)"`,
    );
  }
  if (options === null || typeof options !== "object" || Array.isArray(options)) {
    throw new TypeError(
      `Cannot fit: the options are ${
        describe(options)
      }, they should be an object such as { family: "poisson" }`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (!KNOWN.includes(name)) throw unknownOption(name);
    if (value !== undefined) checkKind(name, value);
  }
}

function unknownOption(name: string): RangeError {
  const near = (Object.hasOwn(IN_R, name) ? IN_R[name] : null) ?? nearestName(name, KNOWN);
  return new RangeError(
    `Cannot use option "${name}": the options of fit are ${KNOWN.map((k) => `"${k}"`).join(", ")}` +
      (near ? `; did you mean "${near}"?` : ""),
  );
}

function checkKind(name: string, value: unknown): void {
  const refuse = (should: string) => {
    throw new TypeError(`Cannot use ${name}: it is ${describe(value)}, it should be ${should}`);
  };
  switch (name) {
    case "family":
      if (typeof value === "function") {
        refuse(`a family, which ${value.name || "this function"}() makes: write ${value.name || "family"}()`);
      }
      if (typeof value !== "string" && !isFamily(value)) {
        refuse('a name such as "poisson" or a family such as gamma("log")');
      }
      return;
    case "zeroInflation":
    case "dispersion":
      if (typeof value !== "string") refuse('a formula without response, such as "~ 1" or "~ x"');
      return;
    case "offset":
      if (typeof value !== "string") refuse("the name of a column");
      return;
    case "weights":
      return checkWeights(value, refuse);
    case "reml":
      if (typeof value !== "boolean") refuse("true or false");
      return;
    case "missing":
      if (value !== "omit" && value !== "fail") refuse('"omit" or "fail"');
      return;
    case "quadrature":
      if (typeof value !== "number") refuse("a whole number of points, 1 or more");
      return;
    case "contrasts":
    case "levels":
    case "control":
      if (value === null || typeof value !== "object") refuse("an object");
  }
}

function checkWeights(value: unknown, refuse: (should: string) => void): void {
  if (typeof value === "string") return;
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    refuse(
      'the name of a column, or { precision: "column" }, { frequency: "column" } or { trials: "column" }',
    );
  }
  const given = Object.entries(value as object).filter(([, column]) => column !== undefined);
  for (const [kind, column] of given) {
    if (typeof column !== "string") {
      throw new TypeError(`Cannot use weights as ${kind}: they are ${describe(column)}, name a column`);
    }
  }
  if (given.some(([kind]) => kind === "precision") && given.length > 1) {
    throw new RangeError(
      "Cannot use weights as precision together with others: precision weights divide the residual variance, " +
        "frequencies and trials count observations; choose one meaning",
    );
  }
}

function isFamily(value: unknown): boolean {
  return value !== null && typeof value === "object" && "kernel" in value && "link" in value &&
    "parts" in value;
}

/** A value for a message: its text where short, else its kind. */
function describe(value: unknown): string {
  if (value === null || value === undefined || typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `a function (${value.name || "anonymous"})`;
  return Array.isArray(value) ? "an array" : "an object";
}
