"""A person operates a running stack by the command line: rollback under traffic, pins, dead letters, logs, doctor."""

import json
import threading

import pytest

import reviews
from conftest import STACK
from loop_user import BUCKET, GROUP, approve, served, until, upload
from terminal import Terminal


class Operator(Terminal):
    def approval(self, version):
        [package] = [package for package in self.clients.packages() if package["ModelPackageVersion"] == version]
        return package["ModelApprovalStatus"], package.get("ApprovalDescription")


@pytest.fixture(scope="module")
def operator(tmp_path_factory):
    """Two versions were live, one after the other."""
    operator = Operator(tmp_path_factory.mktemp("operate"))
    operator.up()
    user = operator.clients
    upload(user)
    goes_live(user, 1)
    user.s3.put_object(Bucket=BUCKET, Key="incoming/more.csv", Body=reviews.csv(500, noise=0.2).encode())
    goes_live(user, 2)
    yield operator
    operator.down()


def goes_live(user, version):
    def judged():
        packages = {package["ModelPackageVersion"]: package for package in user.packages()}
        return packages.get(version, {}).get("CustomerMetadataProperties", {}).get("reviewloop-verdict")

    until("the verdict", judged)
    until("the end of all work", user.settled)
    approve(user, version)
    until("the endpoint", lambda: served(user, version))


class Traffic:
    """Asks the endpoint again and again; an answer that does not come is kept."""

    def __init__(self, aws):
        self.runtime = aws.session().client("sagemaker-runtime")
        self.answers, self.errors, self.over = 0, [], threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.over.is_set():
            try:
                self.runtime.invoke_endpoint(
                    EndpointName=STACK, ContentType="application/jsonlines", Body=b'{"features":["so soft"]}\n'
                )
                self.answers += 1
            except Exception as error:  # Whatever a caller would see.
                self.errors.append(repr(error))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def test_a_rollback_under_traffic_is_accepted_in_seconds_and_loses_no_request(operator):
    with Traffic(operator.aws) as traffic:
        until("traffic", lambda: traffic.answers > 10)
        done = operator.json("rollback", "--reason", "confuses praise and blame")
        asked = traffic.answers
        until("traffic on the earlier version", lambda: traffic.answers > asked + 10)
    assert traffic.errors == []
    assert done["version"] == 1 and done["accepted_seconds"] < done["serving_seconds"]
    # README: within seconds.
    assert done["accepted_seconds"] < 10
    assert served(operator.clients, 1)
    status, reason = operator.approval(2)
    assert status == "Rejected" and "confuses praise and blame" in reason
    assert "no approved version below 1 was live" in operator.refused("rollback", "--reason", "once more")


def test_a_pin_holds_a_version_until_it_is_removed(operator):
    user = operator.clients
    assert "version 2 is Rejected; approve it first" in operator.refused("pin", "2", "--reason", "the sale")
    approve(user, 2)
    until("the endpoint", lambda: served(user, 2))
    assert operator.json("pin", "1", "--reason", "the sale")["version"] == 1
    assert served(user, 1)
    assert "version 1 is pinned (the sale)" in operator.refused("rollback", "--reason", "no")
    assert operator.json("unpin")["version"] == 2
    assert served(user, 2)
    assert "no version is pinned" in operator.refused("unpin")


def test_a_dead_letter_is_sent_again_once_its_cause_is_mended(operator):
    user = operator.clients
    assert operator.json("redrive")["messages"] == []
    until("the end of all work", user.settled)
    run = user.s3.get_object(Bucket=BUCKET, Key="state/run.json")["Body"].read()
    user.s3.put_object(Bucket=BUCKET, Key="state/run.json", Body=b"no run")
    user.functions.invoke(FunctionName=f"{STACK}-start-pipeline", InvocationType="Event", Payload=b"{}")

    def letters():
        return operator.json("redrive", "--dry-run")["messages"]

    [letter] = until("the dead letter", letters)
    assert letter["function"] == "start-pipeline" and letter["queue"] == "failed-invocations"
    assert "read state/run.json" in letter["error"] or "run.json" in letter["error"], letter
    assert "1: reviewloop redrive" in operator.run("doctor").stdout
    user.s3.put_object(Bucket=BUCKET, Key="state/run.json", Body=run)
    [sent] = operator.json("redrive")["messages"]
    assert sent["became"] == "sent"
    until("the end of all work", user.settled)
    assert operator.json("redrive")["messages"] == []


def test_status_shows_the_dataset_that_the_stack_is_configured_with(operator):
    user = operator.clients
    before = operator.json("status")
    assert "stack" not in before, "a stack in order needs no word"
    newest = user.object(max(user.keys("datasets/reviews/versions/")))
    # As a stack leaves it whose DatasetName was changed and set back.
    other = newest | {"dataset": "complaints", "created_at": "2099-01-01T00:00:00Z"}
    key = "datasets/complaints/versions/00000001.json"
    user.s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(other).encode())
    assert operator.json("status")["datasets"] == before["datasets"]
    user.s3.delete_object(Bucket=BUCKET, Key=key)


def test_an_execution_is_stopped_and_an_upload_is_discarded_by_the_commands_of_their_notices(operator):
    user = operator.clients
    user.s3.put_object(Bucket=BUCKET, Key="incoming/long.csv", Body=reviews.long_csv().encode())
    execution = until("the execution", lambda: executing(user))
    assert operator.json("stop", execution)["execution_arn"].endswith(execution)
    until("its end", lambda: operator.json("status")["runs"]["state"].endswith("stuck"))
    assert "the execution was stopped" in operator.json("status")["runs"]["waits_for"]
    assert "does not run: it is Stopped" in operator.refused("stop", execution)
    assert operator.json("discard", "incoming/long.csv")["key"] == "incoming/long.csv"
    assert "there is no upload" in operator.refused("discard", "incoming/long.csv")


def executing(user):
    """The id of the execution that runs."""
    listed = user.sagemaker.list_pipeline_executions(PipelineName=GROUP)["PipelineExecutionSummaries"]
    running = (it["PipelineExecutionArn"] for it in listed if it["PipelineExecutionStatus"] == "Executing")
    return next(running, "").split("/")[-1]


def test_the_log_of_a_function_of_the_endpoint_and_of_a_job_is_printed(operator):
    assert "handled" in operator.run("logs", "judge-model").stdout
    assert operator.run("logs", "endpoint").stdout != ""
    # The newest one is of the execution that the test before stopped.
    completed = {"NameContains": "TrainModel", "StatusEquals": "Completed"}
    jobs = operator.clients.sagemaker.list_training_jobs(**completed)["TrainingJobSummaries"]
    assert "val_accuracy" in operator.run("logs", jobs[0]["TrainingJobName"]).stdout
    assert "there is no function or job nobody" in operator.refused("logs", "nobody")


def test_doctor_finds_a_stack_that_works(operator):
    checks = {check["name"]: check["verdict"] for check in operator.json("doctor")["checks"]}
    assert checks == {"stack": "ok", "bucket": "ok", "portal": "ok", "decisions": "ok", "dead letters": "ok", "account": "skipped"}
