"""Measures one peer on one load in this process: prints {"microsecondsPerEpoch": …} or {"reason": …} as JSON."""

import importlib
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

from loads import LOADS  # noqa: E402  (threads are counted at import)


def main(peer: str, load: str, seconds: float) -> None:
    try:
        module = importlib.import_module(peer)
    except ImportError as error:
        print(json.dumps({"reason": f"not installed: {error.name}"}))
        return
    epochs = module.trainer(LOADS[load])
    if epochs is None:
        print(json.dumps({"reason": "has no dropout"}))
        return
    version = {}
    for package in ("numpy", "torch", "jax", "sklearn"):
        if package in sys.modules:
            version[package] = sys.modules[package].__version__

    # A compiled peer compiles anew for each count: two counts, each run once to warm up.
    def timed(count: int) -> float:
        start = time.perf_counter()
        epochs(count)
        return (time.perf_counter() - start) / count

    timed(2)
    one = timed(2)
    count = max(2, min(2000, int(0.1 / one)))
    timed(count)
    times = []
    start = time.perf_counter()
    while time.perf_counter() - start < seconds or len(times) < 3:
        times.append(timed(count))
    times.sort()
    print(json.dumps({"microsecondsPerEpoch": times[len(times) // 2] * 1e6, "versions": version}))


main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
