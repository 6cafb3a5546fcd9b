import os
import random
import sys
from pathlib import Path

import pytest

from small_aws import SmallAws

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PROGRAMS = TARGET / "debug"


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def target():
    return TARGET


@pytest.fixture(scope="session")
def aws(tmp_path_factory):
    """One small AWS for the whole suite: a stack's tests must bear each other's company."""
    small = SmallAws(PROGRAMS / "reviewloop", PROGRAMS, tmp_path_factory.mktemp("aws") / "state")
    yield small
    small.stop()
    if "-v" in sys.argv:
        print(f"\nthe log of the small AWS: {small.log}")


@pytest.fixture(scope="session")
def reviews(tmp_path_factory):
    """A CSV with the columns of the public clothing reviews, small enough to train on in seconds."""
    chance = random.Random(7)
    things = ["dress", "blouse", "skirt", "sweater", "coat", "shirt", "pair of jeans", "jacket"]
    praise = ["lovely", "soft", "flattering", "beautiful", "perfect", "comfortable"]
    blame = ["scratchy", "cheap", "baggy", "thin", "ugly", "shapeless"]
    lines = ["Review Text,Rating,Class Name"]
    for number in range(900):
        thing = chance.choice(things)
        rating = chance.choice([1, 2, 3, 4, 5])
        kind = "negative" if rating < 3 else "neutral" if rating == 3 else "positive"
        said = {
            "negative": f"so {chance.choice(blame)} and {chance.choice(blame)}; I sent it back",
            "neutral": f"{chance.choice(praise)} but {chance.choice(blame)}; it is okay",
            "positive": f"so {chance.choice(praise)} and {chance.choice(praise)}; I wear it often",
        }[kind]
        lines.append(f'"Item {number}: this {thing} is {said}.",{rating},{thing.title()}')
    path = tmp_path_factory.mktemp("data") / "reviews.csv"
    path.write_text("\n".join(lines) + "\n")
    return path
