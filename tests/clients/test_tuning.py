"""Hyperparameter tuning as the SageMaker SDK uses it, lab 8's way, and as boto3 does; the classifier trains."""

import pytest
import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.tuner import CategoricalParameter, ContinuousParameter, HyperparameterTuner
from sagemaker.tuner import WarmStartConfig, WarmStartTypes

import reviews
from conftest import PROGRAMS, make_role
from small_aws import SmallAws, wait_for

BUCKET, ROLE = "tuning-room", "tuning"
OBJECTIVE = "validation:accuracy"
METRICS = [
    {"Name": OBJECTIVE, "Regex": "val_accuracy: ([0-9.]+)"},
    {"Name": "validation:loss", "Regex": "val_loss: ([0-9.]+)"},
]
STATIC = {"epochs": "2", "max_seq_length": "32", "seed": "42"}
ROWS = {"train": 600, "validation": 200}
ENDED = {"Completed", "Failed", "Stopped"}


def image(aws):
    return f"123456789012.dkr.ecr.{aws.region}.amazonaws.com/reviewloop-classifier:1"


def put_rows(s3, rows):
    """Lab 8's two channels; what is said twice is in both."""
    s3.create_bucket(Bucket=BUCKET)
    for seed, (channel, number) in enumerate(rows.items()):
        texts = [text for text, *_ in reviews.rows(number, seed=seed, name=channel)]
        lines = [f'"{text}",{reviews.label(text)}' for text in texts]
        body = "\n".join(["review_body,sentiment", *lines]) + "\n"
        s3.put_object(Bucket=BUCKET, Key=f"{channel}/rows.csv", Body=body.encode())


@pytest.fixture(scope="module")
def boto(sdk_boto):
    put_rows(sdk_boto.client("s3"), ROWS)
    return sdk_boto


@pytest.fixture(scope="module")
def session(boto):
    return sagemaker.Session(boto_session=boto)


@pytest.fixture(scope="module")
def role(boto):
    return make_role(boto, ROLE)


@pytest.fixture(scope="module")
def channels():
    return {name: TrainingInput(f"s3://{BUCKET}/{name}/", content_type="text/csv") for name in ROWS}


@pytest.fixture(scope="module")
def tuner(aws, session, role, channels):
    """Lab 8's tuner after its fit."""
    estimator = Estimator(
        image(aws), role, instance_count=1, instance_type="ml.m5.large", output_path=f"s3://{BUCKET}/models",
        hyperparameters=STATIC, sagemaker_session=session, tags=[{"Key": "lab", "Value": "8"}],
    )
    tuner = HyperparameterTuner(
        estimator, OBJECTIVE, ranges(), METRICS, strategy="Random", objective_type="Maximize", max_jobs=2,
        max_parallel_jobs=2, early_stopping_type="Auto", base_tuning_job_name="lab-8", random_seed=8,
    )
    tuner.fit(channels, include_cls_metadata=False, wait=False)
    ended(session.sagemaker_client, tuner.latest_tuning_job.name)
    return tuner


def ranges():
    return {
        "learning_rate": ContinuousParameter(1e-5, 5e-5, scaling_type="Linear"),
        "train_batch_size": CategoricalParameter([128, 256]),
    }


def described(client, name):
    return client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)


def ended(client, name):
    def look():
        job = described(client, name)
        return job if job["HyperParameterTuningJobStatus"] in ENDED else None

    return wait_for("the tuning job to end", look)


def trials(client, name, **more):
    listed = client.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, **more)
    return listed["TrainingJobSummaries"]


def test_the_frame_has_each_trial_with_its_values_and_its_objective(tuner):
    frame = tuner.analytics().dataframe()
    assert set(frame["TrainingJobStatus"]) <= {"Completed", "Stopped"} and len(frame) == 2
    assert frame["FinalObjectiveValue"].between(0, 1).all()
    assert frame["learning_rate"].between(1e-5, 5e-5).all() and frame["learning_rate"].nunique() == 2
    assert set(frame["train_batch_size"]) <= {128, 256}
    assert (frame["TrainingElapsedTimeSeconds"] > 0).all()
    ranges = tuner.analytics().tuning_ranges
    assert ranges["learning_rate"]["MinValue"] == "1e-05" and ranges["train_batch_size"]["Values"] == ["128", "256"]


def test_the_best_estimator_is_the_best_trial_with_its_model(tuner, session, boto):
    frame = tuner.analytics().dataframe().sort_values("FinalObjectiveValue", ascending=False)
    best = tuner.best_estimator()
    job = session.sagemaker_client.describe_training_job(TrainingJobName=tuner.best_training_job())
    values = dict(zip(frame["TrainingJobName"], frame["FinalObjectiveValue"]))
    assert values[job["TrainingJobName"]] == frame["FinalObjectiveValue"].max()
    assert best.latest_training_job.name == job["TrainingJobName"]
    assert best.hyperparameters()["_tuning_objective_metric"] == OBJECTIVE
    assert {name: best.hyperparameters()[name] for name in STATIC} == STATIC
    assert job["TuningJobArn"].endswith(f":hyper-parameter-tuning-job/{tuner.latest_tuning_job.name}")
    bucket, key = best.model_data.removeprefix("s3://").split("/", 1)
    assert boto.client("s3").head_object(Bucket=bucket, Key=key)["ContentLength"] > 0
    tags = session.sagemaker_client.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"]
    assert tags == [{"Key": "lab", "Value": "8"}]
    # Its lineage is that of any training job.
    component = f"{job['TrainingJobName']}-aws-training-job"
    component = session.sagemaker_client.describe_trial_component(TrialComponentName=component)
    assert component["Source"]["SourceArn"] == job["TrainingJobArn"]


def test_a_tuner_that_is_attached_starts_another_one_warm(tuner, session, channels):
    parent = tuner.latest_tuning_job.name
    attached = HyperparameterTuner.attach(parent, sagemaker_session=session)
    assert attached.best_training_job() == tuner.best_training_job()
    warm = HyperparameterTuner(
        attached.estimator, OBJECTIVE, ranges(), METRICS, max_jobs=1, base_tuning_job_name="warm",
        warm_start_config=WarmStartConfig(WarmStartTypes.IDENTICAL_DATA_AND_ALGORITHM, {parent}),
    )
    warm.fit(channels, include_cls_metadata=False, wait=False)
    job = ended(session.sagemaker_client, warm.latest_tuning_job.name)
    assert job["HyperParameterTuningJobStatus"] == "Completed", job.get("FailureReason")
    assert job["WarmStartConfig"]["WarmStartType"] == "IdenticalDataAndAlgorithm"
    overall = job["OverallBestTrainingJob"]
    best = [described(session.sagemaker_client, parent)["BestTrainingJob"], job["BestTrainingJob"]]
    values = [one["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for one in best]
    assert overall["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == max(values)


def test_a_tuning_job_that_is_stopped_stops_its_trials_and_can_be_deleted(tuner, session, channels):
    client = session.sagemaker_client
    # So many that it does not end before it is stopped.
    tuner.max_jobs, tuner.base_tuning_job_name = 100, "stopped"
    tuner.fit(channels, include_cls_metadata=False, wait=False)
    name = tuner.latest_tuning_job.name
    wait_for("a trial", lambda: trials(client, name, StatusEquals="InProgress"))
    tuner.stop_tuning_job()
    job = ended(client, name)
    assert job["HyperParameterTuningJobStatus"] == "Stopped"
    assert {one["TrainingJobStatus"] for one in trials(client, name)} <= ENDED
    client.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    with pytest.raises(client.exceptions.ResourceNotFound):
        described(client, name)


def test_tuning_jobs_are_listed_in_pages(tuner, session):
    paginator = session.sagemaker_client.get_paginator("list_hyper_parameter_tuning_jobs")
    pages = paginator.paginate(SortBy="CreationTime", NameContains="lab-8", PaginationConfig={"PageSize": 1})
    listed = pages.build_full_result()["HyperParameterTuningJobSummaries"]
    assert listed[0]["HyperParameterTuningJobName"].startswith("lab-8")
    assert all(job["ObjectiveStatusCounters"]["Pending"] == 0 for job in listed)


@pytest.fixture
def start(tmp_path):
    """Starts it, again on the same state."""
    running = []

    def start():
        aws = SmallAws(PROGRAMS / "reviewloop", PROGRAMS, tmp_path / "state")
        session = aws.session()
        running.append(aws)
        return aws, session

    yield start
    running[-1].stop()


def test_a_tuning_job_that_was_killed_goes_on_with_the_same_trial(start, tmp_path):
    aws, session = start()
    put_rows(session.client("s3"), {"train": 6_000, "validation": 200})
    client = session.client("sagemaker")
    name = "killed"
    client.create_hyper_parameter_tuning_job(**request(aws, name, make_role(session, ROLE)))
    first, second = wait_for("the second trial", lambda: two(trials(client, name)))
    log = tmp_path / "state/logs/training-job" / aws.region / f"{second['TrainingJobName']}.log"
    wait_for("its first epoch", lambda: log.exists() and "val_accuracy" in log.read_text())
    aws.kill()
    aws, session = start()
    client = session.client("sagemaker")
    job = ended(client, name)
    assert job["TrainingJobStatusCounters"]["Completed"] == 3, job
    after = trials(client, name)
    tuned = [[one["TunedHyperParameters"] for one in listed] for listed in (after[:2], (first, second))]
    assert tuned[0] == tuned[1]
    assert [one["TrainingJobName"].rsplit("-", 1)[0] for one in after] == [f"{name}-00{n}" for n in (1, 2, 3)]
    assert after[1]["TrainingJobName"] == second["TrainingJobName"]
    every = client.list_training_jobs(NameContains=name)["TrainingJobSummaries"]
    assert {one["TrainingJobName"] for one in every} == {one["TrainingJobName"] for one in after}
    assert log.read_text().count("INFO epoch 1 of") == 2


def two(trials):
    return trials[:2] if trials[1:] else None


def request(aws, name, role):
    """Three trials, one after the other."""
    channel = {"S3DataType": "S3Prefix", "S3DataDistributionType": "FullyReplicated"}
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": OBJECTIVE},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 1},
            "ParameterRanges": {
                "ContinuousParameterRanges": [{"Name": "learning_rate", "MinValue": "0.0001", "MaxValue": "0.01"}],
            },
        },
        "TrainingJobDefinition": {
            # A trial is killed after its first epoch, long before its last.
            "StaticHyperParameters": STATIC | {"epochs": "8", "patience": "8"},
            "AlgorithmSpecification": {
                "TrainingImage": image(aws), "TrainingInputMode": "File", "MetricDefinitions": METRICS,
            },
            "RoleArn": role,
            "InputDataConfig": [
                {"ChannelName": one, "DataSource": {"S3DataSource": {"S3Uri": f"s3://{BUCKET}/{one}/", **channel}}}
                for one in ROWS
            ],
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            "StoppingCondition": {"MaxRuntimeInSeconds": 600},
        },
    }
