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


LOCK = """[[package]]
name = "bert"
version = "1.0.0"
dependencies = ["rand 0.9.5", "rand_chacha", "tokenizers"]
[[package]]
name = "rand"
version = "0.9.5"
[[package]]
name = "rand"
version = "0.10.4"
[[package]]
name = "rand_chacha"
version = "0.9.0"
[[package]]
name = "tokenizers"
version = "0.23.2"
"""

TRAINS = [
    "crates/bert/src/network/forward.rs",
    "crates/kernels/src/product.rs",
    "crates/scores/src/lib.rs",
    "crates/classifier/src/bert/fit.rs",
    "crates/classifier/src/training/batches.rs",
    "crates/classifier/src/channel.rs",
    "crates/classifier/src/channel/files.rs",
    "crates/policy/src/random.rs",
    "crates/policy/src/split.rs",
    "crates/policy/src/text.rs",
]
OTHERS = ["crates/policy/src/gate.rs", "crates/bert/src/tests/all.rs", "crates/fasttext/src/lib.rs"]


def test_a_seed_outlasts_all_but_what_trains(peers, tmp_path, monkeypatch):
    sources = peers("_sources")
    # Each place is there in the project.
    assert len({sources.of_sources(algorithm).rsplit(" ", 1)[1] for algorithm in sources.TRAINS}) == 4
    assert len(sources.locked("bert", sources.LIBRARIES)) == 3
    for path in [*TRAINS, *OTHERS]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("let a = 1;\n")
    (tmp_path / "Cargo.lock").write_text(LOCK)
    monkeypatch.chdir(tmp_path)
    assert sources.locked("bert", sources.LIBRARIES) == ["rand 0.9.5", "rand_chacha 0.9.0", "tokenizers 0.23.2"]

    def changes(path, text):
        before, kept = sources.of_sources("bert"), (tmp_path / path).read_text()
        (tmp_path / path).write_text(text)
        changed = sources.of_sources("bert") != before
        (tmp_path / path).write_text(kept)
        return changed

    assert [path for path in TRAINS if not changes(path, "let a = 2;\n")] == []
    assert [path for path in OTHERS if changes(path, "let a = 2;\n")] == []
    assert not changes(TRAINS[0], "// A reason.\nlet a = 1;\n")
    for package in ["0.9.5", "0.9.0", "0.23.2"]:
        assert changes("Cargo.lock", LOCK.replace(package, "1.2.3"))
    assert not changes("Cargo.lock", LOCK.replace("0.10.4", "0.10.5"))
    (tmp_path / "crates/policy/src/split.rs").unlink()
    with pytest.raises(AssertionError, match="has moved"):
        sources.of_sources("bert")
