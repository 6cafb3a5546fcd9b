"""After kill -9 of everything, `up` on the same state carries on."""

import pytest

from conftest import PIPELINE, PROGRAMS, STACK, ended, verdict
from small_aws import SmallAws, wait_for


class Killed:
    """A small AWS that can be killed and started again on what it left."""

    def __init__(self, state):
        self.state = state
        self.start()

    def start(self):
        # A training that is long enough to be seen: no epoch ends it early.
        parameters = ["Algorithm=bert", "Epochs=100", 'Hyperparameters={"patience": 100}']
        arguments = [word for parameter in parameters for word in ["--parameter", parameter]]
        self.aws = SmallAws(PROGRAMS / "reviewloop", PROGRAMS, self.state, arguments)
        session = self.aws.session()
        self.clients = {name: session.client(name) for name in ["s3", "sagemaker"]}

    def kill_and_start(self):
        self.aws.kill()
        self.start()

    @property
    def sagemaker(self):
        return self.clients["sagemaker"]


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    killed = Killed(tmp_path_factory.mktemp("killed") / "state")
    yield killed
    killed.aws.stop()


def steps(killed, arn):
    listed = killed.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    return {step["StepName"]: step["StepStatus"] for step in listed}


def test_a_training_that_was_killed_is_done_again(killed, reviews):
    killed.clients["s3"].upload_file(str(reviews), "reviewloop-123456789012-us-east-1", "incoming/reviews.csv")

    def training():
        listed = killed.sagemaker.list_pipeline_executions(PipelineName=PIPELINE)["PipelineExecutionSummaries"]
        for execution in listed:
            arn = execution["PipelineExecutionArn"]
            if steps(killed, arn).get("TrainModel") == "Executing":
                return arn
        return None

    arn = wait_for("the training", training)
    killed.kill_and_start()
    assert ended(killed.clients, arn)["PipelineExecutionStatus"] == "Succeeded"
    listed = killed.sagemaker.list_pipeline_executions(PipelineName=PIPELINE)["PipelineExecutionSummaries"]
    assert [execution["PipelineExecutionArn"] for execution in listed] == [arn]


def test_a_deployment_that_was_killed_comes_into_service(killed):
    listed = killed.sagemaker.list_model_packages(ModelPackageGroupName=PIPELINE)["ModelPackageSummaryList"]
    package = listed[0]["ModelPackageArn"]
    wait_for("the verdict", lambda: verdict(killed.clients, package))
    killed.sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")

    def asked_for():
        endpoints = killed.sagemaker.list_endpoints()["Endpoints"]
        return [endpoint["EndpointName"] for endpoint in endpoints]

    assert wait_for("the endpoint", asked_for) == [STACK]
    killed.kill_and_start()
    patience = {"Delay": 1, "MaxAttempts": 120}
    killed.sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=STACK, WaiterConfig=patience)
