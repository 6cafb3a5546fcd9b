"""`reviewloop tune` on a laptop's stack: settings that are poor are found out, and their better is trained by an execution."""

import json

import pytest

import reviews
from loop_user import BUCKET, judged, until
from terminal import Terminal

# One word is all that this model knows, so that there is something to find. It has no epochs.
POOR = {"Algorithm": "ngrams", "Epochs": "auto", "Hyperparameters": '{"max_features": 1}', "TuningJobs": "4"}
ROWS = 1200


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """The first version is trained with the stack's settings."""
    stack = Terminal(tmp_path_factory.mktemp("tune"))
    stack.up(**POOR)
    body = reviews.csv(ROWS, noise=0.1).encode()
    stack.clients.s3.put_object(Bucket=BUCKET, Key="incoming/reviews.csv", Body=body)
    until("the verdict", lambda: judged(stack.clients, 1) and stack.clients.settled())
    yield stack
    stack.down()


def run(stack):
    return stack.clients.object("state/run.json")


def test_more_than_the_stack_allows_is_refused_and_nothing_is_started(stack):
    assert "--jobs 5 is above the stack's TuningJobs, 4" in stack.refused("tune", "--jobs", "5")
    assert "c=3:1" in stack.run("tune", "--parameter", "c=3:1").stderr
    assert "word_ngrams" in stack.refused("tune", "--parameter", "dropout")
    assert stack.clients.keys("state/tunings/") == []
    assert "study" not in stack.json("status")


def test_a_better_setting_is_found_repeated_and_trained(stack):
    before = run(stack)
    assert json.loads(training(stack, before)["hyperparameters"]) == {"max_features": 1}
    arguments = ["--parameter", "max_features=500:5000", "--parameter", "c", "--parallel", "2"]
    told = stack.json("tune", *arguments, "--page", "tune.html")
    page = (stack.folder / "tune.html").read_text()
    assert "The winner is better" in page and "4 trials, each a line through c, max_features, score." in page
    study = told["study"]
    state = study["state"]
    assert state["name"] == "ended", study
    assert len(state["search"]["trials"]) == 4
    assert all(trial["status"] in ("Completed", "Stopped") for trial in state["search"]["trials"])
    print(f"beside its training a trial took {overhead(stack, study['name']) * 1000:.0f} ms of one of two places")
    comparison = state["comparison"]
    # Nothing is drawn in such a training, so that once more is enough.
    assert len(comparison["winner"]["scores"]) == len(comparison["present"]["scores"]) == 1
    assert comparison["verdict"] == "better" and comparison["interval"]["low"] > 0, comparison
    assert state["adopted"]

    until("the second model", lambda: judged(stack.clients, 2) and stack.clients.settled())
    after = run(stack)
    assert (after["version"], after["attempt"], after["studies"]) == (1, 2, [study["name"]])
    further = json.loads(training(stack, after)["hyperparameters"])
    assert further["max_features"] == state["search"]["winner"]["max_features"]
    evaluations = [scores(stack, version) for version in (1, 2)]
    print("balanced accuracy on the test rows:", evaluations)
    assert evaluations[1] > evaluations[0]

    status = stack.json("status")
    assert f"{study['name']} of dataset version 1: the winner is better" in status["study"]["state"]
    # What a search was is shown as it was.
    text = stack.run("status").stdout
    assert "to the present settings" in text, text


def test_a_study_that_everything_is_killed_under_goes_on_from_the_same_trial(stack):
    name = stack.json("tune", "--parameter", "min_count", "--parallel", "1", "--no-wait")["study"]
    before = until("a trial's end", lambda: completed(stack, name))
    stack.aws.kill()
    stack.up(**POOR)
    state = until("the study's end", lambda: ended(stack, name))
    assert state["name"] == "ended", state
    trials = [trial["training_job"] for trial in state["search"]["trials"]]
    assert len(trials) == 4 and trials[: len(before)] == before, trials
    jobs = stack.clients.sagemaker.list_training_jobs(NameContains=f"-repeat-{name}-")["TrainingJobSummaries"]
    assert sorted(job["TrainingJobStatus"] for job in jobs) == ["Completed", "Completed"], jobs
    # Where the winner is better, an execution trains with it.
    until("the stack's rest", stack.clients.settled)


def overhead(stack, study):
    """Seconds of a place among the parallel training jobs that a trial took beside its training."""
    name = {"HyperParameterTuningJobName": f"reviewloop-tune-{study}"}
    job = stack.clients.sagemaker.describe_hyper_parameter_tuning_job(**name)
    places = job["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxParallelTrainingJobs"]
    jobs = stack.clients.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(**name)["TrainingJobSummaries"]
    trained = sum((job["TrainingEndTime"] - job["TrainingStartTime"]).total_seconds() for job in jobs)
    whole = (job["HyperParameterTuningEndTime"] - job["CreationTime"]).total_seconds()
    return (whole * places - trained) / len(jobs)


def completed(stack, study):
    """Names of the trials that have ended, in their order."""
    jobs = stack.clients.sagemaker.list_training_jobs(NameContains=f"-tune-{study}-", StatusEquals="Completed")
    return sorted(job["TrainingJobName"] for job in jobs["TrainingJobSummaries"])


def ended(stack, study):
    state = stack.clients.object(f"state/tunings/{study}.json")["state"]
    return state if state["name"] in ("ended", "failed") else None


def test_a_study_is_stopped_by_its_name(stack):
    name = stack.json("tune", "--parameter", "c", "--parallel", "1", "--no-wait")["study"]
    assert stack.json("stop", name)["stopped"]
    state = until("the study's end", lambda: given_up(stack, name))
    assert "was stopped" in state["reason"]
    assert f"study {name} does not run: it was given up" in stack.refused("stop", name)


def given_up(stack, study):
    state = stack.clients.object(f"state/tunings/{study}.json")["state"]
    return state if state["name"] == "failed" else None


def training(stack, run):
    """The hyperparameters that the run's training job was given."""
    sagemaker = stack.clients.sagemaker
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=run["execution_arn"])["PipelineExecutionSteps"]
    [step] = [step for step in steps if step["StepName"] == "TrainModel"]
    name = step["Metadata"]["TrainingJob"]["Arn"].split("/")[-1]
    return sagemaker.describe_training_job(TrainingJobName=name)["HyperParameters"]


def scores(stack, version):
    """The challenger's balanced accuracy, as its evaluation has it."""
    [package] = [it for it in stack.clients.packages() if it["ModelPackageVersion"] == version]
    uri = package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    return stack.clients.object(uri.split("/", 3)[3])["challenger"]["balanced_accuracy"]
