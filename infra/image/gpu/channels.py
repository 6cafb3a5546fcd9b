"""A training job's channels: files of rows in, texts with their labels out.

It repeats rules of crates/classifier/src (channel.rs, labels.rs, training/inputs.rs) and crates/policy/src/labels.rs;
tests/clients/test_training_image.py and peers/checks/test_training_image.py hold it to them.
"""

import collections
import csv
import hashlib
import json
import math
import re

from hyperparameters import BASE, Refused, refuse_if


class Unreadable(Exception):
    """Of one row."""


def channel(name):
    return BASE / "input/data" / name


def pretrained():
    folder = channel("pretrained")
    reason = "the pretrained channel holds no config.json: this image only fine-tunes"
    refuse_if(not (folder / "config.json").is_file(), f"{reason}, so {folder} must be a Hugging Face folder")
    return folder


def files(folder):
    """Those of rows, and of `prepare`'s manifests."""
    refuse_if(not folder.is_dir(), f"there is no channel {folder.name}")
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "profile.json")
    paths = [path for path in paths if not any(p[0] in "._" for p in path.relative_to(folder).parts)]
    manifests = [path for path in paths if path.name.endswith("manifest.json")]
    return [path for path in paths if path not in manifests], manifests


def manifest(name):
    """The first of `prepare`'s; instances that shared its job agree. Empty where there is none."""
    manifests = files(channel(name))[1]
    return json.loads(manifests[0].read_text()) if manifests else {}


def described():
    """What the card repeats of `prepare`'s description of the train rows, where there is one."""
    columns = manifest("train").get("text_columns")
    return {"text_columns": columns} if columns else {}


def read(name, text_column, label_column, known=()):
    """A channel's rows as pairs of text and label, in the order of their files."""
    rows, spellings = [], {spelling(label): label for label in known}
    paths, manifests = files(channel(name))
    prepared = {path.parent for path in manifests}
    for path in paths:
        number = 0
        try:
            for number, row in enumerate(table(path), 1):
                text, label = field(row, text_column), field(row, label_column)
                if path.parent not in prepared:
                    label = spellings.setdefault(spelling(label), label)
                rows.append((text, label))
        except Unreadable as error:
            raise Refused(f"{path}, row {number}: {error}") from None
        except (ValueError, csv.Error) as error:
            raise Refused(f"{path}, after row {number}: {error}") from None
    refuse_if(not rows, f"the {name} channel holds no rows")
    return rows


def table(path):
    """Numbers stay as they are spelt: 5.0 is no 5 in `prepare`'s files."""
    extension = path.suffix.lower()
    if extension in [".jsonl", ".ndjson"]:
        with open(path, encoding="utf-8-sig", newline="\n") as lines:
            for line in lines:
                if line.strip():
                    yield json.loads(line, parse_int=str, parse_float=str)
    elif extension in [".csv", ".tsv"]:
        with open(path, encoding="utf-8-sig", newline="") as lines:
            yield from csv.DictReader(lines, delimiter="\t" if extension == ".tsv" else ",", strict=True)
    else:
        raise Refused(f"{path}: this image reads .jsonl, .ndjson, .csv and .tsv")


def field(row, column):
    value = row.get(column) if isinstance(row, dict) else None
    if value is None:
        raise Unreadable(f'there is no column "{column}"')
    value = json.dumps(value) if isinstance(value, bool) else value
    if not isinstance(value, str) or not value.strip():
        raise Unreadable(f'the column "{column}" holds no text')
    return value.strip()


def spelling(label):
    """5, 5.0 and 05 are one label."""
    if label.lower() in ["true", "false"]:
        return label.lower()
    number = re.fullmatch(r"([+-]?)([0-9]*)(?:\.([0-9]*)|,([0-9]{1,2}))?", label)
    sign, whole, *fraction = number.groups("") if number else ("", "", "")
    fraction = "".join(fraction)
    if not whole + fraction:
        return label
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    sign = "-" if sign == "-" and (whole, fraction) != ("0", "") else ""
    return sign + whole + ("." + fraction if fraction else "")


def distinct(rows):
    """The labels in the order of the model's outputs: by number if all are numbers, else by name."""
    labels = sorted({label for _, label in rows})
    refuse_if(len(labels) < 2, f"all train rows have the label {labels}: a classifier needs at least two classes")
    if all(label.isascii() and "_" not in label and is_number(label) for label in labels):
        labels.sort(key=float)
    return labels


def is_number(label):
    try:
        return math.isfinite(float(label))
    except ValueError:
        return False


def classes(rows, labels, name):
    places = {label: place for place, label in enumerate(labels)}
    for number, (_, label) in enumerate(rows, 1):
        unknown = f'row {number} of the {name} channel has the label "{label}", which no train row has'
        refuse_if(label not in places, unknown)
    return [places[label] for _, label in rows]


def inputs(train, validation, pretrained, program):
    """What the training read, for its card."""
    # The one file that the classifier reads; transformers also reads a model in parts, or in PyTorch's own format.
    whole = pretrained / "model.safetensors"
    parts = sorted([*pretrained.glob("*.safetensors"), *pretrained.glob("pytorch_model*.bin")])
    read = {
        "program": program,
        "dataset_version_id": manifest("train").get("dataset_version_id"),
        "train_digest": digest(train),
        "validation_digest": digest(validation),
        "pretrained_digest": file_digest([whole] if whole.exists() else parts),
        "train_labels": collections.Counter(label for _, label in train),
        "validation_labels": collections.Counter(label for _, label in validation),
    }
    return {name: value for name, value in read.items() if value is not None}


def digest(rows):
    """FNV-1a over the bytes of texts and labels: the classifier's own digest of the same rows."""
    state, prime, whole = 0xCBF29CE484222325, 0x100000001B3, 2**64 - 1
    for part in (part for row in rows for part in row):
        for byte in part.encode():
            state = ((state ^ byte) * prime) & whole
        state = ((state ^ whole) * prime) & whole
    return f"{state:016x}"


def file_digest(paths):
    """The beginning of the SHA-256 of weights: the classifier's own digest of the same file."""
    found = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            while block := file.read(1 << 24):
                found.update(block)
    return found.hexdigest()[:16]
