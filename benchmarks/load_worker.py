"""A server's process: a SavedModel in TensorFlow's C library, asked by many threads.

It is started as `python load_worker.py PLAN`, a JSON file that `serving_load.py` writes. Neither
Keras nor kerastl nor Python's TensorFlow is imported. It prints one JSON object.
"""

import base64
import importlib.util
import json
import random
import sys
import threading
import time
from pathlib import Path

import numpy as np

SAME = 1e-5


class Served:
    """A SavedModel with its requests and the answers to expect."""

    def __init__(self, plan):
        spec = importlib.util.spec_from_file_location("c_session", plan["program"])
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.session = module.CSession(plan["tensorflow"], plan["libraries"], plan["directory"])
        self.signatures = plan["signatures"]
        self.good = [self._read(each) for each in plan["good"]]
        self.hostile = [self._read(each) for each in plan["hostile"]]
        for request in (*self.good, *self.hostile):
            request["expected"] = self._ask(request)

    def answers_well(self, request):
        """Whether a request has the answers that it had alone, and errors where it must."""
        answer, expected = self._ask(request), request["expected"]
        if request["errors"] is None or answer is None or expected is None:
            return request["errors"] is answer is expected is None
        if [error != b"" for error in answer["error"]] != request["errors"]:
            return False
        same = np.abs(answer["scores"] - expected["scores"]).max() <= SAME
        labels = "label" not in answer or list(answer["label"]) == list(expected["label"])
        return bool(same) and labels

    def _ask(self, request):
        signature = self.signatures[request["signature"]]
        fed = {signature["inputs"][name]: value for name, value in request["fed"].items()}
        names = [name for name in ("scores", "error", "label") if name in signature["outputs"]]
        try:
            answers = self.session.run(fed, [signature["outputs"][name] for name in names])
        except RuntimeError:
            return None
        return dict(zip(names, answers, strict=True))

    def _read(self, told):
        if told["inputs"]:
            signature = "tensors"
            fed = {
                name: np.frombuffer(base64.b64decode(each["content"]), each["dtype"]).reshape(
                    each["shape"]
                )
                for name, each in told["inputs"].items()
            }
        else:
            signature = "serving_default"
            (name,) = self.signatures[signature]["inputs"]
            fed = {name: [base64.b64decode(item) for item in told["raw"]]}
        return {
            "name": told["name"],
            "errors": told["errors"],
            "signature": signature,
            "fed": fed,
        }


def load(served, threads, seconds, share):
    """Ask from many threads, some share of the requests hostile; return what was seen."""
    end = time.monotonic() + seconds
    taken, wrong, costs = [], [], {}

    def ask(seed):
        chosen = random.Random(seed)
        while time.monotonic() < end:
            is_hostile = chosen.random() < share
            request = chosen.choice(served.hostile if is_hostile else served.good)
            start = time.perf_counter()
            if not served.answers_well(request):
                wrong.append(request["name"])
            elapsed = time.perf_counter() - start
            if is_hostile:
                costs.setdefault(request["name"], []).append(elapsed)
            else:
                taken.append(elapsed)

    running = [threading.Thread(target=ask, args=(seed,)) for seed in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return {
        "good": len(taken),
        "hostile": sum(map(len, costs.values())),
        "wrong": wrong,
        "p50": float(np.percentile(taken, 50)),
        "p99": float(np.percentile(taken, 99)),
        "medians": {name: float(np.median(each)) for name, each in sorted(costs.items())},
        "memory": memory("VmRSS"),
    }


def memory(name):
    """Return a value of this process in MB: `VmRSS`, or `VmHWM` for the peak."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1000
    raise OSError(f"/proc/self/status has no {name}")


def main(path):
    """Load the model, ask without and with hostile requests, and print what was seen."""
    plan = json.loads(Path(path).read_text(encoding="utf-8"))
    served = Served(plan)
    load(served, plan["threads"], plan["warm_up"], 0.0)
    start = memory("VmRSS")
    phases = {
        name: load(served, plan["threads"], plan["seconds"], share)
        for name, share in (("without", 0.0), ("with", plan["share"]))
    }
    assert not {"tensorflow", "keras", "kerastl"} & set(sys.modules)
    print(json.dumps({"start": start, "peak": memory("VmHWM"), **phases}))


if __name__ == "__main__":
    main(sys.argv[1])
