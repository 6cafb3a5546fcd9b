"""The loop as a user of boto3 turns it: upload, watch, approve, deploy, invoke."""

import json

import pytest

from conftest import PIPELINE, ended, make_role, verdict
from small_aws import wait_for

STEPS = {"PrepareDataset", "TrainModel", "EvaluateModel", "RegisterModel"}


def steps(clients, arn):
    pages = clients["sagemaker"].get_paginator("list_pipeline_execution_steps").paginate(PipelineExecutionArn=arn)
    return {step["StepName"]: step for page in pages for step in page["PipelineExecutionSteps"]}


def test_an_upload_becomes_a_registered_model(clients, first_run):
    assert first_run["PipelineExecutionStatus"] == "Succeeded", first_run.get("FailureReason")
    done = steps(clients, first_run["PipelineExecutionArn"])
    assert set(done) == STEPS
    assert {step["StepStatus"] for step in done.values()} == {"Succeeded"}
    job = done["TrainModel"]["Metadata"]["TrainingJob"]["Arn"].split("/")[-1]
    training = clients["sagemaker"].describe_training_job(TrainingJobName=job)
    assert training["TrainingJobStatus"] == "Completed"
    assert {metric["MetricName"] for metric in training["FinalMetricDataList"]} >= {"validation:accuracy"}


def test_the_gate_leaves_its_verdict_on_the_package(clients, package):
    assert wait_for("a verdict", lambda: verdict(clients, package)) in {"Approved", "Rejected", "Inconclusive"}


def test_the_same_execution_again_finds_its_training_in_the_cache(clients, bucket, first_run):
    listed = clients["s3"].list_objects_v2(Bucket=bucket, Prefix="datasets/reviews/versions/")["Contents"]
    manifest = listed[0]["Key"]
    number = clients["s3"].get_object(Bucket=bucket, Key=manifest)["Body"].read()
    inputs = f"datasets/reviews/inputs/{json.loads(number)['id']}.manifest"
    request = {
        "PipelineName": PIPELINE,
        "ClientRequestToken": "a-token-of-boto3-long-enough-to-be-one",
        "PipelineParameters": [
            {"Name": "DatasetManifest", "Value": f"s3://{bucket}/{manifest}"},
            {"Name": "DatasetParts", "Value": f"s3://{bucket}/{inputs}"},
        ],
    }
    arn = clients["sagemaker"].start_pipeline_execution(**request)["PipelineExecutionArn"]
    assert clients["sagemaker"].start_pipeline_execution(**request)["PipelineExecutionArn"] == arn
    assert ended(clients, arn)["PipelineExecutionStatus"] == "Succeeded"
    source = steps(clients, arn)["TrainModel"]["CacheHitResult"]["SourcePipelineExecutionArn"]
    assert source == first_run["PipelineExecutionArn"]


def test_approval_puts_the_model_behind_the_endpoint(clients, live):
    lines = b'{"features":["So lovely and soft; I wear it often."]}\n{"features":["So cheap and thin; I sent it back."]}\n'
    answer = clients["sagemaker-runtime"].invoke_endpoint(
        EndpointName=live, ContentType="application/jsonlines", Accept="application/jsonlines", Body=lines
    )
    predicted = [json.loads(line) for line in answer["Body"].read().splitlines()]
    assert [prediction["predicted_label"] for prediction in predicted] == ["1", "-1"]
    assert all(0 < prediction["probability"] <= 1 for prediction in predicted)


def test_predict_answers_a_batch(clients, live, root):
    payload = (root / "events/predict-direct.json").read_bytes()
    answer = clients["lambda"].invoke(FunctionName=f"{live}-predict", Payload=payload)
    assert "FunctionError" not in answer, answer["Payload"].read()
    body = json.loads(answer["Payload"].read())
    body = json.loads(body["body"]) if "body" in body else body
    # The sample's words are not in the small training data, so which label they get is the model's
    # own affair: predict must say exactly what the endpoint says.
    line = json.dumps({"features": json.loads(payload)["texts"]}).encode() + b"\n"
    direct = clients["sagemaker-runtime"].invoke_endpoint(
        EndpointName=live, ContentType="application/jsonlines", Accept="application/jsonlines", Body=line
    )
    direct = json.loads(direct["Body"].read())
    [prediction] = body["predictions"]
    assert prediction["label"] == direct["predicted_label"]
    # Read and written once more on the way: the last bit of a float may differ.
    assert abs(prediction["confidence"] - direct["probability"]) < 1e-9
    assert prediction["review"]["status"] in ("not_needed", "started", "already_asked")


def test_an_endpoint_of_ones_own(aws, clients, package):
    sagemaker, name = clients["sagemaker"], "boto3-own"
    container = sagemaker.describe_model_package(ModelPackageName=package)["InferenceSpecification"]["Containers"][0]
    role = make_role(aws.session(), "boto3")
    sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=role,
        PrimaryContainer={"Image": container["Image"], "ModelDataUrl": container["ModelDataUrl"]},
    )
    variant = {"VariantName": "champion", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    answer = clients["sagemaker-runtime"].invoke_endpoint(
        EndpointName=name, ContentType="application/jsonlines", Body=b'{"features":["It is okay."]}\n'
    )
    assert json.loads(answer["Body"].read())["predicted_label"] in {"-1", "0", "1"}
    sagemaker.delete_endpoint(EndpointName=name)
    sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def test_what_is_not_served_is_refused_by_name(clients):
    with pytest.raises(clients["sagemaker"].exceptions.ClientError) as refused:
        clients["sagemaker"].list_clusters()
    assert "ListClusters" in str(refused.value)
