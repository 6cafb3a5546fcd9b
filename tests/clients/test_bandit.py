"""A bandit on real processes: requests with rewards, by boto3, until their evidence promotes the challenger."""

import itertools
import json

import pytest

import reviews
from loop_user import STACK, served, until, upload
from terminal import Terminal
from test_canary import looked, weights
from test_rollout import AUTOMATIC, approval, compared, uploaded

BANDIT = AUTOMATIC | {"EndpointType": "instance", "Rollout": "bandit", "AuditRate": "0"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    stack = Terminal(tmp_path_factory.mktemp("bandit"))
    stack.up(**BANDIT)
    upload(stack.clients)
    until("the endpoint", lambda: served(stack.clients, 1))
    yield stack
    stack.down()


def invoked(user, function, request):
    answer = user.functions.invoke(FunctionName=f"{STACK}-{function}", Payload=json.dumps(request))
    return json.loads(answer["Payload"].read())


def rewarded(user):
    """One request, and the reward that the challenger alone earns."""
    answer = invoked(user, "predict", {"texts": ["this dress is lovely"]})
    reward = int(answer["variant"] == "challenger")
    recorded = invoked(user, "record-feedback", {"inference_id": answer["inference_id"], "reward": reward})
    assert recorded == {"reward": "recorded"}, recorded
    return answer


def test_rewards_decide_and_each_counts_once(stack):
    user = stack.clients
    rows = [(text, rating) for text, rating, _ in reviews.rows(400, seed=12, name="Order", noise=0.2)]
    uploaded(stack, "replace/sound", rows)
    until("the comparison", lambda: compared(user, 2))
    until("the first share", lambda: looked(user).get("shifts"))
    assert weights(user) == pytest.approx({"champion": 0.95, "challenger": 0.05})

    for number in itertools.count(1):
        answer = rewarded(user)
        if number % 250 == 0 and looked(user)["state"]["name"] != "active":
            break
        assert number < 6000, looked(user)
    rollout = until("the end", lambda: (now := looked(user))["state"]["name"] == "ended" and now)
    assert rollout["state"]["end"] == "promoted", rollout["state"]
    counted = sum(sum(slot.values()) for slot in rollout["rewards"].values())
    assert counted <= number and rollout["rewards"]["champion"]["rewarded"] == 0, rollout["rewards"]
    until("the endpoint", lambda: served(user, 2) and list(weights(user)) == ["champion"])
    assert approval(user, 2)[0] == "Approved"
    shown = stack.run("watch").stdout
    print(shown)
    assert "challenger: " in shown and "requests rewarded" in shown, shown

    # What a person learns later of an answer: the same once more, another one, and what is no label.
    told = stack.run("feedback", answer["inference_id"], "--truth", "1").stdout
    assert told == "truths recorded\n", told
    assert stack.run("feedback", answer["inference_id"], "--truth", "1").stdout == "truths recorded before\n"
    for words, refused in [
        (["--truth", "0"], "another list of truths was recorded"),
        (["--truth", "good"], "is none of the labels"),
        (["--reward", "0.5"], "a reward is 0 or 1, not 0.5"),
    ]:
        failed = stack.run("feedback", answer["inference_id"], *words)
        assert failed.returncode == 1 and refused in failed.stderr, failed.stderr
