/**
 * Passes over the rows: sums and gathers through each row's level, one slot at a time. A column of ones is null. Every loop is a function of its
 * own: V8 compiles what has run, and a function with another loop beside it is thrown away when that begins, which then runs uncompiled to its
 * end (a million rows 88 ms in place of 5).
 */

/** η += Z b. */
export function addColumn(
  eta: Float64Array,
  b: Float64Array,
  level: Int32Array,
  start: number,
  width: number,
  z: Float64Array | null,
) {
  if (z) addTimes(eta, b, level, start, width, z);
  else addOnes(eta, b, level, start, width);
}

function addTimes(
  eta: Float64Array,
  b: Float64Array,
  level: Int32Array,
  start: number,
  width: number,
  z: Float64Array,
) {
  for (let i = 0; i < eta.length; i++) eta[i] += z[i] * b[start + level[i] * width];
}

function addOnes(eta: Float64Array, b: Float64Array, level: Int32Array, start: number, width: number) {
  for (let i = 0; i < eta.length; i++) eta[i] += b[start + level[i] * width];
}

/** The same on top of `base` (0 where null), in place of what η was. */
export function setColumn(
  eta: Float64Array,
  base: Float64Array | null,
  b: Float64Array,
  level: Int32Array,
  start: number,
  width: number,
  z: Float64Array | null,
) {
  if (base) {
    if (z) setTimesOn(eta, base, b, level, start, width, z);
    else setOnesOn(eta, base, b, level, start, width);
  } else if (z) setTimes(eta, b, level, start, width, z);
  else setOnes(eta, b, level, start, width);
}

function setTimesOn(
  eta: Float64Array,
  base: Float64Array,
  b: Float64Array,
  level: Int32Array,
  start: number,
  width: number,
  z: Float64Array,
) {
  for (let i = 0; i < eta.length; i++) eta[i] = base[i] + z[i] * b[start + level[i] * width];
}

function setOnesOn(
  eta: Float64Array,
  base: Float64Array,
  b: Float64Array,
  level: Int32Array,
  start: number,
  width: number,
) {
  for (let i = 0; i < eta.length; i++) eta[i] = base[i] + b[start + level[i] * width];
}

function setTimes(
  eta: Float64Array,
  b: Float64Array,
  level: Int32Array,
  start: number,
  width: number,
  z: Float64Array,
) {
  for (let i = 0; i < eta.length; i++) eta[i] = z[i] * b[start + level[i] * width];
}

function setOnes(eta: Float64Array, b: Float64Array, level: Int32Array, start: number, width: number) {
  for (let i = 0; i < eta.length; i++) eta[i] = b[start + level[i] * width];
}

/** out += Zᵀv. */
export function sumColumn(
  out: Float64Array,
  v: Float64Array,
  level: Int32Array,
  start: number,
  width: number,
  z: Float64Array | null,
) {
  if (z) sumTimes(out, v, level, start, width, z);
  else sumOnes(out, v, level, start, width);
}

function sumTimes(
  out: Float64Array,
  v: Float64Array,
  level: Int32Array,
  start: number,
  width: number,
  z: Float64Array,
) {
  for (let i = 0; i < v.length; i++) out[start + level[i] * width] += z[i] * v[i];
}

function sumOnes(out: Float64Array, v: Float64Array, level: Int32Array, start: number, width: number) {
  for (let i = 0; i < v.length; i++) out[start + level[i] * width] += v[i];
}

/** M[at + offset] += a x y over the rows. */
export function accumulate(
  M: Float64Array,
  at: Int32Array,
  offset: number,
  a: Float64Array | null,
  x: Float64Array | null,
  y: Float64Array | null,
  n: number,
) {
  const [first, second, third] = [a, x, y].filter((v) => v !== null);
  if (third) addProducts(M, at, offset, first, second, third);
  else if (second) addPairs(M, at, offset, first, second);
  else if (first) addValues(M, at, offset, first);
  else count(M, at, offset, n);
}

function addProducts(
  M: Float64Array,
  at: Int32Array,
  offset: number,
  a: Float64Array,
  x: Float64Array,
  y: Float64Array,
) {
  for (let i = 0; i < a.length; i++) M[at[i] + offset] += a[i] * x[i] * y[i];
}

function addPairs(M: Float64Array, at: Int32Array, offset: number, x: Float64Array, y: Float64Array) {
  for (let i = 0; i < x.length; i++) M[at[i] + offset] += x[i] * y[i];
}

function addValues(M: Float64Array, at: Int32Array, offset: number, x: Float64Array) {
  for (let i = 0; i < x.length; i++) M[at[i] + offset] += x[i];
}

function count(M: Float64Array, at: Int32Array, offset: number, n: number) {
  for (let i = 0; i < n; i++) M[at[i] + offset] += 1;
}

/** out += times · x G y through each row's block of G. */
export function gatherForm(
  out: Float64Array,
  at: Int32Array,
  offset: number,
  times: number,
  G: Float64Array,
  x: Float64Array | null,
  y: Float64Array | null,
) {
  if (x && y) gatherProducts(out, at, offset, times, G, x, y);
  else if (x || y) gatherTimes(out, at, offset, times, G, (x ?? y)!);
  else gatherOnes(out, at, offset, times, G);
}

function gatherProducts(
  out: Float64Array,
  at: Int32Array,
  offset: number,
  times: number,
  G: Float64Array,
  x: Float64Array,
  y: Float64Array,
) {
  for (let i = 0; i < out.length; i++) out[i] += times * x[i] * y[i] * G[at[i] + offset];
}

function gatherTimes(
  out: Float64Array,
  at: Int32Array,
  offset: number,
  times: number,
  G: Float64Array,
  z: Float64Array,
) {
  for (let i = 0; i < out.length; i++) out[i] += times * z[i] * G[at[i] + offset];
}

function gatherOnes(out: Float64Array, at: Int32Array, offset: number, times: number, G: Float64Array) {
  for (let i = 0; i < out.length; i++) out[i] += times * G[at[i] + offset];
}
