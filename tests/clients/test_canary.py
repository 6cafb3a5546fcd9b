"""A challenger that answers a share of the requests, on real processes, under requests that never stop."""

import collections
import itertools
import json
import threading

import pytest

import reviews
from loop_user import SCHEDULED, STACK, served, until, upload
from terminal import Terminal
from test_rollout import AUTOMATIC, approval, compared, labelled, uploaded

CANARY = AUTOMATIC | {
    "EndpointType": "instance", "Rollout": "canary", "RolloutSteps": "20@0,50@0", "RolloutBatch": "200",
}  # fmt: skip


# Of a step: a guardrail needs a hundred answers of each model, and a busy machine gives few a second.
PATIENCE = 600


class Callers:
    """Requests to predict one after another, of two hundred callers, until they are stopped."""

    def __init__(self, user):
        self.functions, self.over = user.functions, threading.Event()
        self.answered, self.lost = collections.Counter(), []
        # The variants that each caller has met, in order and without repetition.
        self.met = collections.defaultdict(list)
        self.thread = threading.Thread(target=self.call, daemon=True)
        self.thread.start()

    def call(self):
        for number in itertools.count():
            if self.over.is_set():
                return
            caller = f"caller-{number % 200}"
            payload = json.dumps({"texts": ["this dress is lovely"], "caller": caller})
            try:
                answer = self.functions.invoke(FunctionName=f"{STACK}-predict", Payload=payload)
                body = json.loads(answer["Payload"].read())
            except Exception as lost:
                body = {"lost": repr(lost)}
            if "variant" not in body:
                self.lost.append(body)
                continue
            self.answered[body["variant"]] += 1
            if self.met[caller][-1:] != [body["variant"]]:
                self.met[caller].append(body["variant"])

    def stop(self):
        self.over.set()
        self.thread.join()


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    stack = Terminal(tmp_path_factory.mktemp("canary"))
    stack.up(**CANARY)
    upload(stack.clients)
    until("the endpoint", lambda: served(stack.clients, 1))
    yield stack
    stack.down()


@pytest.fixture
def callers(stack):
    """They stop with the test: one that failed takes its stack down."""
    callers = Callers(stack.clients)
    yield callers
    callers.stop()


def looked(user):
    """The record; shift-traffic is woken as by its schedule."""
    event = json.dumps(SCHEDULED)
    user.functions.invoke(FunctionName=f"{STACK}-shift-traffic", InvocationType="Event", Payload=event)
    return user.object("state/rollout.json")


def weights(user):
    endpoint = user.sagemaker.describe_endpoint(EndpointName=STACK)
    return {variant["VariantName"]: variant["CurrentWeight"] for variant in endpoint["ProductionVariants"]}


def test_a_canary_goes_step_by_step_to_its_promotion_and_no_request_is_lost(stack, callers):
    user = stack.clients
    rows = [(text, rating) for text, rating, _ in reviews.rows(400, seed=12, name="Order", noise=0.2)]
    uploaded(stack, "replace/sound", rows)
    until("the comparison", lambda: compared(user, 2))
    until("the last step", lambda: [shift["share"] for shift in looked(user).get("shifts", [])][1:] == [0.5], PATIENCE)
    assert callers.answered["challenger"] >= 100, callers.answered
    # While the share grows, a caller goes to the challenger once and stays.
    moved = [met for met in callers.met.values() if met not in (["champion"], ["champion", "challenger"], ["challenger"])]
    assert not moved, moved
    # The guardrails begin anew with the share.
    until("guardrails", lambda: [found["health"] for found in looked(user).get("findings", [])] == 3 * ["fine"], PATIENCE)
    assert weights(user) == pytest.approx({"champion": 0.5, "challenger": 0.5})
    shown = stack.run("watch").stdout
    print(shown)
    assert "20 % of the requests since" in shown and "fine: 0 of" in shown, shown
    assert "version 1, with version 2 beside it" in stack.run("status").stdout

    labelled(user, [text for text, _, _ in reviews.rows(1200, seed=13, name="Delivery")])
    rollout = until("the end", lambda: (now := looked(user))["state"]["name"] == "ended" and now)
    assert rollout["state"]["end"] == "promoted", rollout["state"]
    until("the endpoint", lambda: served(user, 2) and list(weights(user)) == ["champion"])
    assert approval(user, 2)[0] == "Approved"
    callers.stop()
    assert not callers.lost, callers.lost[:3]
    print(f"{sum(callers.answered.values())} requests, none lost: {json.dumps(callers.answered)}")


def test_shares_need_instances(tmp_path):
    refused = Terminal(tmp_path).up_is_refused(Rollout="canary")
    assert "A serverless endpoint has one variant" in refused, refused
