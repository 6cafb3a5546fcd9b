"""The instances of a stack's endpoint, as processes that really start under load and stop."""

import subprocess
import threading
import time

import pytest

from loop_user import STACK, served, until, upload
from small_aws import descendants
from terminal import Terminal
from test_rollout import AUTOMATIC

SCALED = AUTOMATIC | {
    "EndpointType": "instance", "Rollout": "none", "MaximumInstances": "2", "InvocationsPerInstance": "6",
    # No time within the test.
    "InstancesSchedule": "2=cron(0 0 29 2 ? *)",
}  # fmt: skip
VARIANT = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": f"endpoint/{STACK}/variant/champion",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    stack = Terminal(tmp_path_factory.mktemp("scaling"))
    stack.up(**SCALED)
    upload(stack.clients)
    until("the endpoint", lambda: served(stack.clients, 1))
    yield stack
    stack.down()


@pytest.fixture(scope="module")
def autoscaling(stack):
    return stack.aws.session().client("application-autoscaling")


def serving(stack):
    """The processes that serve, as the operating system knows them."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,args="], capture_output=True, text=True, check=True)
    programs = dict(line.split(maxsplit=1) for line in listed.stdout.splitlines() if " " in line.strip())
    ours = descendants(stack.aws.process.pid)
    return [pid for pid in ours if programs.get(str(pid), "").split()[-1:] == ["serve"]]


def bounds(autoscaling):
    found = autoscaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    return [(target["ResourceId"], target["MinCapacity"], target["MaxCapacity"]) for target in found]


def test_a_second_process_starts_under_load_and_stops(stack, autoscaling):
    user = stack.clients
    registered = [(VARIANT["ResourceId"], 1, 2)]
    until("the scalable target", lambda: bounds(autoscaling) == registered)
    [scheduled] = autoscaling.describe_scheduled_actions(ServiceNamespace="sagemaker")["ScheduledActions"]
    assert scheduled["Schedule"] == "cron(0 0 29 2 ? *)" and scheduled["ScalableTargetAction"] == {"MinCapacity": 2}
    assert len(serving(stack)) == 1

    over = threading.Event()

    def call():
        while not over.wait(1):
            user.invoke("predict", {"texts": ["this dress is lovely"]})

    caller = threading.Thread(target=call, daemon=True)
    caller.start()
    # Three whole minutes above the target, and the one that had begun.
    until("a second process", lambda: len(serving(stack)) == 2, seconds=330)
    over.set()
    caller.join()
    activities = autoscaling.describe_scaling_activities(**VARIANT)["ScalingActivities"]
    assert "AlarmHigh" in activities[-1]["Cause"], activities
    shown = until("the status", lambda: "champion has 2 instances, 1 to 2" in (s := stack.run("status").stdout) and s)
    assert "in state ALARM triggered policy" in shown, shown

    # Load that ends is seen after a quarter of an hour; a smaller bound at once. The endpoint's event wakes deploy-model,
    # which puts the bound right.
    autoscaling.register_scalable_target(MaxCapacity=1, **VARIANT)
    until("the end of a process", lambda: len(serving(stack)) == 1)
    until("the bounds", lambda: bounds(autoscaling) == registered)
    time.sleep(2)
    assert len(serving(stack)) == 1


def test_a_serverless_endpoint_is_not_scaled(tmp_path):
    refused = Terminal(tmp_path).up_is_refused(MaximumInstances="2")
    assert "need EndpointType instance" in refused, refused
