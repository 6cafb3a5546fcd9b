"""A pipeline's training on spot capacity goes on from its checkpoint after kill -9 of everything."""

import pytest

import reviews
from conftest import PIPELINE, PROGRAMS, ended
from loop_user import BUCKET, Clients
from small_aws import SmallAws, wait_for

# An epoch takes a second, and none ends the training early: a checkpoint is in S3 long before its end.
PARAMETERS = {"ManagedSpotTraining": "yes", "Algorithm": "bert", "Epochs": "10", "Hyperparameters": '{"patience": 10}'}
ROWS = 12_000


@pytest.fixture
def start(tmp_path):
    """Starts it, again on the same state."""
    running = []

    def start():
        arguments = [word for pair in PARAMETERS.items() for word in ("--parameter", "=".join(pair))]
        aws = SmallAws(PROGRAMS / "reviewloop", PROGRAMS, tmp_path / "state", arguments)
        aws.session()
        running.append(aws)
        return aws, Clients(aws)

    yield start
    running[-1].stop()


def test_a_training_that_was_killed_goes_on_from_its_checkpoint(start, tmp_path):
    aws, user = start()
    user.s3.put_object(Bucket=BUCKET, Key="incoming/reviews.csv", Body=reviews.csv(ROWS, noise=0.2).encode())
    listing = {"PipelineName": PIPELINE}
    [execution] = wait_for(
        "the execution", lambda: user.sagemaker.list_pipeline_executions(**listing)["PipelineExecutionSummaries"]
    )
    arn = execution["PipelineExecutionArn"]
    prefix = f"intermediate/{arn.split('/')[-1]}/checkpoints/"

    def whole():
        return [key for key in user.keys(prefix) if key.endswith("/state.json")]

    wait_for("a checkpoint", whole)
    aws.kill()
    aws, user = start()
    assert ended({"sagemaker": user.sagemaker}, arn)["PipelineExecutionStatus"] == "Succeeded"
    [job] = user.sagemaker.list_training_jobs()["TrainingJobSummaries"]
    job = user.sagemaker.describe_training_job(TrainingJobName=job["TrainingJobName"])
    assert job["EnableManagedSpotTraining"] and job["StoppingCondition"]["MaxWaitTimeInSeconds"] == 28_800
    assert job["CheckpointConfig"]["S3Uri"] == f"s3://{BUCKET}/{prefix}".rstrip("/")
    log = (tmp_path / "state/logs/training-job" / aws.region / f"{job['TrainingJobName']}.log").read_text()
    assert log.count("resuming from") == 1 and log.count("epoch 1 of") == 1, log
