"""What the peers of the benchmarks share: the talk with the driver, and optional packages.

The driver starts a peer and alternates its own steps with steps asked for here, so that both
meet the same machine. Protocol, one line each way:

    (start)   ->  ready {"torch": "2.11.0", "threads": 2, ...}   or   missing PACKAGE
                                                             or   unusable REASON
    step      ->  5.0312            seconds of one step
    peak      ->  {"resident": 1073741824, "device": null}      most bytes so far, of the process and of tensors on a GPU
    (end of input ends the process)
"""

import importlib
import json
import os
import resource
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


def unusable(reason):
    """Says to the driver why this peer cannot run here, and ends."""
    print("unusable", " ".join(reason.split()), flush=True)
    sys.exit(0)


def peak_resident():
    """The most bytes of this process in memory at once."""
    try:
        # On Linux ru_maxrss begins with that of the driver, which started this process.
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        # Kibibytes, and bytes on macOS.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def serve(step, repeats=1, device_peak=lambda: None, **told):
    """Tells the driver about this peer, then steps on request. A step's seconds are the mean of its repeats.

    device_peak: gives the most bytes of tensors on a GPU, None without one.
    """
    print("ready", json.dumps(told), flush=True)
    for line in sys.stdin:
        if line.strip() == "peak":
            print(json.dumps({"resident": peak_resident(), "device": device_peak()}), flush=True)
            continue
        if line.strip() != "step":
            sys.exit(f"unknown request {line.strip()!r}; there are 'step' and 'peak'")
        start = time.perf_counter()
        for _ in range(repeats):
            step()
        print(f"{(time.perf_counter() - start) / repeats:.9f}", flush=True)
