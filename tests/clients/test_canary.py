"""A challenger that answers a share of the requests, on real processes, under requests that never stop."""

import json
import threading

import boto3
import pytest
from botocore.config import Config

import reviews
from loop_user import SCHEDULED, STACK, served, until, upload
from terminal import Terminal
from test_rollout import AUTOMATIC, approval, compared, labelled, uploaded

CANARY = AUTOMATIC | {
    "EndpointType": "instance", "Rollout": "canary", "RolloutSteps": "20@0,50@0", "RolloutBatch": "200",
}  # fmt: skip
BODY = b'{"features": ["this dress is lovely"]}\n'


class Callers:
    """Requests one after another, until they are stopped."""

    def __init__(self, aws):
        self.runtime = boto3.Session().client(
            "sagemaker-runtime",
            endpoint_url=aws.url,
            region_name=aws.region,
            aws_access_key_id=aws.variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=aws.variables["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"total_max_attempts": 1}),
        )
        self.answered, self.lost, self.over = {}, [], threading.Event()
        self.thread = threading.Thread(target=self.call, daemon=True)
        self.thread.start()

    def call(self):
        while not self.over.is_set():
            try:
                answer = self.runtime.invoke_endpoint(EndpointName=STACK, ContentType="application/jsonlines", Body=BODY)
                variant = answer["InvokedProductionVariant"]
                self.answered[variant] = self.answered.get(variant, 0) + 1
            except Exception as error:  # Whatever a caller sees is a lost request.
                self.lost.append(repr(error))

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


def looked(user):
    """The record; shift-traffic is woken as by its schedule."""
    event = json.dumps(SCHEDULED)
    user.functions.invoke(FunctionName=f"{STACK}-shift-traffic", InvocationType="Event", Payload=event)
    return user.object("state/rollout.json")


def weights(user):
    endpoint = user.sagemaker.describe_endpoint(EndpointName=STACK)
    return {variant["VariantName"]: variant["CurrentWeight"] for variant in endpoint["ProductionVariants"]}


def test_a_canary_goes_step_by_step_to_its_promotion_and_no_request_is_lost(stack):
    user = stack.clients
    callers = Callers(stack.aws)
    rows = [(text, rating) for text, rating, _ in reviews.rows(400, seed=12, name="Order", noise=0.2)]
    uploaded(stack, "replace/sound", rows)
    until("the comparison", lambda: compared(user, 2))
    until("the last step", lambda: [shift["share"] for shift in looked(user).get("shifts", [])][1:] == [0.5])
    assert callers.answered["challenger"] >= 100, callers.answered
    assert weights(user) == pytest.approx({"champion": 0.5, "challenger": 0.5})
    shown = stack.run("watch").stdout
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
