"""The training image for GPUs, as far as it can be looked at without torch and Docker: its rules are the classifier's.

peers/checks/test_training_image.py runs its program.
"""

import json
import re
import sys
import types

import pytest


@pytest.fixture(scope="module")
def folder(root):
    return root / "infra/image/gpu"


@pytest.fixture(scope="module")
def image(folder):
    """Its modules that need no torch."""
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(folder))
    import channels
    import epochs
    import hyperparameters

    sys.path.remove(str(folder))
    sys.dont_write_bytecode = written
    return types.SimpleNamespace(channels=channels, epochs=epochs, hyperparameters=hyperparameters)


@pytest.fixture
def job(image, tmp_path, monkeypatch):
    """A job's folder, and how to write a file into it."""
    for module in [image.channels, image.hyperparameters]:
        monkeypatch.setattr(module, "BASE", tmp_path)

    def write(path, text):
        (tmp_path / "input" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "input" / path).write_text(text)

    return write


MODEL = {
    "model_type": "bert",
    "vocab_size": "30522",
    "hidden_size": "768",
    "num_hidden_layers": "12",
    "num_attention_heads": "12",
    "intermediate_size": "3072",
    "initializer_range": "0.02",
    "hidden_dropout_prob": "0.1",
    "attention_probs_dropout_prob": "0.1",
}


def completed(image, job, **given):
    job("config/hyperparameters.json", json.dumps(given))
    return image.hyperparameters.complete(image.hyperparameters.given(), MODEL)


def refusal(image, call, *arguments, **named):
    with pytest.raises(image.hyperparameters.Refused) as refused:
        call(*arguments, **named)
    return str(refused.value)


def test_every_file_is_python_and_is_copied_into_the_image(folder):
    programs = {path.name for path in folder.iterdir()} - {"Dockerfile", "README.md"}
    for name in programs:
        compile((folder / name).read_text(), name, "exec")
    dockerfile = (folder / "Dockerfile").read_text()
    copied = [line.split()[1:-1] for line in dockerfile.splitlines() if re.match("COPY [^-]", line)]
    assert {name for line in copied for name in line} == programs
    assert (folder / "train").stat().st_mode & 0o111 and (folder / "train").read_text().startswith("#!")


def test_names_and_defaults_are_the_classifiers(root, image):
    ours, source = image.hyperparameters, root / "crates/classifier/src/bert"
    rust = (source / "hyperparameters.rs").read_text()
    declared = rust.split("pub struct Hyperparameters {")[1].split("\n    }\n")[0]
    fresh = dict(re.findall(r'^ +(\w+): [\w:]+ = "?([^\s"]+?)"?(?:\.to_owned\(\))?,$', declared, re.M))
    assert fresh.keys() == {*ours.DEFAULTS, "learning_rate", *ours.SHAPE, *ours.DROPOUT, *ours.WITHOUT_EFFECT}
    given = (source / "given.rs").read_text()
    policy = root / "crates/policy/src/hyperparameters"
    aliases = (policy / "aliases.rs").read_text().split("const ALIASES")[1].split("];")[0]
    assert dict(re.findall(r'\(\s*"(\w+)",\s*"(\w+)"\s*\)', aliases)) == ours.ALIASES
    conditions = (policy / "conditions.rs").read_text().split("const OF_BERT")[1].split("];")[0]
    condition = r'name: "(\w+)",\s*default: "\w+",\s*other: "(\w+)",\s*needs: Needs::Is\("(\w+)"\)'
    assert re.findall(condition, conditions) == ours.CONDITIONS
    assert conditions.count("Condition {") == len(ours.CONDITIONS)

    fresh = {name: value.removeprefix("Keep::").lower() for name, value in fresh.items()}
    pretrained = dict(re.findall(r'\("(\w+)", "(\d+)"\.to_owned\(\), !frozen\)', given))
    assert pretrained == {"epochs": "3", "train_batch_size": "32"}
    expected = fresh | pretrained | {"keep": "last"}
    for name, value in ours.DEFAULTS.items():
        assert number(value) == number(expected[name]), name
    for name, value in ours.FROZEN.items():
        assert number(value) == number(fresh[name]), name
    rates = re.findall(r'=> "(\de-\d)"', given.split("fn peak_rate")[1])
    assert [float(ours.peak_rate(width)) for width in [512, 513, 769]] == [float(rate) for rate in rates]


def number(value):
    try:
        return float(value)
    except ValueError:
        return value


def test_what_the_pipeline_passes_is_a_jobs_default_or_said_by_name(image, job):
    passed = {"algorithm": '"bert"', "epochs": "auto", "learning_rate": '"auto"', "seed": "7"}
    found = completed(image, job, **passed, _tuning_objective_metric="x", sagemaker_program='"train.py"')
    assert (found["epochs"], found["learning_rate"], found["seed"], found["keep"]) == ("3", "0.00005", "7", "last")
    theirs = completed(image, job, num_train_epochs="4.0", load_best_model_at_end='"False"', save_steps="auto")
    assert (theirs["epochs"], theirs["keep"]) == ("4", "last")
    assert completed(image, job, patience="3")["keep"] == "best"
    further = completed(image, job, epochs="auto", hyperparameters='{"epochs": 4, "weight_decay": "0.02", "balance": false}')
    assert (further["epochs"], further["weight_decay"], further["balance"]) == ("4", "0.02", "false")
    aliases = '{"num_train_epochs": 4, "per_device_train_batch_size": "8"}'
    aliased = completed(image, job, epochs="auto", train_batch_size='"auto"', hyperparameters=aliases)
    assert (aliased["epochs"], aliased["train_batch_size"]) == ("4", "8")
    assert completed(image, job, epochs="7", num_train_epochs="auto")["epochs"] == "7"
    frozen = completed(image, job, freeze_bert_layer="True")
    assert (frozen["learning_rate"], frozen["epochs"], frozen["freeze_bert_layer"]) == ("0.001", "5", "true")
    assert image.hyperparameters.settings(frozen).freeze_bert_layer is True


@pytest.mark.parametrize(
    "given, reason",
    [
        ({"dropout": "0.1"}, '"dropout" is not known'),
        ({"mode": "supervised"}, '"mode" is not known'),
        ({"algorithm": "fasttext"}, "`algorithm`: 'fasttext'"),
        ({"epochs": "3", "num_train_epochs": "3"}, "are the same one"),
        ({"num_train_epochs": "2.5"}, "`epochs`: '2.5'"),
        ({"learning_rate": "nan"}, "`learning_rate`: 'nan'"),
        ({"warmup_ratio": "1"}, "`warmup_ratio`: '1'"),
        ({"max_seq_length": "513"}, "`max_seq_length`: '513'"),
        ({"keep": "first"}, "`keep`: 'first'"),
        ({"keep": "last", "patience": "3"}, "`patience` has an effect only where `keep` is best"),
        ({"class_weights": "False"}, "`class_weights` has an effect only where `balance` is false"),
        ({"load_best_model_at_end": "maybe"}, "`load_best_model_at_end`: 'maybe'"),
        ({"hidden_size": "384"}, "`hidden_size` is 384, and the pretrained model's is 768"),
        ({"checkpoint_steps": "10"}, "`checkpoint_steps` has no effect in this image"),
        ({"epochs": 3}, "is no map of strings"),
        ({"epochs": "3", "hyperparameters": '{"epochs": 4}'}, "`epochs` is given twice"),
        ({"hyperparameters": '{"epochs": [4]}'}, "`epochs` in `hyperparameters`: [4]"),
        ({"hyperparameters": "epochs=4"}, "`hyperparameters`: 'epochs=4' is no JSON object"),
    ],
)
def test_a_hyperparameter_that_cannot_be_is_named(image, job, given, reason):
    assert reason in refusal(image, lambda: image.hyperparameters.settings(completed(image, job, **given)))


def test_rows_are_read_as_prepare_and_people_write_them(image, job):
    job("data/train/part-00000.jsonl", '{"review_body": " a\u2028b ", "sentiment": 1.0}\n\n{"review_body": "c", "sentiment": "-1"}\n')
    job("data/train/more/rows.csv", '\ufeffreview_body,sentiment\n"d, ""e""",+01\nf,-1\n')
    job("data/train/.hidden.jsonl", "not read")
    job("data/train/profile.json", "{}")
    read = lambda: image.channels.read("train", "review_body", "sentiment")
    # In the order of the names of files; one spelling of each label.
    assert read() == [('d, "e"', "+01"), ("f", "-1"), ("a\u2028b", "+01"), ("c", "-1")]
    for path in ["data/train/manifest.json", "data/train/more/0-manifest.json"]:
        job(path, '{"dataset_version_id": "v", "text_columns": ["Title", "Review Text"]}')
    assert [label for _, label in read()] == ["+01", "-1", "1.0", "-1"]
    assert image.channels.described() == {"text_columns": ["Title", "Review Text"]}


@pytest.mark.parametrize(
    "name, text, reason",
    [
        ("r.jsonl", '{"review_body": "secret", "sentiment": null}', 'r.jsonl, row 1: there is no column "sentiment"'),
        ("r.jsonl", '{"review_body": "secret", "sentiment": 1}\n["secret"]', 'row 2: there is no column "review_body"'),
        ("r.jsonl", '{"review_body": "secret", "sentiment": [1]}', 'the column "sentiment" holds no text'),
        ("r.jsonl", '{"review_body": "secret", "sentiment": 1}\n{"secret', "r.jsonl, after row 1: "),
        ("r.csv", 'review_body,sentiment\n"secret', "r.csv, after row 0: "),
        ("r.parquet", "secret", "this image reads .jsonl"),
        ("_r.jsonl", "secret", "the train channel holds no rows"),
    ],
)
def test_a_bad_row_is_named_without_its_text(image, job, name, text, reason):
    job(f"data/train/{name}", text)
    said = refusal(image, image.channels.read, "train", "review_body", "sentiment")
    assert reason in said and "secret" not in said


def test_labels_are_in_the_order_of_the_classifiers_outputs(image):
    def order(*labels):
        return image.channels.distinct([("a text", label) for label in labels])

    assert order("10", "9", "-1", "9", "1e1", ".5") == ["-1", ".5", "9", "10", "1e1"]
    assert order("10", "9", "b", "B", "é") == ["10", "9", "B", "b", "é"]
    # No numbers in Rust.
    assert order("1_0", "9") == ["1_0", "9"] and order("٣", "2") == ["2", "٣"] and order("nan", "2") == ["2", "nan"]
    assert "at least two classes" in refusal(image, order, "1", "1")


def test_spellings_are_those_of_the_policy(image):
    # Of the tests of crates/policy/src/labels.rs.
    spelling = image.channels.spelling
    assert {spelling(five) for five in ["5", "5.0", "5.00", "05", "+5", "5.", "0005.000", "5,0", "5,00"]} == {"5"}
    others = {"-1.0": "-1", "-0": "0", "0.0": "0", ".50": "0.5", "10": "10", "100.010": "100.01", "TRUE": "true"}
    assert {value: spelling(value) for value in others} == others
    for value in [".", "-", "5e0", "0x5", "5,000", "5,", "1,2.3", "1_000", "٥", "Five", "1.2.3", "--5", "NaN"]:
        assert spelling(value) == value


def test_the_order_of_balancing_is_the_policys(image):
    # SHA-256 of the purpose, a zero byte and the normal text, as crates/policy/src/split.rs has it.
    same = ["Love  this\tDRESS!", "love this dress!", "CAFE\u0301  ΟΔΟΣ", "caf\u00e9 οδοσ"]
    first, second, third, fourth = map(image.epochs.balancing_hash, same)
    assert first == second != third and third == fourth
    assert first.hex() == "893a1a36c155096a"


def test_epochs_are_balanced_by_windows_and_weights_by_shares(image):
    epochs, of_classes = image.epochs, [[0, 1, 2, 3, 4], [5, 6]]
    windows = [epochs.epoch_rows(of_classes, epoch, True) for epoch in range(3)]
    assert windows == [[0, 1, 5, 6], [2, 3, 5, 6], [4, 0, 5, 6]]
    assert epochs.epoch_rows(of_classes, 1, False) == [0, 1, 2, 3, 4, 5, 6]
    settings = types.SimpleNamespace(balance=False, class_weights=True, learning_rate=1.0, warmup_ratio=0.2)
    assert epochs.class_weights(of_classes, settings) == [0.7, 1.75]
    rates = [epochs.learning_rate(step, 10, settings) for step in range(10)]
    assert rates == pytest.approx([1 / 3, 2 / 3, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8])
    found = epochs.figures([[3, 1, 0], [0, 2, 0], [0, 0, 0]])
    assert found == pytest.approx({"val_accuracy": 5 / 6, "val_balanced_accuracy": 1.75 / 2, "val_f1": (6 / 7 + 4 / 5) / 3})


def test_a_small_class_is_warned_of_in_the_classifiers_words(root, image):
    def warned(*sizes, balance=True):
        of_classes = [list(range(size)) for size in sizes]
        return image.epochs.warnings(of_classes, ["bad", "good", "godo"], types.SimpleNamespace(balance=balance))

    rust = (root / "crates/classifier/src/training/batches.rs").read_text()
    form = rust.split("fn warning(")[1].split("format!(")[1].split('"\n        )')[0].strip().lstrip('"')
    form = re.sub(r"\\\n +", "", form).replace('\\"', '"')
    assert warned(80, 80, 3) == [form.format(label="godo", smallest=3, all=163)]
    # As the classifier's own test has it.
    assert warned(400, 761, 40) and not warned(400, 760, 40) and not warned(80, 80, 10)
    assert not warned(80, 80, 3, balance=False) and not warned(3, 3, 3)


def test_the_log_line_is_the_one_that_metric_definitions_read(root, image):
    values = {"train_loss": 0.5, "val_loss": 0.6, "val_accuracy": 0.7, "val_balanced_accuracy": 0.8, "val_f1": 0.75}
    line = image.epochs.log_line({"epoch": 1, "samples_per_second": 9.04, **values}, 3)
    rust = (root / "crates/classifier/src/training/progress.rs").read_text()
    form = rust.split("fn metrics(")[1].split("format!(")[1].split('",\n')[0].strip().lstrip('"').replace("\\\n", "")
    form = re.sub(r" +", " ", form)
    for value in [1, 3, "9.0", *(f"{value:.4f}" for value in values.values())]:
        form = re.sub(r"\{[^}]*\}", str(value), form, count=1)
    assert line == form
    pipeline = json.loads((root / "infra/pipelines/text-classifier.json").read_text())
    steps = {step["Name"]: step["Arguments"] for step in pipeline["Steps"]}
    for metric in steps["TrainModel"]["AlgorithmSpecification"]["MetricDefinitions"]:
        # The channel `test` has a line of its own, which `classifier calibrate` writes, and so has a candidate of automl.
        is_of_epoch = not metric["Name"].startswith(("test:", "candidate:"))
        assert len(re.findall(metric["Regex"], line)) == is_of_epoch, metric


def test_digests_are_the_classifiers(image):
    # FNV-1a's own test vector: the empty input's, then a row by hand.
    assert image.channels.digest([]) == "cbf29ce484222325"
    swapped = image.channels.digest([("b", "1"), ("a", "1")])
    assert image.channels.digest([("a", "1"), ("b", "1")]) != swapped
    assert image.channels.digest([("ab", "1")]) != image.channels.digest([("a", "b1")])


def test_pretrained_weights_have_the_digest_of_the_file_that_the_classifier_reads(image, job):
    job("data/train/rows.jsonl", "")
    job("data/pretrained/pytorch_model.bin", "the same in another format")
    pretrained = image.channels.channel("pretrained")
    digest = lambda: image.channels.inputs([], [], pretrained, "a program")["pretrained_digest"]
    other = digest()
    job("data/pretrained/model.safetensors", "abc")
    # SHA-256's own test vector, which the classifier's test has, too.
    assert digest() == "ba7816bf8f01cfea" != other
