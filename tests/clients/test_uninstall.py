"""What goes with the stack, and what stays. Last by name, because it takes the endpoint away."""

import json

import pytest

from conftest import ROOT
from emulator import answers
from small_aws import wait_for

ORDER = [
    ("custom-resource-endpoint-delete", "Removed"),
    ("custom-resource-flow-definition-delete", "Removed"),
    # The work team is still in it, as long as CloudFormation has not removed that.
    ("custom-resource-workforce-delete", "Failed"),
]


@pytest.fixture(scope="module")
def nobody_is_asked(clients):
    """A flow definition with active loops is not deleted, by AWS neither.

    collect-labels asks again about a text whose loop was stopped, within its bound; so this stops
    until a while has passed in which nobody was asked.
    """
    flow = clients["sagemaker"].describe_flow_definition(FlowDefinitionName="reviewloop-review")["FlowDefinitionArn"]
    a2i = clients["sagemaker-a2i-runtime"]
    quiet = 0

    def stopped():
        nonlocal quiet
        quiet += 1
        for page in a2i.get_paginator("list_human_loops").paginate(FlowDefinitionArn=flow):
            for loop in page["HumanLoopSummaries"]:
                if loop["HumanLoopStatus"] == "InProgress":
                    a2i.stop_human_loop(HumanLoopName=loop["HumanLoopName"])
                    quiet = 0
        return quiet == 10

    wait_for("the loops to stop for good", stopped)


@pytest.mark.parametrize(("event", "outcome"), ORDER, ids=[row[0] for row in ORDER])
def test_deleting_takes_what_carries_our_tag(emulator, nobody_is_asked, tmp_path, event, outcome):
    with answers() as (url, received):
        request = json.loads((ROOT / f"events/{event}.json").read_text())
        request["ResponseURL"] = url
        file = tmp_path / "event.json"
        file.write_text(json.dumps(request))
        assert emulator.invoke("provision-reviewers", file)["outcome"] == outcome
        assert [answer["RequestId"] for answer in received] == [request["RequestId"]]
