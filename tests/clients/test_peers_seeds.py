"""What a finished seed of peers/accuracy is found by."""

import types

import pytest


@pytest.mark.parametrize("part", ["set", "rows", "contender", "settings", "program", "seed", "nothing"])
def test_a_seed_is_found_by_its_whole_key(peers, tmp_path, part):
    seeds = peers("_seeds").Seeds
    key = {"set": "balanced", "rows": "a", "contender": "ours", "settings": {"epochs": "3"}, "program": "b", "seed": 1}
    other = key | {part: {"epochs": "4"} if part == "settings" else 2}

    def call(key, method, *arguments):
        contender = types.SimpleNamespace(name=key["contender"], settings=key["settings"], program=key["program"])
        return getattr(seeds(tmp_path / "kept", key["set"], key["rows"]), method)(contender, key["seed"], *arguments)

    assert call(key, "find") is None
    assert call(key, "keep", {"balanced_accuracy": 0.7}) == {"balanced_accuracy": 0.7}
    assert call(key, "find") == {"balanced_accuracy": 0.7}
    assert call(other, "find") == (call(key, "find") if part == "nothing" else None)
    # Both are there after a run that was interrupted.
    call(other, "keep", {"balanced_accuracy": 0.8})
    assert call(key, "find") == {"balanced_accuracy": 0.7}


def test_a_program_is_told_by_all_that_it_makes_but_the_card(peers, tmp_path):
    digest = peers("_fingerprint").digest

    def model(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("_", "/", 1)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return digest(tmp_path)

    (tmp_path / "training.json").write_text("1.5 s")
    first = model(bert_weights="a", labels="b")
    (tmp_path / "training.json").write_text("1.6 s")
    (tmp_path / "bert/training.json").write_text("1.4 s")
    assert digest(tmp_path) == first
    assert model(bert_weights="c") != first
    assert model(bert_weights="a") == first
    # A file's name is part of it.
    (tmp_path / "labels").rename(tmp_path / "names")
    assert digest(tmp_path) != first


def test_a_program_is_named_with_what_it_reads_from(peers, monkeypatch):
    fingerprint, asked = peers("_fingerprint"), []
    monkeypatch.setattr("importlib.metadata.version", lambda name: "1")
    monkeypatch.setattr(fingerprint, "trained", lambda settings: asked.append(settings) or "abc")
    assert fingerprint.of({"b": 1, "a": 2}, "weights") == "weights 1, model abc"
    assert fingerprint.of({"a": 2, "b": 1}) == "model abc"
    assert asked == ['{"a": 2, "b": 1}'] * 2
