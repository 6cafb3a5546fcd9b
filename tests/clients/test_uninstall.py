"""What goes with the stack, and what stays. Last by name, because it takes the models away."""

import json

import pytest

from conftest import ROOT

ORDER = [
    ("custom-resource-models-delete", "Removed"),
    ("custom-resource-flow-definition-delete", "Removed"),
    # The work team is still in it, as long as CloudFormation has not removed that.
    ("custom-resource-workforce-delete", "Failed"),
]


@pytest.mark.parametrize(("event", "outcome"), ORDER, ids=[row[0] for row in ORDER])
def test_deleting_takes_what_carries_our_tag(emulator, answers, clients, tmp_path, event, outcome):
    request = json.loads((ROOT / f"events/{event}.json").read_text())
    request["ResponseURL"] = answers.url
    if "flow-definition" in event:
        flow = clients["sagemaker"].list_flow_definitions()["FlowDefinitionSummaries"][0]
        request["PhysicalResourceId"] = flow["FlowDefinitionName"]
    file = tmp_path / "event.json"
    file.write_text(json.dumps(request))
    assert emulator.invoke("provision-stack", file)["outcome"] == outcome
    assert answers.received()["RequestId"] == request["RequestId"]
