import json
import signal
import sys

import pytest
from botocore.config import Config

from emulator import Answers, Emulator
from peer_modules import importing
from programs import PROGRAMS, ROOT, TARGET
from reviews import csv
from small_aws import SmallAws, wait_for

# An end from outside is one that fixtures see: they stop what they started.
signal.signal(signal.SIGTERM, signal.default_int_handler)

# They wait for the SQL engine, which ./test compiles while the others run.
LAST = {"test_athena.py", "test_data_room.py", "test_feature_store.py", "test_lab1.py", "test_sql.py"}
STACK = "reviewloop"
PIPELINE = f"{STACK}-text-classifier"
ENDED = {"Succeeded", "Failed", "Stopped"}


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.name in LAST)


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def target():
    return TARGET


@pytest.fixture(scope="session")
def programs():
    return PROGRAMS


@pytest.fixture(scope="module")
def peers(tmp_path_factory):
    """Imports a file of peers/benchmarks by its name."""
    with importing(tmp_path_factory.mktemp("peers")) as imported:
        yield imported


@pytest.fixture(scope="session")
def aws(tmp_path_factory):
    """One small AWS for the whole suite: a stack's tests must bear each other's company."""
    # The suite calls Augmented AI, too.
    arguments = ["--parameter", "HumanReview=a2i"]
    small = SmallAws(PROGRAMS / "reviewloop", PROGRAMS, tmp_path_factory.mktemp("aws") / "state", arguments)
    yield small
    small.stop()
    if "-v" in sys.argv:
        print(f"\nthe log of the small AWS: {small.log}")


@pytest.fixture(scope="module")
def sdk_boto(aws, tmp_path_factory):
    """A boto3 session for the SageMaker SDK, which tells its maker of each call unless it is told not to."""
    config = tmp_path_factory.mktemp("sdk") / "config.yaml"
    config.write_text("SchemaVersion: '1.0'\nSageMaker: {PythonSDK: {Modules: {TelemetryOptOut: true}}}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAGEMAKER_USER_CONFIG_OVERRIDE", str(config))
        yield aws.session()


@pytest.fixture(scope="session")
def reviews(tmp_path_factory):
    """A CSV with the columns of the public clothing reviews, small enough to train on in seconds."""
    path = tmp_path_factory.mktemp("data") / "reviews.csv"
    path.write_text(csv(900))
    return path


@pytest.fixture(scope="session")
def clients(aws):
    session = aws.session()
    names = ["s3", "sagemaker", "sagemaker-runtime", "sagemaker-a2i-runtime", "cognito-idp", "lambda", "sts"]
    return {name: session.client(name) for name in names}


@pytest.fixture(scope="session")
def bucket(aws, clients):
    account = clients["sts"].get_caller_identity()["Account"]
    return f"{STACK}-{account}-{aws.region}"


@pytest.fixture(scope="session")
def first_run(clients, bucket, reviews):
    """An upload is all that starts the loop."""
    clients["s3"].upload_file(str(reviews), bucket, "incoming/reviews.csv")

    def started():
        return clients["sagemaker"].list_pipeline_executions(PipelineName=PIPELINE)["PipelineExecutionSummaries"]

    arn = wait_for("an execution", started)[0]["PipelineExecutionArn"]
    return ended(clients, arn)


@pytest.fixture(scope="session")
def package(clients, first_run):
    """The model package that the first run registered."""
    assert first_run["PipelineExecutionStatus"] == "Succeeded", first_run.get("FailureReason")
    listed = clients["sagemaker"].list_model_packages(ModelPackageGroupName=PIPELINE)["ModelPackageSummaryList"]
    return listed[-1]["ModelPackageArn"]


@pytest.fixture(scope="session")
def live(clients, package):
    """The endpoint, after a person approved the package."""
    sagemaker = clients["sagemaker"]
    # A person reads the gate's verdict first, and may decide against it.
    wait_for("the verdict", lambda: verdict(clients, package))
    sagemaker.update_model_package(
        ModelPackageArn=package, ModelApprovalStatus="Approved", ApprovalDescription="looked at by boto3"
    )

    def there():
        listed = sagemaker.list_endpoints(NameContains=STACK)["Endpoints"]
        return any(endpoint["EndpointName"] == STACK for endpoint in listed)

    wait_for("deploy-model to ask for the endpoint", there)
    patience = {"Delay": 1, "MaxAttempts": 120}
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=STACK, WaiterConfig=patience)
    return STACK


@pytest.fixture(scope="session")
def emulator(aws, live, tmp_path_factory):
    emulator = Emulator(ROOT, PROGRAMS, aws.environment_files, tmp_path_factory.mktemp("functions"))
    yield emulator
    emulator.stop()


@pytest.fixture
def answers(aws):
    """An address for one answer to CloudFormation."""
    return Answers(aws.session().client("s3", config=Config(signature_version="s3v4")))


def verdict(clients, package):
    found = clients["sagemaker"].describe_model_package(ModelPackageName=package)
    return found.get("CustomerMetadataProperties", {}).get("reviewloop-verdict")


def ended(clients, arn):
    """The execution, once it has come to an end."""

    def look():
        execution = clients["sagemaker"].describe_pipeline_execution(PipelineExecutionArn=arn)
        return execution if execution["PipelineExecutionStatus"] in ENDED else None

    return wait_for("the execution to end", look, 300)


def make_role(session, name):
    """A role that SageMaker may assume and that may do everything; its ARN."""
    iam = session.client("iam")
    trusted = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    documents = [json.dumps({"Version": "2012-10-17", "Statement": [one]}) for one in (trusted, everything)]
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=documents[0])
    iam.put_role_policy(RoleName=name, PolicyName="everything", PolicyDocument=documents[1])
    return iam.get_role(RoleName=name)["Role"]["Arn"]
