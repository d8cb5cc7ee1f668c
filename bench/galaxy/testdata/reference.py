"""Reference orbits for the galaxy model: scipy's odeint at tolerance 1e-12.

Reads the stars as JSON from standard input: a list of states of 12 numbers
(position and velocity of the star, position and velocity of the nucleus, SI).
Writes to standard output, as raw little-endian float64, the states at 2,200
times from 0 to 35,000 s: shape (stars, 2200, 12).
"""

import json
import sys

import numpy as np
from scipy.integrate import odeint

G = 6.673e-11
HOST = 1.59e15  # mass within r of the host's centre, per metre
NUCLEUS = HOST / 25


def motion(y, t):
    star, nucleus = y[0:3], y[6:9]
    apart = star - nucleus
    pull = -G * HOST / star.dot(star) * star - G * NUCLEUS / apart.dot(apart) * apart
    fall = -G * HOST / nucleus.dot(nucleus) * nucleus
    return np.concatenate((y[3:6], pull, y[9:12], fall))


times = np.linspace(0, 35000, 2200)
for start in json.load(sys.stdin):
    orbit, info = odeint(motion, start, times, rtol=1e-12, atol=1e-12,
                         mxstep=100000, full_output=True)
    if info["message"] != "Integration successful.":
        sys.exit("odeint: " + info["message"])
    sys.stdout.buffer.write(orbit.astype("<f8").tobytes())
