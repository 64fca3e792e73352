"""What the peers of the benchmarks share: the talk with the driver, and optional packages.

The driver starts a peer and alternates its own steps with steps asked for here, so that both
meet the same machine. Protocol, one line each way:

    (start)   ->  ready {"torch": "2.11.0", "threads": 2, ...}   or   missing PACKAGE
    step      ->  5.0312            seconds of one step
    (end of input ends the process)
"""

import importlib
import json
import os
import sys
import time


def need(*names):
    """Imports packages; where one is not installed, says so to the driver and ends.

    Returns the modules, or the one module when only one is asked for.
    """
    modules = []
    for name in names:
        try:
            modules.append(importlib.import_module(name))
        except ImportError:
            print("missing", name, flush=True)
            sys.exit(0)
    return modules[0] if len(modules) == 1 else modules


def jpegs(folder, count=None):
    """Paths of the JPEG files in a folder, in the order of their names."""
    names = sorted(name for name in os.listdir(folder) if name.endswith(".jpg"))[:count]
    return [os.path.join(folder, name) for name in names]


def smallest_cosine(a, b):
    """Of the rows of two matrices."""
    a, b = a.astype("float64"), b.astype("float64")
    if a.shape != b.shape:
        sys.exit(f"embeddings of shape {a.shape} against {b.shape}")
    products = (a * b).sum(1) / ((a * a).sum(1) * (b * b).sum(1)) ** 0.5
    return float(products.min())


def serve(step, repeats=1, **told):
    """Tells the driver about this peer, then steps on request. A step's seconds are the mean of its repeats."""
    print("ready", json.dumps(told), flush=True)
    for line in sys.stdin:
        if line.strip() != "step":
            sys.exit(f"unknown request {line.strip()!r}; the only one is 'step'")
        start = time.perf_counter()
        for _ in range(repeats):
            step()
        print(f"{(time.perf_counter() - start) / repeats:.9f}", flush=True)
