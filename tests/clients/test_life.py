"""One stack from its first deployment to its last, as a new user leads it: on one state folder, by the command line.

The tests follow each other: each takes the stack as the one before left it.
"""

import json
import shutil
import subprocess

import pytest

import reviews
from conftest import PROGRAMS, ROOT, STACK
from loop_user import (
    BUCKET,
    GROUP,
    SCHEDULED,
    WORKER,
    answer,
    approve,
    database,
    judged,
    served,
    until,
    upload,
)
from terminal import ENVIRONMENT, Terminal

ACCOUNT = "123456789012"
# What a deleted stack leaves in the store: the bucket, and records of what has ended. None of it costs anything.
ENDED = {
    "a2i/ended-human-loop",
    "a2i/human-loop-of-flow-definition",
    "a2i/input-content",
    "s3/bucket",
    "s3/object",
    "sagemaker/human-task-ui-template",
    "sagemaker/pipeline-cache",
    "sagemaker/pipeline-definition",
    "sagemaker/processing-job",
    "sagemaker/tags",
    "sagemaker/training-job",
    "sns/published",
    "stack/event",
    "stack/stack",
}


PARCELS = [text for text, _, _ in reviews.rows(16, seed=8, name="Parcel")]


class Owner(Terminal):
    def arguments(self, parameters):
        """Of the two services with reviewers, Augmented AI leaves more to be taken down. Without an audit no label is frequent,
        so people are asked about every text."""
        return super().arguments({"HumanReview": "a2i", "AuditRate": "0"} | parameters)

    def stack(self):
        """Status and, where it failed, the reason."""
        return json.loads(self.documents("stack/stack")[0])

    def documents(self, kind):
        with database(self.state) as store:
            found = store.execute("SELECT value FROM documents WHERE kind = ?", [kind]).fetchall()
        return [value for (value,) in found]

    def kinds(self):
        with database(self.state) as store:
            return {kind for (kind,) in store.execute("SELECT DISTINCT kind FROM documents")}

    def made(self):
        """The physical ids of the stack's resources, and what the loop has made besides."""
        with database(self.state) as store:
            rows = store.execute("SELECT name, value FROM documents WHERE kind = 'stack/resource'").fetchall()
        ids = {name: json.loads(value)["physical_id"] for name, value in rows}
        sagemaker = self.clients.sagemaker
        endpoints = [(it["EndpointName"], it["CreationTime"]) for it in sagemaker.list_endpoints()["Endpoints"]]
        configs = sagemaker.list_endpoint_configs()["EndpointConfigs"]
        models = sagemaker.list_models()["Models"]
        versions = [package["ModelPackageVersion"] for package in self.clients.packages()]
        names = sorted(it["EndpointConfigName"] for it in configs) + sorted(it["ModelName"] for it in models)
        return ids, endpoints, names, versions, len(self.executions())

    def executions(self):
        listed = self.clients.sagemaker.list_pipeline_executions(PipelineName=GROUP, SortOrder="Ascending")
        return [it["PipelineExecutionStatus"] for it in listed["PipelineExecutionSummaries"]]

    def variables(self, function):
        found = self.clients.functions.get_function_configuration(FunctionName=f"{STACK}-{function}")
        return found["Environment"]["Variables"]

    def predict(self, *texts):
        return self.clients.invoke("predict", {"texts": list(texts)})["predictions"]

    def serves(self):
        """Whether a text that is labelled already, so that no question comes of it, has an answer."""
        return self.predict(PARCELS[0])[0]["label"] in ("-1", "0", "1")

    def reconcile(self):
        """As its schedule does: a notice goes the way of an asynchronous call."""
        asked = {"FunctionName": f"{STACK}-reconcile", "InvocationType": "Event", "Payload": json.dumps(SCHEDULED)}
        self.clients.functions.invoke(**asked)
        until("the end of all work", self.clients.settled)

    def notices(self):
        """What `up` has told, without the times."""
        return [line.split(" told: ", 1)[1] for line in self.told().splitlines() if " told: " in line]

    def faults(self):
        """Lines of the functions' logs that a person would have to look at."""
        for log in (self.state / "logs").glob(f"{STACK}-*.log"):
            for line in log.read_text().splitlines():
                if '"level":"ERROR"' in line or "panicked" in line or "Task timed out" in line:
                    yield f"{log.name}: {line}"


@pytest.fixture(scope="module")
def owner(tmp_path_factory):
    owner = Owner(tmp_path_factory.mktemp("life"))
    yield owner
    if owner.aws:
        owner.down()


def goes_live(user, version):
    until("the verdict", lambda: judged(user, version))
    approve(user, version)
    until("the endpoint", lambda: served(user, version))


def test_a_first_deployment_that_fails_leaves_nothing_and_is_tried_again(owner):
    said = owner.up_is_refused(ReviewerEmails="ana@example.com,ben(at)example.com")
    assert said.count("\n") == 1, said
    assert "deploy Reviewers (Custom::Reviewers)" in said
    assert said.count("invite address 2 of the reviewers: create the user: InvalidParameterException: Invalid email address") == 1
    assert said.endswith("the stack was rolled back: ROLLBACK_COMPLETE\n")
    assert owner.kinds() <= ENDED - {"s3/bucket", "s3/object"}, owner.kinds()

    owner.up(ReviewerEmails=f"{WORKER},cleo@example.com")
    assert owner.stack()["status"] == "CREATE_COMPLETE"
    upload(owner.clients)
    goes_live(owner.clients, 1)
    # As many as MinimumNewLabels; the last test trains with them.
    assert {each["label"] for each in owner.predict(*PARCELS)} <= {"-1", "0", "1"}
    answer(owner.clients)


def test_changed_parameters_update_a_living_stack_and_make_nothing_twice(owner):
    before = owner.made()
    owner.down()
    owner.up(ReviewThreshold="0.5", MaximumAttempts="2", ReviewerEmails=WORKER)
    assert owner.stack()["status"] == "UPDATE_COMPLETE"
    assert owner.variables("predict")["REVIEW_THRESHOLD"] == "0.5"
    assert owner.variables("start-pipeline")["MAXIMUM_ATTEMPTS"] == "2"
    until("the end of all work", owner.clients.settled)
    assert owner.made() == before
    assert owner.serves()


def test_a_parameter_that_is_refused_leaves_the_stack_as_it_was(owner):
    before = owner.made()
    owner.down()
    said = owner.up_is_refused(Epochs="no", ReviewerEmails=WORKER)
    assert 'parameter Epochs = "no" is not allowed' in said
    said = owner.up_is_refused(ReviewThreshold="0.5", RetrainingSchedule="rate(0 minutes)", ReviewerEmails=WORKER)
    assert "deploy PrepareRetraining (AWS::Serverless::Function): ValidationException" in said
    assert said.endswith("the stack was rolled back: UPDATE_ROLLBACK_COMPLETE\n")
    owner.up(ReviewThreshold="0.5", MaximumAttempts="2", ReviewerEmails=WORKER)
    assert owner.made() == before
    assert owner.serves()


def test_human_review_is_turned_off_and_on_again(owner):
    owner.down()
    owner.up(HumanReview="none", ApproverEmails="")
    user = owner.clients
    assert user.cognito.list_user_pools(MaxResults=10)["UserPools"] == []
    assert user.sagemaker.list_workforces()["Workforces"] == []
    assert user.sagemaker.list_flow_definitions()["FlowDefinitionSummaries"] == []
    assert owner.serves()
    assert "0 waiting" in owner.run("status").stdout
    owner.down()
    owner.up()
    assert [pool["Name"] for pool in owner.clients.cognito.list_user_pools(MaxResults=10)["UserPools"]] == [
        f"{STACK}-reviewers"
    ]
    texts = [text for text, _, _ in reviews.rows(4, seed=9, name="Basket")]
    asked = owner.predict(*texts)
    assert all("human_loop" in json.dumps(each["review"]) for each in asked), asked
    answer(owner.clients)


def test_another_task_page_replaces_the_task_ui_and_the_flow_definition(owner, tmp_path):
    owner.down()
    project = Owner(owner.folder, program=with_another_page(tmp_path))
    before = owner.documents("stack/resource")
    project.up()
    owner.aws, owner.clients = project.aws, project.clients
    sagemaker = owner.clients.sagemaker
    [ui] = sagemaker.list_human_task_uis()["HumanTaskUiSummaries"]
    [flow] = sagemaker.list_flow_definitions()["FlowDefinitionSummaries"]
    assert ui["HumanTaskUiName"] not in "".join(before) and flow["FlowDefinitionName"] not in "".join(before)
    owner.predict("so baggy and so thin")
    answer(owner.clients)
    owner.down()
    owner.up()


def with_another_page(folder):
    """A copy of the project with another task page: its `reviewloop`."""
    shutil.copytree(ROOT / "infra", folder / "infra", ignore=shutil.ignore_patterns("cdk", ".aws-sam"))
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "functions").symlink_to(ROOT / "functions")
    page = folder / "templates/sentiment-review.liquid.html"
    page.write_text(page.read_text().replace("Choose the one label", "Choose one label"))
    subprocess.run([folder / "infra/embed"], check=True)
    shutil.copy(PROGRAMS / "reviewloop", folder / "reviewloop")
    return folder / "reviewloop"


def test_a_stuck_run_is_told_and_repaired_by_the_command_that_the_notice_names(owner):
    owner.down()
    # A model to start from, which nobody has put there yet.
    owner.up(PretrainedPrefix="pretrained/ours/")
    user = owner.clients
    user.s3.put_object(Bucket=BUCKET, Key="incoming/more.csv", Body=reviews.csv(450, noise=0.2).encode())
    until("the run to be given up", lambda: owner.json("status")["runs"]["state"].endswith("attempt 1: stuck"))
    until("the end of all work", user.settled)
    owner.reconcile()
    [notice] = until("the notice", owner.notices)
    said, command = notice.split(" -> ")
    assert "No S3 objects found under S3 URL" in said and "pretrained/ours/" in said
    assert f"told         {notice} (since " in owner.run("status").stdout

    (owner.folder / "model.txt").write_text("weights")
    copy = ["s3", "cp", "model.txt", f"s3://{BUCKET}/pretrained/ours/model.txt"]
    assert owner.run(*copy, program=ENVIRONMENT / "aws").returncode == 0
    program, *words = command.split()
    assert program == "reviewloop"
    assert "is under way" in owner.run(*words).stdout
    until("the verdict", lambda: judged(user, 2))
    until("the end of all work", user.settled)
    owner.reconcile()
    status = owner.json("status")
    assert not any("pretrained/ours" in told for told in status["told"]), status
    assert "Succeeded" in status["runs"]["state"]


def test_a_file_that_is_rejected_is_told_by_status_until_a_good_one_comes(owner):
    user = owner.clients
    (owner.folder / "bad.csv").write_text(reviews.csv(40).replace("Rating", "Stars", 1))
    copy = ["s3", "cp", "bad.csv", f"s3://{BUCKET}/incoming/bad.csv"]
    assert owner.run(*copy, program=ENVIRONMENT / "aws").returncode == 0
    said = "incoming/bad.csv was rejected: "
    until("the rejection", lambda: said in owner.run("status").stdout)
    assert "Rating" in owner.json("status")["datasets"]["waits_for"]
    (owner.folder / "good.csv").write_text(reviews.csv(460, noise=0.2))
    assert owner.run("upload", "good.csv").returncode == 0
    assert said not in owner.run("status").stdout
    until("the end of all work", user.settled)


def test_a_stack_is_deleted_while_an_execution_runs_a_version_is_deployed_and_people_label(owner):
    user = owner.clients
    texts = (text for text, _, _ in reviews.rows(8, seed=11, name="Drawer"))
    owner.predict(*texts)
    assert "8 waiting" in owner.run("status").stdout
    newest = user.packages()[-1]["ModelPackageVersion"]
    until("the verdict", lambda: judged(user, newest))
    user.s3.put_object(Bucket=BUCKET, Key="incoming/last.csv", Body=reviews.long_csv().encode())
    until("the execution", lambda: "Executing" in owner.executions())
    before = endpoint(user)["EndpointConfigName"]
    approve(user, newest)
    until("all three", lambda: is_busy(owner, before))
    faults = list(owner.faults())

    done = owner.run("down", "--account", ACCOUNT, "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == f"the stack {STACK} is deleted; s3://{BUCKET}/ stays\n"
    assert owner.kinds() <= ENDED, owner.kinds() - ENDED
    assert user.settled()
    assert [bucket["Name"] for bucket in user.s3.list_buckets()["Buckets"]] == [BUCKET]
    jobs = owner.documents("sagemaker/processing-job") + owner.documents("sagemaker/training-job")
    # A job's history may have a status that is over.
    statuses = {json.loads(job)["state"]["status"] for job in jobs}
    assert jobs and not statuses & {"InProgress", "Stopping"}, statuses
    # An invocation that the deletion overtakes loses its role, as on AWS.
    overtaken = "no identity-based policy allows"
    assert not [fault for fault in owner.faults() if fault not in faults and overtaken not in fault]
    assert "there is no pipeline" in owner.refused("status")
    assert "there is no CloudFormation stack" in owner.refused("down", "--account", ACCOUNT, "--yes")


def endpoint(user):
    return user.sagemaker.describe_endpoint(EndpointName=STACK)


def is_busy(owner, before):
    """An update takes less than a look at times, and has ended then."""
    now = endpoint(owner.clients)
    assert "Executing" in owner.executions(), now
    return now["EndpointStatus"] == "Updating" or now["EndpointConfigName"] != before


def test_a_stack_over_the_kept_bucket_takes_up_its_data_and_its_labels(owner):
    keys = set(owner.clients.keys())
    labels = {key for key in keys if key.startswith("labels/")}
    assert labels
    owner.down()
    owner.up()
    user = owner.clients
    # The bucket is imported, as infra/adopt does in an account; the rest is an update.
    assert owner.stack()["status"] == "UPDATE_COMPLETE"
    assert keys <= set(user.keys())
    user.s3.put_object(Bucket=BUCKET, Key="incoming/again.csv", Body=reviews.csv(950, noise=0.2).encode())
    goes_live(user, 1)
    until("the end of all work", user.settled)
    assert {key for key in user.keys() if key.startswith("labels/")} == labels
    owner.reconcile()
    assert not any("stuck" in (answer["waits_for"] or "") for answer in list(owner.json("status").values())[:5])
    # The labels of the stack before are a part of the next dataset version.
    newest = max(user.keys("datasets/reviews/versions/"))
    user.invoke("prepare-retraining", SCHEDULED)
    until("the labels' version", lambda: max(user.keys("datasets/reviews/versions/")) > newest)
    manifest = user.object(max(user.keys("datasets/reviews/versions/")))
    taken = {label for part in manifest["parts"] for label in part.get("labels", [])}
    assert {key.split("/")[-1].removesuffix(".json") for key in labels} <= taken
