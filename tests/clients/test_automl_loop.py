"""`reviewloop automl FILE` on a laptop's stack: every algorithm is trained, the average is registered, judged and served."""

import pytest

import reviews
from loop_user import approve, served, until
from terminal import Terminal

ROWS = 1200


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """The stack's own algorithm, fastText, has epochs and a hyperparameter that an AutoML training refuses."""
    stack = Terminal(tmp_path_factory.mktemp("automl"))
    stack.up(Hyperparameters='{"vector_dim": 8}')
    (stack.folder / "reviews.csv").write_text(reviews.csv(ROWS, noise=0.1))
    yield stack
    stack.down()


def test_an_unknown_algorithm_is_refused_and_nothing_is_uploaded(stack):
    refused = stack.run("automl", "reviews.csv", "--algorithms", "svm")
    assert refused.returncode and "ngrams, fasttext, bert" in refused.stderr
    assert stack.clients.keys("incoming/") == []


def test_a_file_ends_as_a_judged_ensemble_with_its_leaderboard(stack):
    told = stack.json("automl", "reviews.csv", "--seconds", "120", "--page", "automl.html")
    # The upload's own execution came first.
    assert told["model_version"] == 2
    candidates = told["candidates"]
    assert sorted(one["name"] for one in candidates) == ["fasttext", "ngrams"]
    assert sum(one["weight"] for one in candidates) == pytest.approx(1)
    for one in candidates:
        assert one["scores"]["rows"] > 100
        gain = told["balanced_accuracy"] - one["scores"]["balanced_accuracy"]
        assert one["difference"]["value"] == pytest.approx(gain, abs=1e-6)
    assert told["verdict"]["decision"] in ("Approved", "Inconclusive", "Rejected"), told["verdict"]

    page = (stack.folder / "automl.html").read_text()
    assert "Leaderboard of version 2" in page and "the average minus it, paired" in page
    assert "automl" in stack.run("model", "2").stdout


def test_the_ensemble_serves(stack):
    approve(stack.clients, 2)
    until("version 2 to serve", lambda: served(stack.clients, 2))
    told = stack.json("predict", "a lovely dress that fits well")
    [answer] = told["predictions"]
    assert answer["label"] in ("-1", "0", "1"), told


def test_a_stack_of_every_algorithm_trains_a_file_once_and_its_gate_approves_a_good_model(tmp_path):
    stack = Terminal(tmp_path)
    # The template's own algorithm and gate.
    stack.up(Algorithm="automl", Epochs="auto", MinimumTestRows="300")
    try:
        (stack.folder / "reviews.csv").write_text(reviews.csv(2000))
        told = stack.json("automl", "reviews.csv")
        assert (told["model_version"], told["verdict"]["decision"]) == (1, "Approved"), told
        assert sorted(one["name"] for one in told["candidates"]) == ["fasttext", "ngrams"]
        assert stack.clients.object("state/run.json")["attempt"] == 1
        refused = stack.refused("tune")
        assert "a study searches one algorithm" in refused
    finally:
        stack.down()
