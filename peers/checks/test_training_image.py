"""The second training image's program, on the processor: its folders are evaluated and served as any other."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file

from conftest import CLASSIFIER
from folders import TEXTS, evaluated, logits, minilm, random_checkpoint
from test_features import lay_out
from test_models import FAMILIES, assert_served_as_in_transformers, training_job

ROOT = pathlib.Path(__file__).parents[2]
TRAIN = ROOT / "infra/image/gpu/train"
# Dropout draws otherwise in one process than in two.
STEADY = {"learning_rate": "0.01", "hidden_dropout_prob": "0", "attention_probs_dropout_prob": "0"}


def train(base, *launcher, with_classifier=True):
    """Runs the image's `train`, with our classifier on PATH as in the image."""
    programs = base / "programs"
    programs.mkdir(exist_ok=True)
    if with_classifier and not (programs / "classifier").exists():
        (programs / "classifier").symlink_to(CLASSIFIER)
    environment = {**os.environ, "SAGEMAKER_BASE_DIR": str(base), "OMP_NUM_THREADS": "1"}
    environment["PATH"] = f"{programs}:{os.environ['PATH']}"
    command = [*(launcher or [sys.executable]), TRAIN]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def trained(base, *launcher, **arguments):
    done = train(base, *launcher, **arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def card(base):
    return json.loads((base / "model/training.json").read_text())


def small_job(base, family="bert", **hyperparameters):
    pretrained = random_checkpoint(family, base / "made")
    training_job(base, pretrained, **{"max_seq_length": "40", **STEADY, **hyperparameters})
    return pretrained


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_trained_calibrated_and_served(family, tmp_path, serve):
    pretrained = small_job(tmp_path, family, epochs="2", per_device_eval_batch_size="4", keep="auto")
    trained(tmp_path)
    _, before = logits(pretrained, TEXTS)
    _, after = logits(tmp_path / "model", TEXTS)
    assert not torch.allclose(before, after, atol=1e-2), "training changed nothing"
    assert "temperature" in json.loads((tmp_path / "model/calibration.json").read_text())
    assert_served_as_in_transformers(tmp_path, serve)


def test_the_card_is_the_one_that_the_classifier_itself_writes(tmp_path, classifier):
    small_job(tmp_path / "there", epochs="2", class_weights="True")
    trained(tmp_path / "there")
    small_job(tmp_path / "here", epochs="2", class_weights="True")
    classifier("train", base=tmp_path / "here")
    there, here = card(tmp_path / "there"), card(tmp_path / "here")
    # This image has neither.
    for name in ["checkpoint_steps", "health_rules"]:
        del here["hyperparameters"][name]
    # Another program, its own shuffles.
    for one in [there, here]:
        del one["inputs"]["program"], one["seconds"]
        one["epochs"] = [sorted(epoch) for epoch in one["epochs"]]
    for name in ["train_digest", "pretrained_digest"]:
        assert there["inputs"][name] == here["inputs"][name], name
    assert there == here


def test_what_prepare_writes_is_trained_on_and_evaluated(tmp_path, classifier):
    lay_out(tmp_path)
    classifier("prepare")
    (tmp_path / "input/data").mkdir(parents=True)
    for channel in ["train", "validation"]:
        shutil.copytree(tmp_path / f"processing/output/{channel}", tmp_path / f"input/data/{channel}")
    shutil.copytree(random_checkpoint("bert", tmp_path / "made", hidden=16), tmp_path / "input/data/pretrained")
    (tmp_path / "input/config").mkdir()
    (tmp_path / "input/config/hyperparameters.json").write_text(json.dumps({"epochs": "2"}))
    trained(tmp_path)
    assert card(tmp_path)["inputs"]["dataset_version_id"] == "check"

    evaluation = evaluated(tmp_path, classifier)
    assert 0 < evaluation["challenger"]["balanced_accuracy"] <= 1, evaluation


def test_a_real_pretrained_bert_learns_the_word_that_tells(tmp_path, serve):
    training_job(tmp_path, minilm(), epochs="8", max_seq_length="32", learning_rate="0.0005")
    said = trained(tmp_path)
    assert card(tmp_path)["epochs"][-1]["val_accuracy"] == 1.0, said
    assert_served_as_in_transformers(tmp_path, serve)


def test_the_pipelines_metric_definitions_read_its_log(tmp_path):
    small_job(tmp_path, epochs="3")
    shutil.copytree(tmp_path / "input/data/validation", tmp_path / "input/data/test")
    said, epochs = trained(tmp_path), card(tmp_path)["epochs"]
    # `classifier calibrate` scores the channel, if there is one.
    assert "test: rows: 6 test_loss: " in said, said
    pipeline = json.loads((ROOT / "infra/pipelines/text-classifier.json").read_text())
    steps = {step["Name"]: step["Arguments"] for step in pipeline["Steps"]}
    for metric in steps["TrainModel"]["AlgorithmSpecification"]["MetricDefinitions"]:
        # Those of `test` have a channel of their own, candidates an algorithm.
        if metric["Name"].startswith(("test:", "candidate:")):
            continue
        name = metric["Regex"].split(":")[0]
        found = [float(value) for value in re.findall(metric["Regex"], said)]
        assert found == pytest.approx([epoch[name] for epoch in epochs], abs=0.06 if "second" in name else 1e-4)


# A torch that sees two GPUs, so that `train` starts itself under torchrun; its processes see none.
TWO_GPUS = """
import os, runpy, sys, torch
torch.cuda.device_count = lambda: 2
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_processes_of_several_gpus_train_the_same_model(tmp_path):
    # The last batch of an epoch has a row for one of the two only.
    settings = {"epochs": "2", "train_batch_size": "5", "gradient_accumulation": "3", "balance": "false"}
    for name in ["one", "two"]:
        small_job(tmp_path / name, **settings)
        rows = tmp_path / name / "input/data/train/rows.jsonl"
        rows.write_text("".join(rows.read_text().splitlines(keepends=True)[:21]))
    trained(tmp_path / "one")
    said = trained(tmp_path / "two", sys.executable, "-c", TWO_GPUS)
    assert "training on 2 x" in said and said.count("epoch 1 of 2") == 1, said
    one, two = (load_file(tmp_path / name / "model/model.safetensors") for name in ["one", "two"])
    for name, tensor in one.items():
        # Attention does not depend on it: its gradient is rounding alone, which Adam makes a step of.
        if not name.endswith("key.bias"):
            assert torch.allclose(tensor, two[name], atol=1e-3), name
    first, second = card(tmp_path / "one"), card(tmp_path / "two")
    for ours, theirs in zip(first["epochs"], second["epochs"], strict=True):
        del ours["samples_per_second"], theirs["samples_per_second"]
        assert theirs == pytest.approx(ours, abs=1e-4)


def test_the_best_epoch_is_kept_and_a_frozen_encoder_stays_as_it_is(tmp_path):
    pretrained = small_job(tmp_path, epochs="6", early_stopping_patience="1", freeze_bert_layer="True")
    trained(tmp_path)
    found = card(tmp_path)
    scores = [epoch["val_balanced_accuracy"] for epoch in found["epochs"]]
    assert found["best_epoch"] == 1 + scores.index(max(scores))
    before, after = (load_file(folder / "model.safetensors") for folder in [pretrained, tmp_path / "model"])
    changed = {name.split(".")[1] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"pooler", "weight", "bias"}


def marker_alone(base):
    shutil.rmtree(base / "input/data/pretrained")
    (base / "input/data/pretrained").mkdir()
    (base / "input/data/pretrained/marker").write_text("")


def other_family(base):
    path = base / "input/data/pretrained/config.json"
    path.write_text(path.read_text().replace('"model_type": "bert"', '"model_type": "electra"'))


def unknown_label(base):
    with open(base / "input/data/validation/rows.jsonl", "a") as rows:
        rows.write('{"review_body": "a secret", "sentiment": 2}\n')


def no_text(base):
    with open(base / "input/data/train/rows.jsonl", "a") as rows:
        rows.write('{"review_body": " ", "sentiment": 1}\n')


def two_instances(base):
    (base / "input/config/resourceconfig.json").write_text('{"hosts": ["algo-1", "algo-2"]}')


@pytest.mark.parametrize(
    "spoil, hyperparameters, reason",
    [
        (marker_alone, {}, "this image only fine-tunes"),
        (other_family, {}, "the pretrained model is a electra"),
        (unknown_label, {}, 'row 7 of the validation channel has the label "2"'),
        (no_text, {}, 'row 25: the column "review_body" holds no text'),
        (two_instances, {}, "2 instances"),
        (None, {"algorithm": "fasttext"}, "`algorithm`: 'fasttext'"),
        (None, {"hidden_size": "96"}, "`hidden_size` is 96, and the pretrained model's is 8"),
    ],
)
def test_what_cannot_be_trained_is_refused_by_name(spoil, hyperparameters, reason, tmp_path):
    small_job(tmp_path, **hyperparameters)
    if spoil:
        spoil(tmp_path)
    done = train(tmp_path)
    assert done.returncode == 1 and reason in done.stderr, done.stderr
    assert reason in (tmp_path / "output/failure").read_text()
    assert "secret" not in done.stdout + done.stderr
    assert not (tmp_path / "model/config.json").exists()


def test_a_process_of_several_that_refuses_ends_the_job_with_its_reason(tmp_path):
    small_job(tmp_path, epochs="1")
    unknown_label(tmp_path)
    done = train(tmp_path, sys.executable, "-c", TWO_GPUS)
    assert done.returncode == 1 and "which no train row has" in (tmp_path / "output/failure").read_text()


def test_without_the_classifier_the_model_is_whole_and_says_so(tmp_path):
    small_job(tmp_path, epochs="1")
    said = trained(tmp_path, with_classifier=False)
    assert "temperature is left at 1" in said and (tmp_path / "model/config.json").exists()


# Autocast and the scaled loss of a GPU, on the processor.
MIXED = """
import os, runpy, sys, torch
sys.argv = sys.argv[2:] + sys.argv[1:2]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
import trainer
trainer.mixed_precision = lambda: getattr(torch, sys.argv[1])
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize("kind", ["bfloat16", "float16"])
def test_mixed_precision_learns_what_full_precision_does(kind, tmp_path):
    for name in ["full", "mixed"]:
        small_job(tmp_path / name, epochs="4", learning_rate="0.003")
    trained(tmp_path / "full")
    said = trained(tmp_path / "mixed", sys.executable, "-c", MIXED, kind)
    assert kind in said, said
    full, mixed = (card(tmp_path / name)["epochs"] for name in ["full", "mixed"])
    assert [epoch["val_loss"] for epoch in mixed] == pytest.approx([epoch["val_loss"] for epoch in full], abs=0.02)
    weights = load_file(tmp_path / "mixed/model/model.safetensors").values()
    assert {tensor.dtype for tensor in weights} == {torch.float32}
