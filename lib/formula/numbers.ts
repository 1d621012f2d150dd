/** Numbers as R prints them, because they become level names and parts of coefficient names. */

/**
 * A number with up to 15 significant digits, in whichever of fixed and scientific notation is shorter (fixed when
 * equal), as R's as.character(): 1, 2.5, 0.3, 1e+05, 123456.
 */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
  if (value === 0) return "0";
  const [mantissa, exponentText] = value.toExponential(14).split("e");
  const digits = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  const exponent = Number(exponentText);
  const scientific = `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  const significant = digits.replace(/[-.]/g, "").length;
  const decimals = Math.max(0, significant - 1 - exponent);
  const sign = value < 0 ? 1 : 0;
  const fixedWidth = sign + (exponent >= 0 ? exponent + 1 : 1) + (decimals > 0 ? decimals + 1 : 0);
  if (fixedWidth > scientific.length) return scientific;
  return Number(`${digits}e${exponent}`).toFixed(Math.min(100, decimals));
}
