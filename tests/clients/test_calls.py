"""How many AWS calls a function makes for its main event is written down: one more is a decision.

The function's process, its event and the AWS of a few answers are those of `peers/benchmark lambda`, which this
keeps working besides.
"""

import sys

import pytest

from conftest import PROGRAMS, ROOT

sys.path[:0] = [str(ROOT / "peers/lambda"), str(ROOT / "peers/lambda/handlers")]

import functions  # noqa: E402
from _aws import Aws  # noqa: E402
from _runtime import Function  # noqa: E402


@pytest.mark.parametrize("name", functions.FUNCTIONS)
def test_a_function_makes_no_more_calls_than_are_written_down(name, tmp_path):
    _, environment, event, objects, answers, (field, expected) = functions.FUNCTIONS[name]
    aws = Aws()
    environment = functions.AWS | environment | {"AWS_ENDPOINT_URL": aws.url}
    log = tmp_path / "log"
    with open(log, "w") as output:
        function = Function([PROGRAMS / name], environment, output)
    try:
        for _ in range(2):
            aws.reset(objects(), answers)
            answer, _ = function.invoke(event(aws.url))
            assert answer.get(field) == expected, log.read_text()
            assert len(aws.calls) <= functions.CALLS[name], aws.calls
    finally:
        function.stop()
        aws.shutdown()


def test_every_function_is_measured():
    folders = {path.parent.name for path in ROOT.glob("functions/*/Cargo.toml")}
    assert set(functions.FUNCTIONS) == folders == set(functions.CALLS)
