# log K_nu(x) and its derivative in nu, by mpmath with 40 digits. Writes tests/math/bessel_values.json when run from the repository's root.
import json
from mpmath import mp, besselk, log, diff, mpf

mp.dps = 40
rows = []
for nu in ["0.1", "0.5", "1", "1.5", "2.3", "7", "30"]:
    for x in ["1e-6", "0.01", "0.5", "1", "3", "20", "300"]:
        n, X = mpf(nu), mpf(x)
        f = lambda v: log(besselk(v, X))
        rows.append([float(n), float(X), float(f(n)), float(diff(f, n))])
json.dump(rows, open("tests/math/bessel_values.json", "w"))
