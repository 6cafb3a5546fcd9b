"""Which rows an epoch sees, at which rate it learns, and what is said of it.

It repeats rules of crates/classifier/src (training/batches.rs, training/progress.rs; bert/schedule.rs, bert/fit.rs) and
crates/policy/src/split.rs; tests/clients/test_training_image.py holds it to them.
"""

import hashlib
import math
import unicodedata


def by_class(rows, labels):
    """Places of each class's rows, in the order of a hash of their text."""
    order = sorted(range(len(rows)), key=lambda row: (balancing_hash(rows[row][0]), row))
    return [[row for row in order if rows[row][1] == label] for label in labels]


def balancing_hash(text):
    lower = "".join(letter.lower() for letter in unicodedata.normalize("NFC", text))
    normal = unicodedata.normalize("NFC", " ".join(lower.split()))
    return hashlib.sha256(b"balance\0" + normal.encode()).digest()[:8]


def epoch_rows(of_classes, epoch, balance):
    """All rows; or of each class as many as the smallest has, and of the larger ones the next window in each epoch."""
    smallest = min(map(len, of_classes))
    if not balance:
        return sum(of_classes, [])
    return [rows[(epoch * smallest + n) % len(rows)] for rows in of_classes for n in range(smallest)]


def rows_line(of_classes, labels, settings):
    counts = ", ".join(f'{len(rows)} of "{label}"' for rows, label in zip(of_classes, labels))
    return f"train rows: {counts}; an epoch sees {len(epoch_rows(of_classes, 0, settings.balance))} of them"


def warnings(of_classes, labels, settings):
    """For log and card: a small class cuts every class of a balanced epoch to its size; a typo in a label makes such a class."""
    smallest, label = min(((len(rows), label) for rows, label in zip(of_classes, labels)), key=lambda size: size[0])
    rows, of_epoch = sum(map(len, of_classes)), smallest * len(of_classes)
    is_small = smallest < 10 or of_epoch * 10 < rows
    if not (settings.balance and is_small and of_epoch < rows):
        return []
    said = f'the label "{label}" has {smallest} of {rows} train rows, and a balanced epoch sees no more of any other'
    return [f"{said}: is it a typo? balance=false takes all rows"]


def class_weights(of_classes, settings):
    """Inverse shares, one on average over the rows; all one where balancing does the same."""
    if settings.balance or not settings.class_weights:
        return [1.0] * len(of_classes)
    rows = sum(map(len, of_classes))
    return [rows / (len(of_classes) * len(places)) for places in of_classes]


def learning_rate(step, steps, settings):
    """Of a step counted from 0: a linear rise to the peak, and a linear fall to zero."""
    warmup = math.ceil(steps * settings.warmup_ratio)
    if step < warmup:
        return settings.learning_rate * (step + 1) / (warmup + 1)
    return settings.learning_rate * (steps - step) / max(steps - warmup, 1)


def share(part, whole):
    return part / whole if whole else 0.0


def figures(confusion):
    """Of counts by truth and prediction."""
    right = [row[place] for place, row in enumerate(confusion)]
    truths, answers = [sum(row) for row in confusion], [sum(column) for column in zip(*confusion)]
    recalls = [share(r, t) for r, t in zip(right, truths) if t]
    f1 = [share(2 * r, t + a) for r, t, a in zip(right, truths, answers)]
    return {
        "val_accuracy": share(sum(right), sum(truths)),
        "val_balanced_accuracy": share(sum(recalls), len(recalls)),
        "val_f1": sum(f1) / len(f1),
    }


def log_line(epoch, of):
    """What the pipeline's MetricDefinitions read."""
    names = ["train_loss", "val_loss", "val_accuracy", "val_balanced_accuracy", "val_f1"]
    values = " ".join(f"{name}: {epoch[name]:.4f}" for name in names)
    return f"epoch {epoch['epoch']} of {of}: samples_per_second: {epoch['samples_per_second']:.1f} {values}"
