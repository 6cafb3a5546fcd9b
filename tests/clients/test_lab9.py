"""Lab 9 of the course: two variants share an endpoint's traffic, CloudWatch measures them, one takes over and is scaled."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pandas
import pytest

from conftest import STACK, make_role
from small_aws import wait_for

NAME = "lab9"
PATIENCE = {"Delay": 1, "MaxAttempts": 120}
LINE = b'{"features":["So lovely and soft; I wear it often."]}\n'
INSTANCES = {"VariantA": 1, "VariantB": 2}
METRICS = {
    "Invocations",
    "InvocationsPerInstance",
    "Invocation4XXErrors",
    "Invocation5XXErrors",
    "InvocationModelErrors",
    "ModelLatency",
    "OverheadLatency",
}


class Endpoint:
    """Counts by variant what it was asked."""

    def __init__(self, runtime):
        self.runtime, self.asked = runtime, Counter()

    def invoke(self, **target):
        request = {"EndpointName": NAME, "ContentType": "application/jsonlines", "Body": LINE, **target}
        answer = self.runtime.invoke_endpoint(**request)
        assert b"predicted_label" in answer["Body"].read()
        self.asked[answer["InvokedProductionVariant"]] += 1
        return answer["InvokedProductionVariant"]


class Metrics:
    """As the lab asks for them: by the minute, of one variant."""

    def __init__(self, cloudwatch):
        self.cloudwatch, self.start = cloudwatch, datetime.now(UTC) - timedelta(minutes=1)

    def request(self, metric, variant):
        return {
            "Namespace": "AWS/SageMaker",
            "MetricName": metric,
            "Dimensions": [{"Name": "EndpointName", "Value": NAME}, {"Name": "VariantName", "Value": variant}],
            "StartTime": self.start,
            "EndTime": datetime.now(UTC) + timedelta(minutes=1),
            "Period": 60,
        }

    def sum(self, metric, variant):
        answer = self.cloudwatch.get_metric_statistics(Statistics=["Sum"], **self.request(metric, variant))
        assert answer["Label"] == metric
        rows = pandas.DataFrame(answer["Datapoints"]).sort_values("Timestamp").set_index("Timestamp")
        return rows.drop("Unit", axis=1)["Sum"].sum()


@pytest.fixture(scope="module")
def metrics(aws):
    return Metrics(aws.session().client("cloudwatch"))


@pytest.fixture(scope="module")
def endpoint(aws, clients, package, metrics):
    sagemaker = clients["sagemaker"]
    container = sagemaker.describe_model_package(ModelPackageName=package)["InferenceSpecification"]["Containers"][0]
    container = {"Image": container["Image"], "ModelDataUrl": container["ModelDataUrl"]}
    role = make_role(aws.session(), NAME)
    variants = []
    for variant, instances in INSTANCES.items():
        model = f"{NAME}-{variant}"
        sagemaker.create_model(ModelName=model, ExecutionRoleArn=role, PrimaryContainer=container)
        variants.append({
            "VariantName": variant,
            "ModelName": model,
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": instances,
            "InitialVariantWeight": 50,
        })  # fmt: skip
    sagemaker.create_endpoint_config(EndpointConfigName=NAME, ProductionVariants=variants)
    sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME, WaiterConfig=PATIENCE)
    yield Endpoint(clients["sagemaker-runtime"])
    sagemaker.delete_endpoint(EndpointName=NAME)
    sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=NAME, WaiterConfig=PATIENCE)


@pytest.fixture(scope="module")
def shared(endpoint):
    """After a hundred requests that name no variant."""
    for _ in range(100):
        endpoint.invoke()
    return endpoint


def weights(clients):
    variants = clients["sagemaker"].describe_endpoint(EndpointName=NAME)["ProductionVariants"]
    return {variant["VariantName"]: (variant["CurrentWeight"], variant["DesiredWeight"]) for variant in variants}


def test_both_variants_have_their_half_of_the_traffic(clients, shared):
    assert weights(clients) == {"VariantA": (50, 50), "VariantB": (50, 50)}
    # Beyond five standard deviations.
    assert sum(shared.asked.values()) == 100 and min(shared.asked[variant] for variant in INSTANCES) >= 25


def test_the_metrics_of_the_variants_add_up(shared, metrics):
    assert sum(metrics.sum("Invocations", variant) for variant in INSTANCES) == 100
    for variant, instances in INSTANCES.items():
        asked = shared.asked[variant]
        assert metrics.sum("Invocations", variant) == asked
        assert metrics.sum("InvocationsPerInstance", variant) == pytest.approx(asked / instances)
        assert metrics.sum("Invocation4XXErrors", variant) == metrics.sum("Invocation5XXErrors", variant) == 0
        assert metrics.sum("ModelLatency", variant) > 0 and metrics.sum("OverheadLatency", variant) > 0


def test_every_metric_is_listed(shared, metrics):
    pages = metrics.cloudwatch.get_paginator("list_metrics")
    of_endpoint = [{"Name": "EndpointName", "Value": NAME}]
    listed = list(pages.paginate(Namespace="AWS/SageMaker", Dimensions=of_endpoint).search("Metrics[]"))
    for variant in INSTANCES:
        dimension = {"Name": "VariantName", "Value": variant}
        assert {metric["MetricName"] for metric in listed if dimension in metric["Dimensions"]} == METRICS
    assert len(listed) == len(METRICS) * len(INSTANCES)
    namespaces = {metric["Namespace"] for metric in pages.paginate().search("Metrics[]")}
    assert {"AWS/Lambda", "AWS/SageMaker"} <= namespaces


def test_percentiles_of_the_latency_are_microseconds(shared, metrics):
    names = {"p50": "p50", "p99": "p99.9", "count": "SampleCount"}
    request = metrics.request("ModelLatency", "VariantA")
    metric = {name: request[name] for name in ("Namespace", "MetricName", "Dimensions")}
    queries = [
        {"Id": name, "Label": stat, "MetricStat": {"Metric": metric, "Period": 3600, "Stat": stat}}
        for name, stat in names.items()
    ]
    period = {"StartTime": request["StartTime"], "EndTime": request["EndTime"]}
    pages = metrics.cloudwatch.get_paginator("get_metric_data").paginate(MetricDataQueries=queries, **period)
    values = {result["Label"]: result["Values"] for result in pages.search("MetricDataResults[]")}
    [half], [most], [count] = values["p50"], values["p99.9"], values["SampleCount"]
    # A request is answered within the endpoint's limit of a minute.
    assert 0 < half <= most <= 60_000_000
    assert count == shared.asked["VariantA"]
    request["Period"] = 3600
    [datapoint] = metrics.cloudwatch.get_metric_statistics(ExtendedStatistics=["p50"], **request)["Datapoints"]
    assert datapoint["ExtendedStatistics"] == {"p50": half} and datapoint["Unit"] == "Microseconds"


def test_what_cloudwatch_refuses_is_refused_by_its_codes(metrics):
    cloudwatch, request = metrics.cloudwatch, metrics.request("Invocations", "VariantA")
    with pytest.raises(cloudwatch.exceptions.InvalidParameterCombinationException):
        cloudwatch.get_metric_statistics(**request)
    with pytest.raises(cloudwatch.exceptions.InvalidParameterCombinationException, match="exceeds the limit of 1,440"):
        early = {"StartTime": request["StartTime"] - timedelta(days=1)}
        cloudwatch.get_metric_statistics(Statistics=["Sum"], **(request | early))
    with pytest.raises(cloudwatch.exceptions.InvalidParameterValueException) as refused:
        cloudwatch.get_metric_statistics(Statistics=["Sum"], **(request | {"Period": 61}))
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValue"
    period = {"StartTime": request["StartTime"], "EndTime": request["EndTime"]}
    with pytest.raises(cloudwatch.exceptions.ClientError, match="the parameter Expression of GetMetricData"):
        cloudwatch.get_metric_data(MetricDataQueries=[{"Id": "e", "Expression": "m1 / m2"}], **period)
    with pytest.raises(cloudwatch.exceptions.ClientError, match="PutMetricData"):
        cloudwatch.put_metric_data(Namespace="Mine", MetricData=[{"MetricName": "m", "Value": 1}])


def test_a_variant_can_be_named_and_what_it_refuses_is_counted(shared, metrics):
    for variant in INSTANCES:
        assert shared.invoke(TargetVariant=variant) == variant
    runtime = shared.runtime
    with pytest.raises(runtime.exceptions.ModelError):
        shared.invoke(TargetVariant="VariantA", ContentType="image/png")
    assert metrics.sum("Invocation4XXErrors", "VariantA") == 1
    assert metrics.sum("Invocations", "VariantA") == shared.asked["VariantA"] + 1
    assert metrics.sum("Invocations", "VariantB") == shared.asked["VariantB"]


def test_all_traffic_goes_to_the_variant_that_takes_over(clients, shared, metrics):
    sagemaker = clients["sagemaker"]
    shift = [{"VariantName": "VariantA", "DesiredWeight": 0}, {"VariantName": "VariantB", "DesiredWeight": 100}]
    before = shared.asked["VariantB"]
    for wrong in ({"VariantName": "VariantC", "DesiredWeight": 1}, {"VariantName": "VariantA", "DesiredInstanceCount": 0}):
        with pytest.raises(sagemaker.exceptions.ClientError, match="ValidationException"):
            sagemaker.update_endpoint_weights_and_capacities(EndpointName=NAME, DesiredWeightsAndCapacities=[wrong])
    sagemaker.update_endpoint_weights_and_capacities(EndpointName=NAME, DesiredWeightsAndCapacities=shift)
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME, WaiterConfig=PATIENCE)
    assert weights(clients) == {"VariantA": (0, 0), "VariantB": (100, 100)}
    assert {shared.invoke() for _ in range(20)} == {"VariantB"}
    assert metrics.sum("Invocations", "VariantB") == before + 20


def test_the_stacks_alarms_are_described(metrics):
    alarms = metrics.cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=STACK)
    found = list(alarms.search("MetricAlarms[]"))
    assert found and {alarm["StateValue"] for alarm in found} <= {"OK", "ALARM", "INSUFFICIENT_DATA"}
    assert all(alarm["AlarmArn"].endswith(alarm["AlarmName"]) for alarm in found)


def target(variant):
    return {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{NAME}/variant/{variant}",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }


POLICY = {
    "PolicyType": "TargetTrackingScaling",
    "TargetTrackingScalingPolicyConfiguration": {
        "TargetValue": 2.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
        "ScaleOutCooldown": 60,
        "ScaleInCooldown": 300,
    },
}


@pytest.fixture
def autoscaling(aws):
    return aws.session().client("application-autoscaling")


def test_the_variant_that_took_over_follows_its_load(shared, autoscaling, metrics):
    of_variant, cloudwatch = target("VariantB"), metrics.cloudwatch
    registered = autoscaling.register_scalable_target(MinCapacity=1, MaxCapacity=2, **of_variant)
    [described] = autoscaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    assert described["ScalableTargetARN"] == registered["ScalableTargetARN"]
    assert described.items() >= (of_variant | {"MinCapacity": 1, "MaxCapacity": 2}).items()

    policy = autoscaling.put_scaling_policy(PolicyName="lab9-policy", **of_variant, **POLICY)
    pages = autoscaling.get_paginator("describe_scaling_policies").paginate(ServiceNamespace="sagemaker")
    [found] = pages.search("ScalingPolicies[]")
    assert (found["PolicyARN"], found["Alarms"]) == (policy["PolicyARN"], policy["Alarms"])
    assert found.items() >= (of_variant | {"PolicyType": "TargetTrackingScaling"}).items()
    names = [alarm["AlarmName"] for alarm in policy["Alarms"]]
    high, low = cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]
    assert high["AlarmName"].startswith(f"TargetTracking-{of_variant['ResourceId']}-AlarmHigh-")
    assert low["AlarmName"].startswith(f"TargetTracking-{of_variant['ResourceId']}-AlarmLow-")
    assert (high["Period"], high["EvaluationPeriods"], high["Threshold"]) == (60, 3, 2.0)
    assert (low["Period"], low["EvaluationPeriods"], low["Threshold"]) == (60, 15, 1.8)

    with pytest.raises(autoscaling.exceptions.ValidationException, match="StepScaling"):
        autoscaling.put_scaling_policy(PolicyName="steps", **of_variant, **(POLICY | {"PolicyType": "StepScaling"}))
    autoscaling.delete_scaling_policy(PolicyName="lab9-policy", **of_variant)
    assert cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"] == []
    with pytest.raises(autoscaling.exceptions.ObjectNotFoundException):
        autoscaling.delete_scaling_policy(PolicyName="lab9-policy", **of_variant)
    autoscaling.deregister_scalable_target(**of_variant)
    assert autoscaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"] == []


def test_a_variant_has_its_minimum_at_once(clients, shared, autoscaling):
    """What takes minutes of load is tested in a clock that can be set: local-aws/face/tests/sagemaker/autoscaling.rs."""
    of_variant = target("VariantA")
    with pytest.raises(autoscaling.exceptions.ValidationException, match="VariantC"):
        autoscaling.register_scalable_target(MinCapacity=1, MaxCapacity=2, **target("VariantC"))
    with pytest.raises(autoscaling.exceptions.ValidationException, match="less than minimum"):
        autoscaling.register_scalable_target(MinCapacity=3, MaxCapacity=2, **of_variant)
    autoscaling.register_scalable_target(MinCapacity=2, MaxCapacity=3, **of_variant)

    def scaled():
        activities = autoscaling.get_paginator("describe_scaling_activities").paginate(**of_variant)
        return [each for each in activities.search("ScalingActivities[]") if each["StatusCode"] != "InProgress"]

    [activity] = wait_for("a scaling activity's end", scaled)
    assert activity["StatusCode"] == "Successful" and activity["EndTime"] >= activity["StartTime"]
    assert activity["Description"] == "Setting desired instance count to 2."
    assert activity["Cause"] == "minimum capacity was set to 2"
    variants = clients["sagemaker"].describe_endpoint(EndpointName=NAME)["ProductionVariants"]
    counts = {variant["VariantName"]: variant["CurrentInstanceCount"] for variant in variants}
    assert counts == {"VariantA": 2, "VariantB": 2}
    assert shared.invoke(TargetVariant="VariantA") == "VariantA"
    # The endpoint takes it along where it is deleted.
