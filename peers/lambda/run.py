"""Measures every function, those with a file in handlers/ beside it (Python with boto3, one in Node), and prints one table.

A peer does the same work for the event that is measured, with the same AWS calls; branches that this event does not
take are left out. The functions are built for this machine, not for arm64. All speak to the same Runtime API and the same AWS (see `_aws.py`), in turns, in one run; figures are medians.

init    from the process's start to its first poll for an event, as Lambda counts it
first   the first event: connections are opened, and what a runtime loads lazily is loaded. Rust reads the root
        certificates here, Python only for HTTPS, which this is not
warm    every later event, with its AWS calls, each of which takes the stub some tenths of a millisecond; p95 of them
peak    VmHWM after all events
zip     what is uploaded. A Python handler's holds no boto3: Lambda's runtime brings one
"""

import io
import json
import os
import pathlib
import statistics
import subprocess
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
HANDLERS = HERE / "handlers"
sys.path.insert(0, str(HANDLERS))

import functions  # noqa: E402
from _aws import Aws  # noqa: E402
from _runtime import Function  # noqa: E402

ROUNDS, EVENTS = int(os.environ.get("ROUNDS", "5")), int(os.environ.get("EVENTS", "20"))
PROGRAMS = pathlib.Path(os.environ["PROGRAMS"])
NODE_MODULES = os.environ.get("NODE_MODULES", "")
OUT = pathlib.Path(os.environ["BENCHMARK"])

AIMS = {"zip_mb": 4.0, "init_ms": 8.0, "init_share": 1 / 50, "peak_mb": 128.0}

# Invocations after one upload whose model passes and is deployed: start-pipeline for the version, the execution's end,
# the registered and the approved package; deploy-model for the approval and the endpoint's readiness; watch-endpoint for
# the endpoint's states.
OF_AN_UPLOAD = {"register-dataset": 1, "start-pipeline": 4, "judge-model": 1, "deploy-model": 2, "watch-endpoint": 2}
# us-east-1, arm64: a GB-second, a request. AWS itself is taken to answer a call in 20 ms.
GB_SECOND, REQUEST, CALL_MS = 0.0000133334, 0.20 / 1_000_000, 20


def contenders(name):
    """Commands by language. A function without a file in handlers/ has no peer."""
    found = {"Rust": [PROGRAMS / name]}
    if (HANDLERS / f"{name}.py").exists():
        found["Python"] = [sys.executable, HERE / "bootstrap.py", HANDLERS / f"{name}.py"]
    if NODE_MODULES and (HANDLERS / f"{name}.mjs").exists():
        found["Node"] = ["node", HERE / "bootstrap.mjs", HANDLERS / f"{name}.mjs"]
    return found


def zip_mb(name, language):
    files = [(PROGRAMS / name, "bootstrap")]
    if language == "Python":
        files = [(HANDLERS / file, file) for file in (f"{name}.py", "_shared.py", "_names.py")]
    if language == "Node":
        files = [(HANDLERS / f"{name}.mjs", f"{name}.mjs")]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, inside in files:
            archive.write(path, inside)
    return len(packed.getvalue()) / 1e6


def one_process(aws, name, command, log):
    _, environment, event, objects, answers, (field, expected) = functions.FUNCTIONS[name]
    environment = functions.AWS | environment | {"AWS_ENDPOINT_URL": aws.url, "NODE_PATH": NODE_MODULES}
    seeds, payload = objects(), event(aws.url)
    aws.reset(seeds, answers)
    function = Function([str(part) for part in command], environment, log)
    times = []
    try:
        for _ in range(EVENTS):
            aws.reset(seeds, answers)
            answer, milliseconds = function.invoke(payload)
            assert answer.get(field) == expected, f"{name}: {answer}"
            times.append(milliseconds)
        calls = len(aws.calls)
        return {
            "init_ms": function.init,
            "first_ms": times[0],
            "warm_ms": statistics.median(times[1:]),
            "p95_ms": statistics.quantiles(times[1:], n=20)[-1],
            "peak_mb": function.peak_mb(),
            "calls": calls,
        }
    finally:
        function.stop()


def measure(name):
    aws, runs = Aws(), {}
    log_path = OUT / f"{name}.log"
    with open(log_path, "w") as log:
        for round in range(ROUNDS):
            for language, command in contenders(name).items():
                try:
                    figures = one_process(aws, name, command, log)
                except Exception as error:
                    raise SystemExit(f"{name} in {language}: {error!r}; its output is in {log_path}") from error
                runs.setdefault(language, []).append(figures)
    aws.shutdown()
    medians = {
        language: {key: statistics.median(run[key] for run in found) for key in found[0]} | {"zip_mb": zip_mb(name, language)}
        for language, found in runs.items()
    }
    print(f"{name}: {json.dumps(medians['Rust'], default=str)}", file=sys.stderr)
    return medians


def cost(measured, language):
    """Dollars of 1,000 uploads."""
    dollars = 0
    for name, times in OF_AN_UPLOAD.items():
        figures = measured[name][language]
        gigabytes = functions.FUNCTIONS[name][0] / 1024
        seconds = (figures["warm_ms"] + figures["calls"] * CALL_MS) / 1000
        dollars += 1000 * times * (gigabytes * seconds * GB_SECOND + REQUEST)
    return dollars


def missed(figures):
    own, python = figures["Rust"], figures.get("Python")
    found = [f"{key} {own[key]:.1f}" for key in ("zip_mb", "init_ms", "peak_mb") if own[key] > AIMS[key]]
    if python and own["init_ms"] > python["init_ms"] * AIMS["init_share"]:
        found.append(f"init 1/{python['init_ms'] / own['init_ms']:.0f} of Python's")
    return ", ".join(found)


def table(measured):
    columns = ["function", "", "zip MB", "init ms", "first ms", "warm ms", "p95 ms", "peak MB", "AWS calls", "aims"]
    lines = [columns]
    for name, figures in measured.items():
        for language, found in figures.items():
            aims = (missed(figures) or "reached") if language == "Rust" else ""
            digits = [f"{found[key]:.2f}" for key in ("zip_mb", "init_ms", "first_ms", "warm_ms", "p95_ms")]
            first = name if language == "Rust" else ""
            lines.append([first, language, *digits, f"{found['peak_mb']:.1f}", f"{found['calls']:.0f}", aims])
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    names = sys.argv[1:] or list(functions.FUNCTIONS)
    if unknown := sorted(set(names) - set(functions.FUNCTIONS)):
        raise SystemExit(f"no function is named {', '.join(unknown)}; there are {', '.join(functions.FUNCTIONS)}")
    measured = {name: measure(name) for name in names}
    table(measured)
    print(f"\nAims: zip at most {AIMS['zip_mb']} MB, init at most {AIMS['init_ms']} ms and a fiftieth of Python's, "
          f"peak at most {AIMS['peak_mb']} MB.")
    if set(OF_AN_UPLOAD) <= set(measured):
        print("1,000 uploads, from the file to the live model: 1,000 x the sum over "
              + ", ".join(f"{times} x {name}" for name, times in OF_AN_UPLOAD.items())
              + f"\nof GB of memory x (warm ms + AWS calls x {CALL_MS} ms) / 1,000 x ${GB_SECOND} + ${REQUEST:.7f} a request"
              + " (us-east-1, arm64; memory as in the template):")
        for language in ("Rust", "Python"):
            print(f"  {language}: ${cost(measured, language):.3f}")
    report = {"rounds": ROUNDS, "events": EVENTS, "load_average": os.getloadavg(), "functions": measured}
    path = OUT / "lambda.json"
    path.write_text(json.dumps(report, indent=2) + "\n")
    versions = subprocess.run([sys.executable, "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True).stdout
    boto3 = next((line for line in versions.splitlines() if line.startswith("boto3==")), "boto3")
    print(f"\n{ROUNDS} rounds of {EVENTS} events, {boto3}, Python {sys.version.split()[0]}, "
          f"load average {os.getloadavg()[0]:.1f}; written to {path}")


if __name__ == "__main__":
    main()
