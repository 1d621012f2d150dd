/** Data that people have: odd types, odd names, nothing, too much. */
import { type Frame, pl } from "../../mod.ts";

const n = 24, rows = Array.from({ length: n }, (_, i) => i);
const of = <T>(make: (i: number) => T): T[] => rows.map(make);

/** An ordinary data set with columns of every kind of trouble. */
export const data = pl.DataFrame({
  y: of((i) => 5 + Math.sin(i * i) + (i % 4) / 3),
  x: of((i) => Math.cos(3 * i)),
  z: of((i) => Math.sin(5 * i)),
  count: of((i) => (i * i) % 5),
  share: of((i) => (i + 1) / 30),
  ends: of((i) => i % 5 === 0 ? 0 : i % 7 === 0 ? 1 : (i + 1) / 30),
  ones: of((i) => i % 7 === 0 ? 1 : (i + 1) / 30),
  oneBetween: of((i) => i % 5 === 0 ? 0 : i % 7 === 0 ? 1 : 0.4),
  binary: of((i) => (i * i) % 3 === 0 ? 1 : 0),
  trials: of((i) => 5 + i % 4),
  hits: of((i) => i % 5),
  positive: of((i) => 1 + (i * 7) % 11),
  f: of((i) => "abc"[(i * 5 + Math.floor(i / 7)) % 3]),
  g: of((i) => `g${i % 6}`),
  h: of((i) => `h${i % 2}`),
  row: of((i) => i),
  id: of((i) => `r${i}`),
  one: of(() => "all"),
  three: of(() => 3),
  twice: of((i) => 2 * Math.cos(3 * i)),
  truth: of((i) => i % 3 === 0),
  always: of(() => true),
  none: pl.Series("none", rows.map(() => null) as never[], pl.Float64),
  missing: pl.Series("missing", of((i) => i === 5 || i === 9 ? null : i / 3), pl.Float64),
  nan: of((i) => i === 3 ? NaN : i),
  infinite: of((i) => i === 4 ? Infinity : i),
  minus: of((i) => i === 4 ? -Infinity : i),
  negative: of((i) => i - 3),
  half: of((i) => i + 0.5),
  zeros: of(() => 0),
  weight: of((i) => 1 + i % 3),
  badWeight: of((i) => i === 2 ? -1 : 1),
  numerals: of((i) => String(i)),
  tiny: of((i) => (5 + Math.sin(i * i)) * 1e-150),
  huge: of((i) => (5 + Math.sin(i * i)) * 1e100),
  endless: of((i) => (5 + Math.sin(i * i)) * 1e308),
  integer: pl.Series("integer", of((i) => i % 7), pl.Float64).cast(pl.Int64),
  decimal: pl.Series("decimal", of((i) => i % 7), pl.Float64).cast(pl.Decimal(10, 2)),
  nulls: pl.Series("nulls", rows.map(() => null) as never[]),
  float32: pl.Series("float32", of((i) => Math.sin(i)), pl.Float64).cast(pl.Float32),
  unsigned: pl.Series("unsigned", of((i) => i % 5), pl.UInt8),
  long: of((i) => 9007199254740993n + BigInt(i % 4)),
  date: pl.Series("date", of((i) => new Date(Date.UTC(2020, i % 4, 1))), pl.Date),
  time: of((i) => new Date(Date.UTC(2020, 0, 1 + i % 4, 12))),
  list: of((i) => [i, i + 1]),
  struct: of((i) => ({ a: i })),
  category: pl.Series("category", of((i) => "uvw"[i % 3]), pl.String).cast(pl.Categorical),
  "my column": of((i) => Math.sin(i)),
  "été": of((i) => Math.sin(i)),
  "变量": of((i) => Math.sin(i)),
  constructor: of((i) => Math.sin(2 * i)),
  "__proto__x": of((i) => Math.sin(2 * i)),
  toString: of((i) => "st"[i % 2]),
  "a`b": of((i) => Math.sin(i)),
  "a.b": of((i) => Math.sin(i)),
  "2nd": of((i) => Math.sin(i)),
  "if": of((i) => Math.sin(i)),
  TRUE: of((i) => Math.sin(i)),
  pi: of((i) => Math.sin(i)),
} as Record<string, unknown>) as Frame;

/** The same rows under a name that objects have already. */
export const proto: Frame = pl.DataFrame([
  pl.Series("y", of((i) => Math.sin(i * i))),
  pl.Series("__proto__", of((i) => Math.cos(i))),
  pl.Series("hasOwnProperty", of((i) => "ab"[i % 2])),
]) as Frame;

export const empty: Frame = data.head(0) as Frame;
export const first: Frame = data.head(1) as Frame;
export const two: Frame = data.head(2) as Frame;
export const noColumns: Frame = pl.DataFrame({}) as Frame;
export const manyLevels: Frame = pl.DataFrame({
  y: Array.from({ length: 300 }, (_, i) => Math.sin(i * i)),
  f: Array.from({ length: 300 }, (_, i) => `l${i}`),
  g: Array.from({ length: 300 }, (_, i) => `g${i % 150}`),
}) as Frame;
/** Separated: y is 1 exactly where x > 0. */
export const separated: Frame = pl.DataFrame({
  y: rows.map((i) => i < 12 ? 0 : 1),
  x: rows.map((i) => i - 11.5),
  f: rows.map((i) => i < 12 ? "a" : "b"),
  g: rows.map((i) => `g${i % 4}`),
}) as Frame;
