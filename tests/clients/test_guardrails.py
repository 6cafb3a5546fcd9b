"""Deployment guardrails, shadow variants and data capture by boto3, on processes of the classifier that really serve."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from conftest import PIPELINE, PROGRAMS, make_role
from small_aws import SmallAws, wait_for

NAME, VARIANT, BUCKET = "guarded", "AllTraffic", "reviewloop-123456789012-us-east-1"
PATIENCE = {"Delay": 1, "MaxAttempts": 120}
LINE = b'{"features":["So lovely and soft; I wear it often."]}\n'


class Guarded:
    """A small AWS with a trained model; it can be killed and started again on what it left."""

    def __init__(self, state):
        self.state = state
        self.start()

    def start(self):
        self.aws = SmallAws(PROGRAMS / "reviewloop", PROGRAMS, self.state)
        self.session = self.aws.session()
        self.sagemaker, self.cloudwatch, self.s3 = map(self.session.client, ["sagemaker", "cloudwatch", "s3"])
        self.runtime = self.session.client("sagemaker-runtime")

    def kill_and_start(self):
        self.aws.kill()
        self.start()

    def train(self, reviews):
        self.s3.upload_file(str(reviews), BUCKET, "incoming/reviews.csv")

        def packages():
            return self.sagemaker.list_model_packages(ModelPackageGroupName=PIPELINE)["ModelPackageSummaryList"]

        wait_for("the pipeline", lambda: self.sagemaker.list_pipelines()["PipelineSummaries"])
        arn = wait_for("a model", lambda: groups(self.sagemaker) and packages(), 300)[0]["ModelPackageArn"]
        package = self.sagemaker.describe_model_package(ModelPackageName=arn)
        container = package["InferenceSpecification"]["Containers"][0]
        container = {"Image": container["Image"], "ModelDataUrl": container["ModelDataUrl"]}
        role = make_role(self.session, NAME)
        self.sagemaker.create_model(ModelName=NAME, ExecutionRoleArn=role, PrimaryContainer=container)

    def config(self, name, **more):
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant(VARIANT, 2)], **more)

    def described(self):
        return self.sagemaker.describe_endpoint(EndpointName=NAME)

    def status(self, described=None):
        """What the pending variant says of itself; nothing where there is none."""
        pending = (described or self.described()).get("PendingDeploymentSummary", {"ProductionVariants": [{}]})
        return (pending["ProductionVariants"][0].get("VariantStatus") or [{}])[0]

    def baking(self):
        """The endpoint while a step of its deployment bakes."""

        def look():
            described = self.described()
            return self.status(described).get("Status") == "Baking" and described

        return wait_for("baking", look)

    def settled(self):
        self.sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME, WaiterConfig=PATIENCE)
        return self.described()["EndpointConfigName"]

    def update(self, config, wait, alarms=()):
        """Half of the traffic first."""
        routing = {
            "Type": "LINEAR",
            "LinearStepSize": {"Type": "CAPACITY_PERCENT", "Value": 50},
            "WaitIntervalInSeconds": wait,
        }
        policy = {"TrafficRoutingConfiguration": routing, "TerminationWaitInSeconds": 2}
        guardrails = {"BlueGreenUpdatePolicy": policy}
        if alarms:
            guardrails["AutoRollbackConfiguration"] = {"Alarms": [{"AlarmName": name} for name in alarms]}
        self.sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName=config, DeploymentConfig=guardrails)
        return guardrails

    def invoke(self, **more):
        request = {"EndpointName": NAME, "ContentType": "application/jsonlines", "Body": LINE, **more}
        return self.runtime.invoke_endpoint(**request)["Body"].read()

    def asked(self, config):
        """Requests that the fleet of this configuration got."""
        now = datetime.now(UTC)
        window = {"StartTime": now - timedelta(minutes=30), "EndTime": now + timedelta(minutes=1), "Period": 3600}
        metric = {"Namespace": "AWS/SageMaker", "MetricName": "Invocations", "Dimensions": dimensions(config)}
        found = self.cloudwatch.get_metric_statistics(Statistics=["Sum"], **metric, **window)["Datapoints"]
        return sum(datapoint["Sum"] for datapoint in found)


def groups(sagemaker):
    listed = sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]
    return [group for group in listed if group["ModelPackageGroupName"] == PIPELINE]


def variant(name, instances):
    instances = {"InstanceType": "ml.m5.large", "InitialInstanceCount": instances}
    return {"VariantName": name, "ModelName": NAME, "InitialVariantWeight": 1, **instances}


def dimensions(config):
    named = {"EndpointName": NAME, "VariantName": VARIANT, "EndpointConfigName": config}
    return [{"Name": name, "Value": value} for name, value in named.items()]


class Callers:
    """Four callers without a pause, until they are stopped."""

    def __init__(self, guarded):
        self.guarded, self.over, self.answered, self.lost = guarded, threading.Event(), [0] * 4, []
        self.threads = [threading.Thread(target=self.call, args=[caller], daemon=True) for caller in range(4)]
        for thread in self.threads:
            thread.start()

    def call(self, caller):
        while not self.over.is_set():
            try:
                assert b"predicted_label" in self.guarded.invoke()
                self.answered[caller] += 1
            except Exception as lost:
                self.lost.append(lost)

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
        return sum(self.answered)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory, reviews):
    guarded = Guarded(tmp_path_factory.mktemp("guarded") / "state")
    guarded.train(reviews)
    for name in ("first", "second", "third"):
        guarded.config(name)
    guarded.sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName="first")
    assert guarded.settled() == "first"
    yield guarded
    guarded.aws.stop()


def test_a_linear_deployment_under_requests_loses_none(guarded):
    callers = Callers(guarded)
    guardrails = guarded.update("second", wait=8)
    described = guarded.baking()
    [pending] = described["PendingDeploymentSummary"]["ProductionVariants"]
    assert (pending["CurrentInstanceCount"], pending["DesiredInstanceCount"]) == (1, 2)
    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("Updating", "first")
    assert "WaitIntervalInSeconds" in guarded.status(described)["StatusMessage"]
    assert guarded.settled() == "second"
    answered = callers.stop()
    assert not callers.lost, callers.lost[:3]
    described = guarded.described()
    assert described["LastDeploymentConfig"] == guardrails and "PendingDeploymentSummary" not in described
    old, new = guarded.asked("first"), guarded.asked("second")
    # Of both fleets' requests while a half of them moved; beyond any chance.
    assert min(old, new) >= 100, (old, new)
    print(f"{answered} requests while traffic moved, none lost; {old:.0f} to the old fleet, {new:.0f} to the new one")


def test_an_alarm_on_the_new_fleet_takes_everything_back(guarded):
    """The alarm of AWS's guide: errors of the new fleet alone."""
    guarded.cloudwatch.put_metric_alarm(
        AlarmName="new-fleet", Namespace="AWS/SageMaker", MetricName="Invocation4XXErrors", Dimensions=dimensions("third"),
        Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold", TreatMissingData="notBreaching",
    )  # fmt: skip
    with pytest.raises(ClientError, match="Could not find alarm"):
        guarded.update("third", wait=3600, alarms=["new-fleet", "none"])
    guarded.update("third", wait=3600, alarms=["new-fleet"])
    guarded.baking()
    # The alarm is looked at within the first second of each minute, after which this takes seconds.
    wait_for("some way into a minute", lambda: 3 < time.time() % 60 < 40)
    for _ in range(20):
        with pytest.raises(guarded.runtime.exceptions.ModelError):
            guarded.invoke(ContentType="image/png")
    assert guarded.described()["EndpointStatus"] == "Updating"
    # CloudWatch looks at whole minutes.
    assert guarded.settled() == "second"
    [alarm] = guarded.cloudwatch.describe_alarms(AlarmNames=["new-fleet"])["MetricAlarms"]
    assert alarm["StateValue"] == "ALARM" and "FailureReason" not in guarded.described()
    guarded.cloudwatch.delete_alarms(AlarmNames=["new-fleet"])
    assert b"predicted_label" in guarded.invoke()


def test_a_deployment_that_was_killed_goes_on_from_its_step(guarded):
    guarded.update("third", wait=20)
    described = guarded.baking()
    before, since = described["PendingDeploymentSummary"], guarded.status(described)["StartTime"]
    guarded.kill_and_start()
    assert guarded.described()["PendingDeploymentSummary"]["StartTime"] == before["StartTime"]
    assert guarded.status()["StartTime"] == since
    wait_for("both fleets", lambda: answered(guarded))
    callers = Callers(guarded)
    assert guarded.settled() == "third"
    print(f"{callers.stop()} requests after the start, {len(callers.lost)} lost")
    assert not callers.lost, callers.lost[:3]
    assert guarded.asked("second") > 0 and guarded.asked("third") > 0


def answered(guarded):
    try:
        return guarded.invoke()
    except ClientError:
        return None


def test_a_shadow_is_asked_too_and_what_is_asked_is_captured(guarded):
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": f"s3://{BUCKET}/captured",
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {"JsonContentTypes": ["application/jsonlines"]},
    }
    guarded.config("shadowed", ShadowProductionVariants=[variant("Shadow", 1)], DataCaptureConfig=capture)
    guarded.sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName="shadowed")
    assert guarded.settled() == "shadowed"
    described = guarded.described()
    assert [each["VariantName"] for each in described["ShadowProductionVariants"]] == ["Shadow"]
    assert described["DataCaptureConfig"]["CaptureStatus"] == "Started"
    answer = guarded.invoke(InferenceId="one-1")

    def files(name):
        listed = guarded.s3.list_objects_v2(Bucket=BUCKET, Prefix=f"captured/{NAME}/{name}/")
        return [found["Key"] for found in listed.get("Contents", [])]

    # Written within a minute.
    for name in (VARIANT, "Shadow"):
        [key] = wait_for(f"the captured request of {name}", lambda name=name: files(name))
        datetime.strptime("/".join(key.split("/")[3:7]), "%Y/%m/%d/%H")
        event = json.loads(guarded.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
        asked, told = event["captureData"]["endpointInput"], event["captureData"]["endpointOutput"]
        assert (asked["data"], asked["encoding"], asked["mode"]) == (LINE.decode(), "JSON", "INPUT")
        assert told["mode"] == "OUTPUT" and told["data"] == answer.decode()
        assert event["eventMetadata"]["inferenceId"] == "one-1" and event["eventVersion"] == "0"
