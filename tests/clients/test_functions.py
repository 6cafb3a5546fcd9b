"""`cargo lambda invoke FUNCTION --data-file events/...` for every function, against a seeded small AWS."""

import json

import pytest

from conftest import PIPELINE, ROOT
from small_aws import wait_for

# What an event of ours leads to once the first model is live. Handlers look at the state, so where
# the loop's own delivery may have come first, both answers are right.
TABLE = [
    ("register-dataset", "upload-put", {"registered", "already_registered"}),
    ("register-dataset", "upload-folder-marker", {"FolderMarker"}),
    ("register-dataset", "upload-unlabelled", {"Unlabelled"}),
    ("request-labels", "upload-unlabelled", {"Gone"}),
    ("register-dataset", "processing-job-of-a-pipeline-completed", {"NotOurs"}),
    ("explore-dataset", "dataset-version-written", {"Known"}),
    ("start-pipeline", "dataset-version-written", {"Running", "Idle"}),
    ("watch-pipeline", "pipeline-execution-succeeded", {"NotFailed"}),
    ("watch-pipeline", "pipeline-step-failed", {"NotFailed"}),
    ("judge-model", "model-package-pending", {"AlreadyDecided"}),
    ("judge-model", "model-package-duplicate-source-key", {"AlreadyDecided"}),
    ("deploy-model", "model-package-approved", {"Live"}),
    ("deploy-model", "model-package-metadata-only", {"Live"}),
    ("watch-endpoint", "endpoint-in-service", {"Confirmed"}),
    ("watch-endpoint", "endpoint-time-is-epoch-string", {"Confirmed"}),
    ("collect-labels", "human-loop-completed", {"StillOpen"}),
    ("prepare-retraining", "scheduled-retraining", {"TooFewLabels"}),
]


@pytest.fixture(scope="module")
def rendered(first_run, clients, bucket, live, tmp_path_factory):
    """The sample events, with the names that only this stack's own run could give."""
    folder = tmp_path_factory.mktemp("events")
    more = "Review Text,Rating,Class Name\nA skirt that is soft but scratchy and short; it is okay.,3,Skirts\n"
    clients["s3"].put_object(Bucket=bucket, Key="incoming/women clothing+reviews 2026.csv", Body=more.encode())
    loop = open_human_loop(clients)
    execution = first_run["PipelineExecutionArn"].split("/")[-1]
    names = {
        "p4exec0000aa": execution,
        f"model-package/{PIPELINE}/2": f"model-package/{PIPELINE}/1",
        "reviewloop-aaaabbbbccccddddeeeeffff22": loop,
    }

    def render(name):
        text = (ROOT / f"events/{name}.json").read_text()
        for sample, real in names.items():
            text = text.replace(sample, real)
        (folder / f"{name}.json").write_text(text)
        return folder / f"{name}.json"

    return render


def open_human_loop(clients):
    """The name of a loop that waits for a worker: predict asks about what it is unsure of."""
    flow = clients["sagemaker"].list_flow_definitions()["FlowDefinitionSummaries"][0]["FlowDefinitionArn"]
    texts = [f"The {thing} came and it is neither here nor there." for thing in ["hat", "scarf", "belt", "glove"]]

    def asked():
        clients["lambda"].invoke(FunctionName="reviewloop-predict", Payload=json.dumps({"texts": texts}))
        listed = clients["sagemaker-a2i-runtime"].list_human_loops(FlowDefinitionArn=flow)["HumanLoopSummaries"]
        waiting = [loop["HumanLoopName"] for loop in listed if loop["HumanLoopStatus"] == "InProgress"]
        texts.append(f"Number {len(texts)} is what it is, I suppose.")
        return waiting

    return wait_for("a human loop", asked)[0]


@pytest.mark.parametrize(("function", "event", "outcomes"), TABLE, ids=[f"{row[0]}-{row[1]}" for row in TABLE])
def test_an_event_leads_to_its_outcome(emulator, rendered, function, event, outcomes):
    answer = emulator.invoke(function, rendered(event))
    assert answer.get("outcome", answer.get("result")) in outcomes, answer
    # Twice is once.
    again = emulator.invoke(function, rendered(event))
    assert again.get("outcome", again.get("result")) in outcomes, again


def test_an_upload_is_a_version_afterwards(emulator, rendered, clients, bucket):
    emulator.invoke("register-dataset", rendered("upload-put"))
    listed = clients["s3"].list_objects_v2(Bucket=bucket, Prefix="datasets/reviews/versions/")["Contents"]
    newest = clients["s3"].get_object(Bucket=bucket, Key=listed[-1]["Key"])["Body"].read()
    sources = [part["source_key"] for part in json.loads(newest)["parts"]]
    assert sources == ["incoming/reviews.csv", "incoming/women clothing+reviews 2026.csv"]


@pytest.mark.parametrize("event", ["predict-function-url", "predict-function-url-base64"])
def test_predict_answers_its_url(emulator, rendered, event):
    answer = emulator.invoke("predict", rendered(event))
    assert answer["statusCode"] == 200
    predictions = json.loads(answer["body"])["predictions"]
    assert {prediction["label"] for prediction in predictions} <= {"-1", "0", "1"}


def test_predict_refuses_what_is_no_request(emulator, rendered):
    assert emulator.invoke("predict", rendered("predict-function-url-bad-request"))["statusCode"] == 400


def test_reconcile_reports(emulator, rendered):
    assert isinstance(emulator.invoke("reconcile", rendered("scheduled-reconcile")), dict)


def deployed_flow_definition(clients):
    """The properties of the stack's own: the same content is the same flow definition."""
    name = clients["sagemaker"].list_flow_definitions()["FlowDefinitionSummaries"][0]["FlowDefinitionName"]
    found = clients["sagemaker"].describe_flow_definition(FlowDefinitionName=name)
    task = found["HumanLoopConfig"]
    members = ("HumanTaskUiArn", "WorkteamArn", "TaskTitle", "TaskDescription")
    output = {"RoleArn": found["RoleArn"], "S3OutputPath": found["OutputConfig"]["S3OutputPath"]}
    return {member: task[member] for member in members} | output


CUSTOM_RESOURCES = [
    ("custom-resource-models-create", "Provided"),
    ("custom-resource-workforce-create", "Failed"),
    ("custom-resource-workforce-update", "Failed"),
    ("custom-resource-flow-definition-create", "Provided"),
]


@pytest.mark.parametrize(("event", "outcome"), CUSTOM_RESOURCES, ids=[row[0] for row in CUSTOM_RESOURCES])
def test_a_custom_resource_always_answers_cloudformation(emulator, answers, clients, tmp_path, event, outcome):
    """The workforce of the sample belongs to another user pool than the stack's: it is refused, not taken."""
    # In an account a role's name ends with letters of its own.
    request = json.loads((ROOT / f"events/{event}.json").read_text().replace("-1ABCDEFGHIJKL", ""))
    request["ResponseURL"] = answers.url
    if "flow-definition" in event:
        request["ResourceProperties"] |= deployed_flow_definition(clients)
    file = tmp_path / "event.json"
    file.write_text(json.dumps(request))
    assert emulator.invoke("provision-stack", file)["outcome"] == outcome
    answer = answers.received()
    assert answer["Status"] == ("FAILED" if outcome == "Failed" else "SUCCESS")
    assert answer["RequestId"] == request["RequestId"]
