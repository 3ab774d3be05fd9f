"""Derives the polynomial coefficients of Sources/ElementaryMath with the Remez exchange in 60 digits.

Not run by the tests: it documents where the constants come from. Prints each coefficient, lowest power first, as the
hexadecimal literal of the nearest Double, and the greatest weighted error of the rounded polynomial as a power of two.
"""
from mpmath import mp, mpf, exp, log, sqrt, atanh, matrix, lu_solve, cos, pi

mp.dps = 60
SAMPLES = 4000


def remez(target, weight, low, high, terms, rounds=12):
    """The `terms` coefficients that minimise max |weight(x) (p(x) - target(x))| on [low, high]."""
    middle, half = (low + high) / 2, (high - low) / 2
    nodes = [middle - half * cos(pi * (2 * i + 1) / (2 * (terms + 1))) for i in range(terms + 1)]
    grid = [low + (high - low) * mpf(i) / SAMPLES for i in range(SAMPLES + 1)]
    values = [(x, target(x), weight(x)) for x in grid]
    for _ in range(rounds):
        rows = [[x**k for k in range(terms)] + [(-1) ** i / weight(x)] for i, x in enumerate(nodes)]
        solution = lu_solve(matrix(rows), matrix([target(x) for x in nodes]))
        coefficients = [solution[k] for k in range(terms)]
        errors = [w * (horner(coefficients, x) - f) for x, f, w in values]
        extrema, start = [], 0
        for i in range(1, len(errors) + 1):
            if i == len(errors) or errors[i] * errors[start] < 0:
                extrema.append(max(range(start, i), key=lambda j: abs(errors[j])))
                start = i
        while len(extrema) > terms + 1:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        if len(extrema) < terms + 1:
            break
        nodes = [grid[j] for j in extrema]
    return coefficients


def horner(coefficients, x):
    total = mpf(0)
    for c in reversed(coefficients):
        total = total * x + c
    return total


def report(name, target, weight, low, high, terms):
    rounded = [float(c) for c in remez(target, weight, low, high, terms)]
    worst = max(
        abs(weight(x) * (horner([mpf(c) for c in rounded], x) - target(x)))
        for x in (low + (high - low) * mpf(2 * i + 1) / (2 * SAMPLES) for i in range(SAMPLES))
    )
    print(name, "error 2^%.2f" % float(log(worst, 2)))
    for k, c in enumerate(rounded):
        print("   ", k, c.hex(), repr(c))


# e^r = 1 + r + r^2 P(r), |r| <= ln 2 / 2, widened by the rounding of the reduction. Relative error.
end = log(2) / 2 * (1 + mpf(2) ** -20)
report("exp", lambda r: (exp(r) - 1 - r) / r**2 if abs(r) > mpf(10) ** -25 else mpf(1) / 2 + r / 6,
       lambda r: r**2 / exp(r) + mpf(10) ** -30, -end, end, 11)

# ln(1+f) = 2 atanh(s) = 2 s + s u A(u), s = f / (2 + f), u = s^2, 1 + f in [1/sqrt 2, sqrt 2]. Relative error.
end = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 * (1 + mpf(2) ** -20)


def tail(u):
    if u < mpf(10) ** -20:
        return mpf(2) / 3 + 2 * u / 5
    s = sqrt(u)
    return (2 * atanh(s) / s - 2) / u


report("log", tail, lambda u: u / 2 + mpf(10) ** -30, mpf(0), end, 7)

# ln 2 in two parts. The high part ends in zeros so that its product with any exponent (11 bits) is exact.
high = mpf(int(log(2) * 2**41)) / 2**41
print("ln2 high", float(high).hex(), "low", float(log(2) - high).hex())
print("log2 e", float(1 / log(2)).hex(), "sqrt 2", float(sqrt(2)).hex())
