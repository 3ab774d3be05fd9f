"""Writes gamma_tails.txt: a, x and Q(a, x) as Doubles, from 60 digits. Run here: python3 gamma_tails.py > gamma_tails.txt"""
import random
from mpmath import mp, mpf, gammainc

mp.dps = 60
rng = random.Random(20260102)
for a in [0.5, 1, 1.5, 2, 4.5, 5, 9.5, 32, 100.5, 255.5, 256] + [round(rng.uniform(0.5, 60), 3) for _ in range(20)]:
    for factor in [1e-6, 0.01, 0.3, 0.8, 0.99, 1, 1.01, 1.3, 2, 4, 8]:
        x = float(a * factor + (factor > 1) * rng.uniform(0, 3))
        q = gammainc(mpf(a), mpf(x), mp.inf, regularized=True)
        if q > mpf("1e-280"):
            print(repr(float(a)), repr(x), repr(float(q)))
