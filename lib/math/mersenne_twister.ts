/** The uniform generator of R: Mersenne Twister (MT19937) with R's seeding. */

const N = 624, M = 397;

/**
 * Uniform random numbers on (0, 1), the ones R gives after `set.seed(seed)`.
 * Source: Matsumoto & Nishimura (1998), ACM TOMACS 8, the recurrence and tempering; the seeding (a congruential
 * generator x ← 69069 x + 1 run 50 steps, then filling the state) and the 32-bit scaling are documented in R's `?Random`.
 */
export class MersenneTwister {
  readonly #state = new Int32Array(N);
  #next = N;

  /** @param seed any whole number; only its 32 low bits count */
  constructor(seed: number) {
    let x = seed | 0;
    for (let i = 0; i < 50; i++) x = (Math.imul(69069, x) + 1) | 0;
    x = (Math.imul(69069, x) + 1) | 0; // R stores the position here and overwrites it
    for (let i = 0; i < N; i++) this.#state[i] = x = (Math.imul(69069, x) + 1) | 0;
  }

  /** Uniform on (0, 1): 32 random bits times 2⁻³² (nearly), kept off the end points. */
  uniform(): number {
    if (this.#next === N) this.#refill();
    let y = this.#state[this.#next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    const u = (y >>> 0) * 2.3283064365386963e-10;
    return u <= 0 ? 0.5 * 2.328306437080797e-10 : 1 - u <= 0 ? 1 - 0.5 * 2.328306437080797e-10 : u;
  }

  #refill(): void {
    const state = this.#state;
    let i = 0;
    for (; i < N - M; i++) state[i] = state[i + M] ^ twist(state[i], state[i + 1]);
    for (; i < N - 1; i++) state[i] = state[i + M - N] ^ twist(state[i], state[i + 1]);
    state[N - 1] = state[M - 1] ^ twist(state[N - 1], state[0]);
    this.#next = 0;
  }
}

/** The recurrence's matrix on the top bit of one word and the low bits of the next. */
function twist(a: number, b: number): number {
  const y = (a & 0x80000000) | (b & 0x7fffffff);
  return (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
}
