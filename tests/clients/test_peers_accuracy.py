"""How peers/accuracy judges finished seeds, and that it trains none of them again. Nothing is trained here."""

import sys

import pytest

SETTINGS = {
    "epochs": "3",
    "learning_rate": "0.0001",
    "train_batch_size": "32",
    "max_seq_length": "128",
    "weight_decay": "0.01",
    "warmup_ratio": "0.1",
    "max_grad_norm": "1",
    "keep": "last",
}


@pytest.mark.parametrize(
    "ours, theirs, verdict",
    [
        ([0.72, 0.73, 0.74], [0.725, 0.73, 0.735], "open"),
        ([0.729, 0.730, 0.731], [0.729, 0.730, 0.731], "not behind"),
        ([0.729, 0.730, 0.731], [0.759, 0.760, 0.761], "behind"),
        # Ours is worse by more than nothing and less than the margin.
        ([0.7299, 0.7300, 0.7301], [0.7349, 0.7350, 0.7351], "not behind"),
        # Surely worse, and by the margin only perhaps.
        ([0.7299, 0.7300, 0.7301], [0.7399, 0.7400, 0.7401], "open"),
        ([0.7], [0.8, 0.8], "open"),
    ],
)
def test_ours_is_behind_pytorch_where_the_whole_interval_is(peers, ours, theirs, verdict):
    assert peers("_verdicts").compare(ours, theirs) == verdict


GOOD, FLOOR = [0.71, 0.72, 0.73, 0.71, 0.72, 0.73], [0.696]


@pytest.mark.parametrize(
    "ours, pytorch, floor, is_full, verdict, passes",
    [
        (GOOD, GOOD, FLOOR, True, "at least 0.72: reached", True),
        (GOOD[:5] + [0.7299], GOOD, FLOOR, True, "at least 0.72: missed", False),
        # Further seeds do not help.
        (GOOD[:5] + [0.72, 0.9], GOOD, FLOOR, True, "at least 0.72: missed", False),
        (GOOD[:4], GOOD, FLOOR, True, "at least 0.72: not measured", True),
        (GOOD, [0.76, 0.77, 0.75], FLOOR, True, "(Welch): behind", False),
        (GOOD, [0.79, 0.69], FLOOR, True, "(Welch): open", True),
        ([0.69], [0.69], FLOOR, True, "-0.0060: BELOW THE FLOOR", False),
        ([0.6960], [0.69], [0.69604], False, "+0.0000: reached", True),
        ([0.5, 0.6] * 3, [0.5, 0.6] * 3, [0.4], False, "at least 0.72: not measured", True),
    ],
)
def test_the_report_fails_behind_pytorch_below_the_floor_and_short_of_the_aim(
    peers, capsys, ours, pytorch, floor, is_full, verdict, passes
):
    found = {"ours": ours, "pytorch": pytorch, "scikit-learn": floor}
    assert peers("_verdicts").report(found, is_full) is passes
    assert verdict in capsys.readouterr().out
    assert peers("_verdicts").report({"scikit-learn": floor}, is_full)


@pytest.fixture
def accuracy(peers, monkeypatch, tmp_path):
    """Runs peers/accuracy on what has finished: its exit status."""
    program = peers("_accuracy")

    def lay_out(folder, *_):
        (folder / "input/config").mkdir(parents=True)
        return "digest of rows"

    monkeypatch.setenv("ACCURACY", str(tmp_path))
    monkeypatch.setattr(program, "defaults", lambda: SETTINGS)
    monkeypatch.setattr(program._clothing, "absent", lambda: False)
    monkeypatch.setattr(program._review_sets, "lay_out", lay_out)
    monkeypatch.setattr("importlib.metadata.version", lambda name: "1")
    # What trains is not there.
    monkeypatch.setattr(peers("_fingerprint"), "trained", lambda settings: "digest of a model")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["accuracy", *arguments])
        with pytest.raises(SystemExit) as ended:
            program.main()
        return ended.value.code

    return run


def finished(peers, folder, scores, only=None):
    """Keeps a seed for each score of each contender."""
    kept = peers("_seeds").Seeds(folder, "balanced", "digest of rows")
    for contender in peers("_contenders").all_of("balanced", SETTINGS, only):
        for seed, score in enumerate(scores.get(contender.name, []), 1):
            kept.keep(contender, seed, {"balanced_accuracy": score})


def test_a_run_whose_seeds_have_finished_trains_nothing(peers, accuracy, tmp_path, capsys):
    others = {"pytorch": GOOD, "fasttext": GOOD, "ngrams": FLOOR, "scikit-learn": FLOOR}
    finished(peers, tmp_path, others | {"ours": GOOD})
    # automl has no seed: it is trained only where it is named.
    assert accuracy("balanced") == 0
    assert "mean of six seeds: 0.72, at least 0.72: reached" in capsys.readouterr().out
    # A setting of its own is another seed.
    with pytest.raises(FileNotFoundError, match="no-classifier"):
        accuracy("balanced", "epochs=4")
    with pytest.raises(FileNotFoundError, match="no-classifier"):
        accuracy("balanced", "--only", "automl")
    finished(peers, tmp_path, {"automl": GOOD})
    assert accuracy("balanced", "--only", "automl") == 0
    assert "balanced accuracy, automl: mean 0.7200" in capsys.readouterr().out
    # The aim is of the full set.
    assert accuracy("balanced", "--per-class", "60") == 0
    assert "at least 0.72: not measured" in capsys.readouterr().out


def test_a_finished_run_that_is_not_good_enough_ends_with_1(peers, accuracy, tmp_path, capsys):
    others = {"pytorch": GOOD, "fasttext": GOOD, "ngrams": FLOOR, "scikit-learn": FLOOR}
    finished(peers, tmp_path, others | {"ours": GOOD[:5] + [0.7299]})
    assert accuracy("balanced") == 1
    assert "mean of six seeds: 0.719983, at least 0.72: missed" in capsys.readouterr().out
