"""The galaxy model done the way of the OLCF tutorial, for comparison.

mpiexec -n 2 python3 tutorial.py FILE STARS

One call of scipy's odeint a star (twelve numbers, NumPy arithmetic, default
tolerances), h5py with the mpio driver, the datasets created from zeros and filled
by one strided write for each star, quantity and coordinate.
"""

import math
import sys

import h5py
import numpy as np
from mpi4py import MPI
from scipy.integrate import odeint

G = 6.673e-11
A = 1.0        # mass within r: k r^A
K = 1.59e15    # host
K1 = K / 25    # nucleus
R0 = 254840.0
STEPS = 2200


def pull(dx, dy, dz, k):
    """Acceleration toward a centre from which one is (dx, dy, dz) away."""
    r = np.sqrt(dx**2 + dy**2 + dz**2)
    g = G * k * r ** (A - 2)
    return -g * dx / r, -g * dy / r, -g * dz / r


def motion(s, t):
    """The derivative of a star (position, velocity) and the nucleus (the same)."""
    x, y, z = s[0], s[1], s[2]
    nx, ny, nz = s[6], s[7], s[8]
    hx, hy, hz = pull(x, y, z, K)
    px, py, pz = pull(x - nx, y - ny, z - nz, K1)
    ax, ay, az = pull(nx, ny, nz, K)
    return np.array([s[3], s[4], s[5], hx + px, hy + py, hz + pz,
                     s[9], s[10], s[11], ax, ay, az])


def in_ball(rng, radius):
    while True:
        p = rng.uniform(-radius, radius, 3)
        if p.dot(p) <= radius * radius:
            return p


comm = MPI.COMM_WORLD
rank, size = comm.Get_rank(), comm.Get_size()
path, stars = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(1)
vc = math.sqrt(G * K * R0 ** (A - 1))
nucleus = np.array([R0, 0, 0, 0, 0.1 * vc, 0])
starts = []
for i in range(stars):
    star = nucleus.copy()
    star[:3] += in_ball(rng, R0 / 20)
    star[3:] += in_ball(rng, 0.1 * vc)
    starts.append(np.concatenate((star, nucleus)))
times = np.linspace(0, 35000, STEPS)

comm.Barrier()
began = MPI.Wtime()
zeros = np.zeros((stars, STEPS, 3))
f = h5py.File(path, "w", driver="mpio", comm=comm)
pos = f.create_dataset("pos_pt", data=zeros)
vel = f.create_dataset("vel_pt", data=zeros)
pos_nuc = f.create_dataset("pos_nuc", data=zeros[:1])
vel_nuc = f.create_dataset("vel_nuc", data=zeros[:1])
comm.Barrier()

share = stars // size
start = MPI.Wtime()
for star in range(rank * share, (rank + 1) * share):
    orbit = odeint(motion, starts[star], times)
    for axis in range(3):
        pos[star, :, axis] = orbit[:, axis]
        vel[star, :, axis] = orbit[:, 3 + axis]
print("MPI Rank", rank, ": Simulating my particles took", MPI.Wtime() - start, "s", flush=True)

if rank == 0:
    for axis in range(3):
        pos_nuc[0, :, axis] = orbit[:, 6 + axis]
        vel_nuc[0, :, axis] = orbit[:, 9 + axis]
comm.Barrier()
f.close()
comm.Barrier()
if rank == 0:
    print("Success!")
    print("integration and writing: %.6f s" % (MPI.Wtime() - began))
