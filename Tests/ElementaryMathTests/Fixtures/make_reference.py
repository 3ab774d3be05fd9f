"""Writes reference.txt: arguments and correctly rounded results of ElementaryMath's functions, from 400 digits
(60 for logGamma, erf and erfc, which take long).

Not run by the tests. Each line: function, bits of the argument, bits of the Double nearest to the exact result, and the
rest (exact - nearest) in ulps of nearest, in [-0.5, 0.5]; so an error is measured far below one ulp.
Run it in this directory: python3 make_reference.py [points per range] > reference.txt
"""
import math
import random
import struct
import sys
from mpmath import mp, mpf, erf, erfc, exp, log, log1p, loggamma, frexp

mp.dps = 40
rng = random.Random(20260101)
POINTS = int(sys.argv[1]) if len(sys.argv) > 1 else 40


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def double(b):
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def ulp_exponent(exact):
    """The exponent of the last place of the Double nearest to exact, never below the subnormals' 2^-1074."""
    return max(int(frexp(abs(exact))[1]) - 53, -1074)


def nearest(exact):
    """Round half to even by hand: float(mpf) would round a subnormal twice."""
    scaled = mp.ldexp(exact, -ulp_exponent(exact))
    with mp.workdps(60):
        whole = int(mp.nint(scaled))
    if abs(whole) * mpf(2) ** ulp_exponent(exact) >= mpf(2) ** 1024:
        return None
    return float(mp.ldexp(mpf(whole), ulp_exponent(exact)))


def uniform(low, high):
    return lambda: rng.uniform(low, high)


def spread(low, high, signed=False):
    """Log-uniform magnitudes 2^low ... 2^high."""
    return lambda: (rng.choice((-1, 1)) if signed else 1) * 2.0 ** rng.uniform(low, high) * 1.0


def subnormal():
    return double(rng.randrange(1, 1 << 52))


def near(centre, exponent_low=-52, exponent_high=-2):
    return lambda: centre + rng.choice((-1, 1)) * 2.0 ** rng.uniform(exponent_low, exponent_high)


def neighbours(*centres):
    found = []
    for c in centres:
        b = bits(c)
        found += [double(b + k) for k in (-2, -1, 0, 1, 2)]
    return found


LN2 = 0.6931471805599453
TABLE = {
    "exp": (exp, [uniform(-1, 1), uniform(-40, 40), uniform(-700, 709), uniform(-745.1, -708.4),
                  spread(-60, 0, True), subnormal],
            neighbours(1.0, LN2 / 2, -LN2 / 2, LN2, 709.782712893384, -708.3964185322641, -745.1332191019411)),
    "log": (log, [uniform(0.5, 2), near(1.0), spread(-1022, 1023), uniform(0, 1000), subnormal],
            neighbours(0.7071067811865476, 1.4142135623730951, 0.9999, 2.0, 2.2250738585072014e-308)
            + [5e-324, 1.7976931348623157e308]),
    "log1p": (log1p, [uniform(-0.9, 2), spread(-60, 0, True), near(-1.0), spread(0, 1023), uniform(0, 1), subnormal],
              neighbours(-0.2928932188134524, 0.4142135623730951, 1.0, 9007199254740992.0)
              + [5e-324, -5e-324, -0.9999999999999999, 1.7976931348623157e308]),
    "sigmoid": (lambda z: 1 / (1 + exp(-z)), [uniform(-5, 5), uniform(-40, 40), uniform(-745, 745),
                                               spread(-60, 0, True)], neighbours(-708.3, -744.4, 36.7, 37.5)),
    "softplus": (lambda z: log1p(exp(-abs(z))) + max(z, 0), [uniform(-5, 5), uniform(-40, 40), uniform(-745, 745),
                                                             spread(-60, 0, True)],
                 neighbours(-708.3, -744.4, 36.7) + [10000.0, -700.0]),
    "logit": (lambda p: log(p / (1 - p)), [uniform(0, 1), near(0.5), spread(-1022, -1),
                                           lambda: 1 - 2.0 ** rng.uniform(-53, -1), subnormal],
              neighbours(0.25, 0.75) + [5e-324, 0.9999999999999999]),
    "logGamma": (loggamma, [uniform(0, 0.5), uniform(0.5, 1.5), uniform(1.5, 2.5), uniform(2.5, 10), uniform(10, 1000),
                            near(1.0), near(2.0), spread(-1000, 1000)],
                 neighbours(0.5, 1.0, 1.5, 2.0, 2.5, 10.0) + [5e-324, 1e6, 3.5, 4.5]),
    "erf": (erf, [uniform(-2, 2), uniform(-6, 6), spread(-60, 0, True), uniform(0, 1)], neighbours(1.0, 2.0)),
    "erfc": (erfc, [uniform(-2, 1), uniform(0.5, 2), uniform(1, 6), uniform(6, 26), spread(-60, 0, True)],
             neighbours(1.0, 2.0)),
}

for name, (function, ranges, fixed) in TABLE.items():
    points = list(fixed) + [draw() for draw in ranges for _ in range(POINTS)]
    for x in points:
        if name == "logit" and not 0 < x < 1 or name == "log1p" and x <= -1 or x == 0:
            continue
        with mp.workdps(60 if name in ("logGamma", "erf", "erfc") else 400):
            exact = function(mpf(x))
        if exact == 0 or nearest(exact) is None or nearest(exact) == 0:
            continue
        best = nearest(exact)
        rest = (exact - mpf(best)) / mpf(math.ulp(best))
        print(f"{name} {bits(x):016x} {bits(best):016x} {float(rest):+.6f}")
