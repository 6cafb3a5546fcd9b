"""A pipeline with the SageMaker SDK's TuningStep: models of its two best training jobs, its cache, its refusal, its stop."""

import json

import pytest
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import CacheConfig, TuningStep

import reviews
from conftest import make_role
from small_aws import wait_for

BUCKET, ROLE, OBJECTIVE = "tuning-step-room", "tuning-step", "validation:accuracy"
METRICS = [{"Name": OBJECTIVE, "Regex": "val_accuracy: ([0-9.]+)"}]
ROWS = {"train": 600, "validation": 200}


@pytest.fixture(scope="module")
def boto(sdk_boto):
    sdk_boto.client("s3").create_bucket(Bucket=BUCKET)
    put_rows(sdk_boto.client("s3"))
    return sdk_boto


def put_rows(s3):
    for seed, (channel, number) in enumerate(ROWS.items()):
        rows = [{"review_body": text, "sentiment": reviews.label(text)} for text, *_ in reviews.rows(number, seed=seed, name=channel)]
        body = "".join(json.dumps(row) + "\n" for row in rows)
        s3.put_object(Bucket=BUCKET, Key=f"{channel}/rows.jsonl", Body=body.encode())


@pytest.fixture(scope="module")
def client(boto):
    return boto.client("sagemaker")


@pytest.fixture(scope="module")
def role(boto):
    return make_role(boto, ROLE)


def pipeline(aws, boto, role, name, epochs):
    """One step that tunes fastText, and a model of its best and of its second best training job."""
    session = PipelineSession(boto_session=boto, default_bucket=BUCKET)
    image = f"123456789012.dkr.ecr.{aws.region}.amazonaws.com/reviewloop-classifier:1"
    estimator = Estimator(
        image, role, instance_count=1, instance_type="ml.m5.large", output_path=f"s3://{BUCKET}/models",
        hyperparameters={"algorithm": "fasttext", "epochs": epochs}, sagemaker_session=session,
    )
    tuner = HyperparameterTuner(
        estimator, OBJECTIVE, {"learning_rate": ContinuousParameter(0.05, 0.5)}, METRICS, strategy="Random",
        objective_type="Maximize", max_jobs=3, max_parallel_jobs=3, random_seed=5,
    )
    channels = {channel: TrainingInput(f"s3://{BUCKET}/{channel}/") for channel in ROWS}
    cache = CacheConfig(enable_caching=True, expire_after="P1D")
    step = TuningStep("TuneModel", step_args=tuner.fit(channels), cache_config=cache)
    models = [model_step(image, role, step, place) for place in [0, 1]]
    definition = json.loads(Pipeline(name, steps=[step], sagemaker_session=session).definition())
    return json.dumps({**definition, "Steps": definition["Steps"] + models})


def model_step(image, role, step, place):
    uri = step.get_top_model_s3_uri(top_k=place, s3_bucket=f"{BUCKET}/models").expr
    container = {"Image": image, "ModelDataUrl": uri}
    return {"Name": f"Model{place}", "Type": "Model", "Arguments": {"ExecutionRoleArn": role, "PrimaryContainer": container}}


def start(client, role, name, definition):
    client.create_pipeline(PipelineName=name, PipelineDefinition=definition, RoleArn=role)
    return client.start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"]


def ended(client, arn):
    def look():
        execution = client.describe_pipeline_execution(PipelineExecutionArn=arn)
        return execution if execution["PipelineExecutionStatus"] in {"Succeeded", "Failed", "Stopped"} else None

    return wait_for("the execution to end", look)


def steps(client, arn):
    listed = client.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    return {step["StepName"]: step for step in listed}


def tuning_job(client, step):
    name = step["Metadata"]["TuningJob"]["Arn"].rsplit("/", 1)[1]
    return client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)


@pytest.fixture(scope="module")
def tuned(aws, boto, client, role):
    arn = start(client, role, "tuned", pipeline(aws, boto, role, "tuned", 2))
    execution = ended(client, arn)
    assert execution["PipelineExecutionStatus"] == "Succeeded", execution.get("FailureReason")
    return arn


def test_the_models_are_those_of_the_two_best_training_jobs(boto, client, tuned):
    done = steps(client, tuned)
    job = tuning_job(client, done["TuneModel"])
    assert job["HyperParameterTuningJobStatus"] == "Completed"
    assert len(job["HyperParameterTuningJobName"]) <= 32
    listed = client.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=job["HyperParameterTuningJobName"]
    )["TrainingJobSummaries"]
    values = {one["TrainingJobName"]: one["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for one in listed}
    names = [model_of(client, done[f"Model{place}"]) for place in [0, 1]]
    assert names[0] == job["BestTrainingJob"]["TrainingJobName"] and names[1] != names[0]
    assert [values[name] for name in names] == sorted(values.values(), reverse=True)[:2]
    for name in names:
        assert boto.client("s3").head_object(Bucket=BUCKET, Key=f"models/{name}/output/model.tar.gz")["ContentLength"] > 0
    tags = {tag["Key"]: tag["Value"] for tag in client.list_tags(ResourceArn=job["HyperParameterTuningJobArn"])["Tags"]}
    assert tags["sagemaker:pipeline-execution-arn"] == tuned


def model_of(client, step):
    """The training job whose model the step's model has."""
    name = step["Metadata"]["Model"]["Arn"].rsplit("/", 1)[1]
    uri = client.describe_model(ModelName=name)["PrimaryContainer"]["ModelDataUrl"]
    assert uri.startswith(f"s3://{BUCKET}/models/") and uri.endswith("/output/model.tar.gz")
    return uri.split("/")[-3]


def test_the_same_study_again_comes_from_the_cache(client, tuned):
    arn = client.start_pipeline_execution(PipelineName="tuned")["PipelineExecutionArn"]
    assert ended(client, arn)["PipelineExecutionStatus"] == "Succeeded"
    step = steps(client, arn)["TuneModel"]
    assert step["CacheHitResult"]["SourcePipelineExecutionArn"] == tuned


def test_a_study_that_cannot_begin_fails_the_step_with_its_reason(aws, boto, client, role):
    definition = json.loads(pipeline(aws, boto, role, "refused", 2))
    ranges = definition["Steps"][0]["Arguments"]["HyperParameterTuningJobConfig"]["ParameterRanges"]
    ranges["ContinuousParameterRanges"][0]["MinValue"] = "0.9"
    arn = start(client, role, "refused", json.dumps(definition))
    assert ended(client, arn)["PipelineExecutionStatus"] == "Failed"
    reason = steps(client, arn)["TuneModel"]["FailureReason"]
    assert reason.startswith("ClientError: Failed to invoke sagemaker:CreateHyperParameterTuningJob"), reason
    assert "learning_rate" in reason


def test_a_stopped_execution_stops_its_study(aws, boto, client, role):
    arn = start(client, role, "stopped", pipeline(aws, boto, role, "stopped", 100_000))

    def begun():
        step = steps(client, arn).get("TuneModel")
        return step if step and step.get("Metadata") else None

    step = wait_for("the study to begin", begun)
    client.stop_pipeline_execution(PipelineExecutionArn=arn)
    assert ended(client, arn)["PipelineExecutionStatus"] == "Stopped"
    assert tuning_job(client, step)["HyperParameterTuningJobStatus"] == "Stopped"
