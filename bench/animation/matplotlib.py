"""The animation by matplotlib: python3 matplotlib.py FILE GIF FRAMES OF

Draws FRAMES of an animation of OF frames, evenly spread over the whole.
"""

import sys
import time

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation, PillowWriter

began = time.perf_counter()
with h5py.File(sys.argv[1], "r") as f:
    stars = f["pos_pt"][:] / 1e3
    nucleus = f["pos_nuc"][:] / 1e3
frames, of = int(sys.argv[3]), int(sys.argv[4])
figure = plt.figure()
axes = figure.add_subplot(projection="3d")


def draw(i):
    now = (i * of // frames) * (stars.shape[1] - 1) // max(1, of - 1)
    axes.clear()
    axes.set(xlim=(-250, 250), ylim=(-250, 250), zlim=(-250, 250),
             xlabel="x (km)", ylabel="y (km)", zlabel="z (km)")
    axes.view_init(elev=110, azim=-90)
    axes.scatter(0, 0, 0, s=2000, alpha=0.5)
    axes.scatter(*stars[:, now].T, c="black", s=1)
    axes.scatter(*nucleus[:, now].T, c="magenta", s=20)


FuncAnimation(figure, draw, frames=frames, interval=50).save(sys.argv[2], writer=PillowWriter(fps=20))
print("drawing and saving: %.6f s" % (time.perf_counter() - began))
