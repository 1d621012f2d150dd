"""Conway-Maxwell-Poisson distributions in 40 digits, for tests/math/com_poisson_test.ts.

Every term λ^j / j!^ν is summed, from the ratios of neighbours, until what follows is below 1e-42 of the sum. λ is then moved by Newton's
steps so that the mean is that of the stored log mean, a double. Run from the repository's root: python3 tests/math/com_poisson_values.py
"""

import json
from mpmath import mp, mpf, exp, log, loggamma, nstr

mp.dps = 40
LOGS = [mpf(0)]


def log_of(j):
    while len(LOGS) <= j:
        LOGS.append(log(mpf(max(1, len(LOGS)))))
    return LOGS[j]


def sums(theta, nu):
    """log Z, mean, variance and third cumulant."""
    term = total = mpf(1)
    first = second = third = mpf(0)
    j = 0
    while True:
        j += 1
        ratio = exp(theta - nu * log_of(j))
        term *= ratio
        total += term
        first += j * term
        second += j * j * term
        third += j**3 * term
        if ratio < 1 and term * j**3 / (1 - ratio) < mpf(10) ** -42 * total:
            break
    m = first / total
    v = second / total - m * m
    return log(total), m, v, third / total - 3 * m * v - m**3


def case(lam, nu):
    theta, nu = log(mpf(lam)), mpf(nu)
    zeta = float(log(sums(theta, nu)[1]))
    for _ in range(6):
        log_z, m, v, k = sums(theta, nu)
        step = (m - exp(mpf(zeta))) / v
        theta -= step
        if abs(step) < mpf(10) ** -30:
            break
    log_z, m, v, k = sums(theta, nu)
    middle, sd = int(m), int(v**0.5) + 1
    counts = sorted({0, 1, max(0, middle - 3 * sd), middle, middle + 5 * sd, 3 * middle + 7})
    return {
        "lambda": str(lam),
        "nu": float(nu),
        "zeta": zeta,
        "log_lambda": nstr(theta, 22),
        "log_z": nstr(log_z, 22),
        "variance": nstr(v, 22),
        "k30": nstr(k, 22),
        "log_p": [[y, nstr(theta * y - nu * loggamma(y + 1) - log_z, 22)] for y in counts],
    }


# every λ from 1e-8 to 1e6 whose mean λ^(1/ν) is at most some 50,000, at ν from nearly geometric to nearly two-point
grid = [("1e-8", nu) for nu in (0.001, 0.5, 1, 3, 40)]
grid += [("0.01", nu) for nu in (0.001, 0.5, 1, 3, 40)]
grid += [("0.5", nu) for nu in (0.001, 0.2, 1, 7)] + [("0.99", 0.01), ("0.999", 0.0005), ("0.9995", 1e-6)]
grid += [("1.7", nu) for nu in (0.06, 0.3, 1, 2.5, 60)] + [("20", nu) for nu in (0.3, 1, 4, 90)]
grid += [("1000", nu) for nu in (0.7, 1, 2, 10)] + [("30000", nu) for nu in (1, 1.4, 5)]
grid += [("1e6", nu) for nu in (1.4, 2, 3, 12, 200)]

if __name__ == "__main__":
    with open("tests/math/com_poisson_values.json", "w") as file:
        json.dump([case(lam, nu) for lam, nu in grid], file, indent=1)
        file.write("\n")
