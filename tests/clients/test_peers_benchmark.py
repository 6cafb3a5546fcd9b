"""How peers/benchmark judges: its aims, its processors, its intervals. Nothing is measured here."""

import collections
import sys

import pytest

AIM = {"name": "speed", "beside": "them", "direction": "at least", "number": 2}
OWN = {"name": "memory", "direction": "at most", "number": 100}


def row(what, ours, peer=None, ratio=None):
    return {"what": what, "unit": "", "ours": ours, "peer": peer, "theirs": None, "ratio": ratio}


@pytest.mark.parametrize(
    "aim, rows, whole, figure, verdict",
    [
        (AIM, [row("speed", 1, "them", 2.0)], True, 2.0, "reached"),
        (AIM, [row("speed", 9, "them", 1.99)], False, 1.99, "missed"),
        # The ratio to that peer, not to another one.
        (AIM, [row("speed", 1, "others", 1.0), row("speed", 1, "them", 3.0)], True, 3.0, "reached"),
        (OWN, [row("memory", 100, ratio=0.1)], True, 100, "reached"),
        (OWN, [row("memory", 101, ratio=0.1)], True, 101, "missed"),
        (OWN, [row("memory of answering", 1), row("memory", 1, "them", 0.1)], True, None, "missed"),
        (OWN, [], False, None, "not measured"),
    ],
)
def test_an_aim_is_reached_missed_or_not_measured(peers, aim, rows, whole, figure, verdict):
    assert peers("_aims").judged([aim], rows, whole) == [aim | {"figure": figure, "verdict": verdict}]


def test_an_aim_has_the_number_of_its_class(peers):
    aims = peers("_aims")
    by_class = [aim for aim in aims.of_command("benchmark") if isinstance(aim["number"], dict)]
    assert by_class and all(aim["number"].keys() == {*aims.CLASSES} for aim in by_class)
    for name in aims.CLASSES:
        numbers = {aim["name"]: aim["number"] for aim in aims.of_class(name)}
        assert len(numbers) == len(aims.of_command("benchmark"))
        assert all(numbers[aim["name"]] == aim["number"][name] for aim in by_class)
    assert aims.of_class("neither AVX2 nor AVX-512") == []


@pytest.mark.parametrize(
    "rows, subjects, status",
    [
        ([row("speed", 1, "them", 2.0)], [], 0),
        ([row("speed", 1, "them", 1.0)], [], 1),
        ([row("speed", 1, "them", 1.0)], ["serving"], 1),
        ([], [], 1),
        ([], ["serving"], 0),
    ],
)
def test_a_missed_aim_makes_the_exit_status_1(peers, monkeypatch, tmp_path, rows, subjects, status):
    run = peers("_run")
    monkeypatch.setenv("BENCHMARK", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["run", *subjects])
    monkeypatch.setattr(run, "measured", lambda subjects: rows)
    monkeypatch.setattr(run._aims, "of_class", lambda name: [AIM])
    with pytest.raises(SystemExit) as ended:
        run.main()
    assert ended.value.code == status


def test_every_aim_has_a_row(peers, monkeypatch):
    """With figures that are made up."""
    figures = lambda *_, **__: collections.defaultdict(lambda: 1.0)
    measure, clothing, fasttext = peers("_measure"), peers("_clothing"), peers("fasttext_training")
    monkeypatch.setattr(measure, "alternate", lambda contenders: {name: figures() for name in contenders})
    monkeypatch.setattr(clothing, "absent", lambda: False)
    monkeypatch.setattr(clothing, "lay_out", lambda folder: 1)
    monkeypatch.setattr(peers("serving"), "make_model", lambda folder: None)
    monkeypatch.setattr(peers("training"), "lay_out", lambda *_: None)
    # ONNX Runtime is not in this environment.
    monkeypatch.setattr(peers("research"), "int8", lambda: {name: figures() for name in ["ours", "int8"]})
    rows = sum([peers(subject).rows() for subject in ["serving", "training", "features", "research"]], [])

    def twice(contenders):
        return {name: [contender() for _ in range(2)][0] for name, contender in contenders.items()}

    # Its accuracies are not in the medians: two rounds are run.
    monkeypatch.setattr(measure, "alternate", twice)
    monkeypatch.setattr(measure, "run", figures)
    monkeypatch.setattr(measure, "run_python", figures)
    monkeypatch.setattr(fasttext, "lay_out", lambda folder: (folder / "input/config").mkdir(parents=True))
    rows += fasttext.rows()
    aims = peers("_aims")
    judged = aims.judged(aims.of_class("avx2"), rows, whole=True)
    assert [aim["name"] for aim in judged if aim["figure"] is None] == []


def test_fasttexts_accuracy_is_held_against_the_intervals_bound(peers):
    made = peers("fasttext_training").rows_of_accuracy
    [aim] = [aim for aim in peers("_aims").of_command("benchmark") if "test accuracy" in aim["name"]]
    rows = made([0.83, 0.81, 0.82], [0.82, 0.82, 0.82])[1:]
    assert [one["what"].split(", ")[-1] for one in rows] == ["mean", "lower bound", "upper bound"]
    # Differences .01, -.01 and 0: a deviation of .01, and Student's t for two degrees of freedom is 4.3027.
    assert [one["ours"] for one in rows] == pytest.approx([0, -0.024841, 0.024841], abs=1e-6)

    def verdict(ours, theirs):
        return peers("_aims").judged([aim], made(ours, theirs), whole=True)[0]["verdict"]

    assert verdict([0.820, 0.821], [0.821, 0.822]) == "reached"
    assert verdict([0.80, 0.81], [0.82, 0.82]) == "missed"
    # One round has no interval.
    assert verdict([0.9], [0.8]) == "missed"


def test_intervals_are_those_of_a_table(peers):
    intervals = peers("_intervals")
    mean, half = intervals.mean_interval([1, 2, 3])
    assert (mean, half) == (2, pytest.approx(4.302653 / 3**0.5, abs=1e-6))
    mean, half = intervals.mean_interval([0.7])
    assert mean == 0.7 and half != half
    # Variances of 1.2 and 3.6: eight degrees of freedom, where Student's test for equal ones has ten.
    ours, theirs = [11, 9, 11, 9, 11, 9], [12, 6, 9, 9, 9, 9]
    half = 2.306004 * (4.8 / 6) ** 0.5
    assert intervals.welch(ours, theirs) == pytest.approx((1, 1 - half, 1 + half), abs=1e-6)


CPUINFO = "vendor_id\t: {}\ncpu family\t: {}\nmodel name\t: {}\nflags\t\t: fpu {} sse\n"


@pytest.mark.parametrize(
    "vendor, family, flags, of_class, kernels",
    [
        ("GenuineIntel", "6", "avx2 fma avx512f", "avx512", "avx512"),
        # Zen 4 computes 512 bits in two halves, Zen 5 whole.
        ("AuthenticAMD", "25", "avx2 fma avx512f", "avx2", "avx512"),
        ("AuthenticAMD", "26", "avx2 fma avx512f", "avx512", "avx512"),
        ("GenuineIntel", "6", "avx2 fma", "avx2", "avx2"),
        ("GenuineIntel", "6", "avx2", "avx2", "scalar"),
        ("GenuineIntel", "6", "avx512_vnni", "neither AVX2 nor AVX-512", "scalar"),
    ],
)
def test_a_processor_has_its_class(peers, tmp_path, vendor, family, flags, of_class, kernels):
    (tmp_path / "cpuinfo").write_text(CPUINFO.format(vendor, family, "A processor", flags))
    expected = {"name": "A processor", "class": of_class, "kernels": kernels}
    assert peers("_processor").described(tmp_path / "cpuinfo") == expected
    assert peers("_processor").described(tmp_path / "none")["class"] == "neither AVX2 nor AVX-512"
