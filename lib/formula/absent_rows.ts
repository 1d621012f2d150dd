/** A design whose rows are elsewhere: whatever reads a row of it says so. */

/** The error of whoever needs rows that are not here. */
export function rowsElsewhere(): TypeError {
  return new TypeError(
    "Cannot read the rows of this model: they stay in the source that fitFrom() fitted it from. For residuals, fitted values, simulations " +
      "and checks, await sampleFrom(model, source) gives the same model with a random sample of its rows, and augmentFrom(model, source) " +
      "goes through all of them; new fits are made by fitFrom(formula, source)",
  );
}

/** `count` columns of X, none of which can be read. */
export function absentColumns(count: number): readonly Float64Array[] {
  const columns: Float64Array[] = [];
  for (let j = 0; j < count; j++) Object.defineProperty(columns, j, { enumerable: true, get: refuse });
  return columns;
}

/** The same object, but reading one of the fields throws. */
export function withAbsent<T extends object>(object: T, ...fields: readonly (keyof T)[]): T {
  const out = { ...object };
  for (const field of fields) Object.defineProperty(out, field, { enumerable: false, get: refuse });
  return out;
}

/** The same object with other fields; what is absent stays so. */
export function changed<T extends object>(object: T, fields: Partial<T>): T {
  const out = Object.defineProperties({}, Object.getOwnPropertyDescriptors(object)) as T;
  return Object.assign(out, fields);
}

function refuse(): never {
  throw rowsElsewhere();
}
