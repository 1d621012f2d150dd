/** Rows of a mixture against log(p + (1 − p) e^ℓ) in sums of exponentials that neither cancel nor underflow. */
import { Mixture } from "../../../lib/model/families/mixture.ts";
import { close } from "../../math/close.ts";
import { Jets, pair, triple } from "../../../lib/math/jets.ts";

/** ℓ′ = 1 in the base family's one predictor, and no higher derivatives: those of the mixture are those in ℓ itself. */
function mixed(base: number, z: number): Jets {
  const jets = new Jets(1, 2), mixture = new Mixture(Int32Array.of(0));
  jets.value[0] = base;
  jets.d1[0][0] = 1;
  mixture.begin(jets.value);
  const e = Math.exp(-Math.abs(z)), near = 1 / (1 + e), far = e * near;
  jets.value[0] = mixture.row(0, z, z > 0 ? near : far, z > 0 ? far : near, Math.log1p(e));
  mixture.finish(jets, 1, 3);
  return jets;
}

const LOGITS = [-740, -699, -680, -40, -5, -0.3, 0.4, 6, 50],
  LOG_DENSITIES = [-735, -690, -50, -3, -1.001, -0.999, -0.2, -1e-9];

for (const z of LOGITS) {
  for (const base of LOG_DENSITIES) {
    Deno.test(`log of ${z} and ${base}`, () => {
      const { value, d1, d2, d3 } = mixed(base, z);
      const larger = Math.max(z, base), log = Math.log1p(Math.exp(-Math.abs(z - base))) + larger;
      const expected = log - (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))));
      close(value[0], expected, 1e-12, 4e-14 * Math.max(1, Math.abs(larger) / 50), "value"); // the expected one cancels
      const rho = 1 / (1 + Math.exp(z - base)), sigma = 1 / (1 + Math.exp(base - z));
      close(d1[0][0], rho, 1e-11, 1e-300, "∂/∂ℓ");
      close(d2[0][0], rho * sigma, 1e-11, 1e-300, "∂²/∂ℓ²");
      close(d3[0][0], rho * sigma * (sigma - rho), 1e-9, 1e-300, "∂³/∂ℓ³");
      close(d2[pair(1, 0)][0], -rho * sigma, 1e-11, 1e-300, "∂²/∂z∂ℓ");
      close(d3[triple(1, 1, 0)][0], rho * sigma * (sigma - rho), 1e-9, 1e-300, "∂³/∂z²∂ℓ");
    });
  }
}
