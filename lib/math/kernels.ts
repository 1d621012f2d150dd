/**
 * Dense kernels over column-major Float64Array panels, unrolled 4×2 so that V8 keeps eight multiply-adds per six loads
 * in registers. They are the innermost loops of the sparse factorisation, where a matrix library's bounds and
 * allocation per call would cost more than the arithmetic.
 */

/**
 * Cholesky factorisation in place of a panel of `rows` × `width`: its top `width` × `width` block (lower triangle) becomes
 * L, the rows below become B L⁻ᵀ. Left-looking by pairs of columns.
 * @returns false when a pivot is not positive (the matrix is not positive definite); the panel is then spoilt.
 */
export function factorPanel(a: Float64Array, at: number, rows: number, width: number): boolean {
  let j = 0;
  for (; j + 1 < width; j += 2) {
    subtractColumns(a, at, rows, j);
    const c0 = at + j * rows, c1 = c0 + rows;
    const d0 = a[c0 + j];
    if (!(d0 > 0)) return false;
    const l0 = Math.sqrt(d0), r0 = 1 / l0;
    a[c0 + j] = l0;
    for (let i = j + 1; i < rows; i++) a[c0 + i] *= r0;
    const m = a[c0 + j + 1];
    const d1 = a[c1 + j + 1] - m * m;
    if (!(d1 > 0)) return false;
    const l1 = Math.sqrt(d1), r1 = 1 / l1;
    a[c1 + j + 1] = l1;
    for (let i = j + 2; i < rows; i++) a[c1 + i] = (a[c1 + i] - m * a[c0 + i]) * r1;
  }
  if (j < width) {
    const c0 = at + j * rows;
    for (let k = 0; k < j; k++) {
      const ck = at + k * rows, f = a[ck + j];
      for (let i = j; i < rows; i++) a[c0 + i] -= f * a[ck + i];
    }
    if (!(a[c0 + j] > 0)) return false;
    const l = Math.sqrt(a[c0 + j]), r = 1 / l;
    a[c0 + j] = l;
    for (let i = j + 1; i < rows; i++) a[c0 + i] *= r;
  }
  return true;
}

/** Columns j and j+1 of the panel minus the contributions of all columns before j, rows j and below. */
function subtractColumns(a: Float64Array, at: number, rows: number, j: number) {
  const c0 = at + j * rows, c1 = c0 + rows;
  let k = 0;
  for (; k + 3 < j; k += 4) {
    const p0 = at + k * rows, p1 = p0 + rows, p2 = p1 + rows, p3 = p2 + rows;
    const f00 = a[p0 + j], f01 = a[p1 + j], f02 = a[p2 + j], f03 = a[p3 + j];
    const f10 = a[p0 + j + 1], f11 = a[p1 + j + 1], f12 = a[p2 + j + 1], f13 = a[p3 + j + 1];
    for (let i = j; i < rows; i++) {
      const x0 = a[p0 + i], x1 = a[p1 + i], x2 = a[p2 + i], x3 = a[p3 + i];
      a[c0 + i] -= f00 * x0 + f01 * x1 + f02 * x2 + f03 * x3;
      a[c1 + i] -= f10 * x0 + f11 * x1 + f12 * x2 + f13 * x3;
    }
  }
  for (; k < j; k++) {
    const p0 = at + k * rows, f0 = a[p0 + j], f1 = a[p0 + j + 1];
    for (let i = j; i < rows; i++) {
      const x0 = a[p0 + i];
      a[c0 + i] -= f0 * x0;
      a[c1 + i] -= f1 * x0;
    }
  }
}

/**
 * out (m × k, column-major) = A Bᵀ where A is rows [from, from+m) and B rows [from, from+k) of the same panel of `width`
 * columns: the update that one supernode sends to a later one.
 */
export function outerProduct(
  a: Float64Array,
  at: number,
  rows: number,
  width: number,
  from: number,
  m: number,
  k: number,
  out: Float64Array,
) {
  for (let j = 0; j < k; j++) {
    const o = j * m;
    let c = at + from;
    const f = a[c + j];
    for (let i = j; i < m; i++) out[o + i] = f * a[c + i];
    let l = 1;
    for (; l + 3 < width; l += 4) {
      const p0 = c + rows, p1 = p0 + rows, p2 = p1 + rows, p3 = p2 + rows;
      const f0 = a[p0 + j], f1 = a[p1 + j], f2 = a[p2 + j], f3 = a[p3 + j];
      for (let i = j; i < m; i++) {
        out[o + i] += f0 * a[p0 + i] + f1 * a[p1 + i] + f2 * a[p2 + i] + f3 * a[p3 + i];
      }
      c = p3;
    }
    for (; l < width; l++) {
      c += rows;
      const g = a[c + j];
      for (let i = j; i < m; i++) out[o + i] += g * a[c + i];
    }
  }
}

/** x (width × width, column-major, zeros above the diagonal) = inverse of the panel's triangular block L. */
export function invertTriangle(a: Float64Array, at: number, rows: number, width: number, x: Float64Array) {
  for (let j = 0; j < width; j += 2) {
    const pair = j + 1 < width;
    const x0 = j * width, x1 = pair ? x0 + width : x0;
    x.fill(0, x0, x1 + width);
    x[x0 + j] = 1;
    if (pair) x[x1 + j + 1] = 1;
    let k = j;
    for (; k + 3 < width; k += 4) {
      solveSmall(a, at, rows, k, 4, x, x0);
      if (pair) solveSmall(a, at, rows, k, 4, x, x1);
      const p0 = at + k * rows, p1 = p0 + rows, p2 = p1 + rows, p3 = p2 + rows;
      const a0 = x[x0 + k], a1 = x[x0 + k + 1], a2 = x[x0 + k + 2], a3 = x[x0 + k + 3];
      if (pair) {
        const b0 = x[x1 + k], b1 = x[x1 + k + 1], b2 = x[x1 + k + 2], b3 = x[x1 + k + 3];
        for (let i = k + 4; i < width; i++) {
          const l0 = a[p0 + i], l1 = a[p1 + i], l2 = a[p2 + i], l3 = a[p3 + i];
          x[x0 + i] -= a0 * l0 + a1 * l1 + a2 * l2 + a3 * l3;
          x[x1 + i] -= b0 * l0 + b1 * l1 + b2 * l2 + b3 * l3;
        }
      } else {
        for (let i = k + 4; i < width; i++) {
          x[x0 + i] -= a0 * a[p0 + i] + a1 * a[p1 + i] + a2 * a[p2 + i] + a3 * a[p3 + i];
        }
      }
    }
    solveSmall(a, at, rows, k, width - k, x, x0);
    if (pair) solveSmall(a, at, rows, k, width - k, x, x1);
  }
}

/** Forward substitution of `count` unknowns starting at k, within the diagonal block. */
function solveSmall(
  a: Float64Array,
  at: number,
  rows: number,
  k: number,
  count: number,
  x: Float64Array,
  x0: number,
) {
  for (let c = k; c < k + count; c++) {
    const p = at + c * rows, v = x[x0 + c] / a[p + c];
    x[x0 + c] = v;
    for (let i = c + 1; i < k + count; i++) x[x0 + i] -= v * a[p + i];
  }
}

/** Lower triangle of z (leading dimension `ld`, from `at`) = XᵀX for the lower-triangular X (n × n, zeros above the diagonal). */
export function triangleGram(x: Float64Array, n: number, z: Float64Array, at: number, ld: number) {
  let j = 0;
  for (; j + 1 < n; j += 2) {
    let i = j;
    for (; i + 3 < n; i += 4) gramTile(x, n, i, j, z, at + j * ld + i, ld);
    for (; i < n; i++) {
      z[at + j * ld + i] = columnProduct(x, n, i, j);
      z[at + (j + 1) * ld + i] = columnProduct(x, n, i, j + 1);
    }
  }
  if (j < n) z[at + j * ld + j] = columnProduct(x, n, j, j);
}

/** Four by two entries of XᵀX; the one above the diagonal (when i = j) belongs to nobody and is written all the same. */
function gramTile(x: Float64Array, n: number, i: number, j: number, z: Float64Array, o: number, ld: number) {
  const y0 = j * n, y1 = y0 + n, q0 = i * n, q1 = q0 + n, q2 = q1 + n, q3 = q2 + n;
  let s00 = 0, s10 = 0, s20 = 0, s30 = 0, s01 = 0, s11 = 0, s21 = 0, s31 = 0;
  for (let k = i; k < n; k++) {
    const u = x[y0 + k], v = x[y1 + k];
    const w0 = x[q0 + k], w1 = x[q1 + k], w2 = x[q2 + k], w3 = x[q3 + k];
    s00 += w0 * u;
    s10 += w1 * u;
    s20 += w2 * u;
    s30 += w3 * u;
    s01 += w0 * v;
    s11 += w1 * v;
    s21 += w2 * v;
    s31 += w3 * v;
  }
  z[o] = s00;
  z[o + 1] = s10;
  z[o + 2] = s20;
  z[o + 3] = s30;
  z[o + ld] = s01;
  z[o + ld + 1] = s11;
  z[o + ld + 2] = s21;
  z[o + ld + 3] = s31;
}

function columnProduct(x: Float64Array, n: number, i: number, j: number): number {
  let s = 0;
  for (let k = i; k < n; k++) s += x[i * n + k] * x[j * n + k];
  return s;
}

/** out (r × w) = −S Y with S symmetric (full r × r storage) and Y (r × w), all column-major. */
export function negativeSymmetricProduct(
  s: Float64Array,
  r: number,
  y: Float64Array,
  w: number,
  out: Float64Array,
) {
  for (let j = 0; j < w; j++) {
    const o = j * r;
    for (let i = 0; i < r; i++) out[o + i] = 0;
    let k = 0;
    for (; k + 3 < r; k += 4) {
      const f0 = y[o + k], f1 = y[o + k + 1], f2 = y[o + k + 2], f3 = y[o + k + 3];
      const p0 = k * r, p1 = p0 + r, p2 = p1 + r, p3 = p2 + r;
      for (let i = 0; i < r; i++) {
        out[o + i] -= f0 * s[p0 + i] + f1 * s[p1 + i] + f2 * s[p2 + i] + f3 * s[p3 + i];
      }
    }
    for (; k < r; k++) {
      const f = y[o + k], p = k * r;
      for (let i = 0; i < r; i++) out[o + i] -= f * s[p + i];
    }
  }
}
