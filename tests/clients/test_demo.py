"""The demo with labels to replay, on the real reviews: a model that only labels find to be wrong is not promoted."""

import json
import subprocess

import pandas
import pytest

from conftest import PROGRAMS
from data_room import REAL


@pytest.mark.skipif(not REAL.exists(), reason=f"{REAL} is not there")
def test_what_is_left_of_the_answers_makes_a_third_turn_which_the_rollout_holds(tmp_path):
    rows = pandas.read_csv(REAL).dropna(subset=["Review Text"]).sample(9000, random_state=7)
    rows[:4000].to_csv(tmp_path / "first.csv", index=False)
    rows[4000:].to_csv(tmp_path / "others.csv", index=False)
    command = [PROGRAMS / "reviewloop", "demo", "--json", "--bin-dir", PROGRAMS, "--state", tmp_path / "state"]
    command += ["--data", tmp_path / "first.csv", "--answers", tmp_path / "others.csv"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    _, second, *third = told["turns"]
    print([(turn["gate"]["verdict"], turn.get("rollout")) for turn in told["turns"]])
    # Reviewers answer as it falls: the second rollout's number of labels is another one each time, and what it leaves, too.
    assert second["rollout"]["labels"] > 300 and (third or second["rollout"]["labels"] > 4000)
    for turn in third:
        # Its own test rows are as wrong as its training rows, and the gate may let it pass.
        assert turn["gate"]["verdict"] == "Rejected" or turn["rollout"]["state"] != "promoted"
        assert turn["endpoint"]["config"] == second["endpoint"]["config"]
