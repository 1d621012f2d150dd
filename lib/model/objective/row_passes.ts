/**
 * Passes over the rows: sums and gathers through each row's level, one slot at a time. Written out per case of "column of
 * ones or not", so that every loop is monomorphic and touches only typed arrays.
 */

export function addColumn(
  eta: Float64Array,
  b: Float64Array,
  level: Int32Array,
  start: number,
  width: number,
  z: Float64Array | null,
) {
  if (z) { for (let i = 0; i < eta.length; i++) eta[i] += z[i] * b[start + level[i] * width]; }
  else for (let i = 0; i < eta.length; i++) eta[i] += b[start + level[i] * width];
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
    if (z) { for (let i = 0; i < eta.length; i++) eta[i] = base[i] + z[i] * b[start + level[i] * width]; }
    else for (let i = 0; i < eta.length; i++) eta[i] = base[i] + b[start + level[i] * width];
  } else if (z) { for (let i = 0; i < eta.length; i++) eta[i] = z[i] * b[start + level[i] * width]; }
  else for (let i = 0; i < eta.length; i++) eta[i] = b[start + level[i] * width];
}

export function sumColumn(
  out: Float64Array,
  v: Float64Array,
  level: Int32Array,
  start: number,
  width: number,
  z: Float64Array | null,
) {
  if (z) { for (let i = 0; i < v.length; i++) out[start + level[i] * width] += z[i] * v[i]; }
  else for (let i = 0; i < v.length; i++) out[start + level[i] * width] += v[i];
}

export function accumulate(
  M: Float64Array,
  at: Int32Array,
  offset: number,
  a: Float64Array | null,
  x: Float64Array | null,
  y: Float64Array | null,
  n: number,
) {
  if (x && y) {
    if (a) { for (let i = 0; i < n; i++) M[at[i] + offset] += a[i] * x[i] * y[i]; }
    else for (let i = 0; i < n; i++) M[at[i] + offset] += x[i] * y[i];
  } else if (x || y) {
    const z = (x ?? y)!;
    if (a) { for (let i = 0; i < n; i++) M[at[i] + offset] += a[i] * z[i]; }
    else for (let i = 0; i < n; i++) M[at[i] + offset] += z[i];
  } else if (a) { for (let i = 0; i < n; i++) M[at[i] + offset] += a[i]; }
  else for (let i = 0; i < n; i++) M[at[i] + offset] += 1;
}

export function gatherForm(
  out: Float64Array,
  at: Int32Array,
  offset: number,
  times: number,
  G: Float64Array,
  x: Float64Array | null,
  y: Float64Array | null,
) {
  if (x && y) { for (let i = 0; i < out.length; i++) out[i] += times * x[i] * y[i] * G[at[i] + offset]; }
  else if (x || y) {
    const z = (x ?? y)!;
    for (let i = 0; i < out.length; i++) out[i] += times * z[i] * G[at[i] + offset];
  } else for (let i = 0; i < out.length; i++) out[i] += times * G[at[i] + offset];
}
