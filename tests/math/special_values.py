"""Writes special_values.json: special functions to 17 digits, computed with 80 (mpmath 1.3). Run: python3 special_values.py"""
import json
from mpmath import *

mp.dps = 80


def jets(f, x, order=3):
    """f and its derivatives at x."""
    c = taylor(f, mpf(x), order)
    return [float(c[k] * factorial(k)) for k in range(order + 1)]


def log_jets(f, x):
    """f and its derivatives in log x."""
    return jets(lambda t: f(exp(t)), log(mpf(x)))


def lower(x):
    return erfc(-x / sqrt(2)) / 2


def incomplete(a, b, x):
    p = betainc(a, b, 0, mpf(x), regularized=True)
    return [a, b, x, float(log(p)), float(log(1 - p))]


out = {
    "gamma": [[x, float(loggamma(x).real)] + [float(psi(k, x)) for k in range(3)] for x in
              [1e-90, 1e-8, 0.1, 0.5, 0.999, 1 + 2**-30, 1.2, 1.5, 1.99, 2.3, 2.6, 3, 4.5, 7.7, 11.999, 12, 55.5, 170, 1e5, 1e12,
               -0.5, -1.3, -2.7, -10.25]],
    "binet": [[x] + log_jets(lambda t: loggamma(t) - ((t - 0.5) * log(t) - t + log(2 * pi) / 2), x) for x in
              [1e-6, 0.01, 0.3, 1, 2.5, 9, 11.9, 12.1, 30, 1e6]],
    "rising": [[y, th] + log_jets(lambda t: loggamma(y + t) - loggamma(t) - y * log(t), th)
               for y in [2, 7, 16, 17, 40, 0.5, 1e4] for th in [1e-3, 0.2, 0.9, 1.5, 30, 1e3, 1e10, 1e15]],
    "lbeta": [[a, b, float(loggamma(a) + loggamma(b) - loggamma(mpf(a) + mpf(b)))]
              for a in [1e-5, 0.3, 11, 13, 1e5] for b in [0.3, 2, 13, 100, 1e10]],
    "normal": [[x, float(lower(mpf(x))), float(log(lower(mpf(x)))), float(npdf(mpf(x)) / lower(mpf(x)))] for x in
               [-1000, -37.5, -12.3, -6, -5.6, -3, -1, -0.7, -0.6, 0, 0.5, 0.7, 2, 5, 8]],
    "incompleteBeta": [incomplete(*row) for row in
                       [(0.05, 0.05, 0.3), (0.5, 0.5, 0.999), (0.5, 3, 1e-12), (2.3, 10, 0.19), (2.3, 10, 0.01), (150, 10, 0.9),
                        (150, 150, 0.45), (10, 2000, 0.004), (300, 0.5, 0.99), (0.05, 40, 0.2)]],
    "probit onto logit": [[x] + jets(lambda t: log(lower(t)) - log(lower(-t)), x) for x in
                          [-40, -12.3, -5, -2.51, -2.49, -1, 0, 0.7, 2.2, 3.9, 8, 30]],
    "cloglog onto logit": [[x] + jets(lambda t: log(expm1(exp(t))), x) for x in
                           [-30, -8, -2, -0.8, -0.6, -0.1, 0, 1, 3, 4.5]],
    "log onto logit": [[x] + jets(lambda t: t - log(-expm1(t)), x) for x in [-40, -3, -0.5, -1e-3, -1e-9]],
}
with open(__file__.replace(".py", ".json"), "w") as file:
    file.write("{\n" + ",\n".join(f'"{k}": {json.dumps(v)}' for k, v in out.items()) + "\n}\n")
