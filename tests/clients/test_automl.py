"""AutoML jobs, lab 3's way: boto3 and the SageMaker SDK's AutoML unmodified; the classifier analyses, trains and explains."""

import json

import pytest
import sagemaker
from sagemaker.automl.automl import AutoML, AutoMLInput
from sagemaker.automl.automlv2 import AutoMLDataChannel, AutoMLTextClassificationConfig, AutoMLV2
from sagemaker.predictor import Predictor
from sagemaker.serializers import CSVSerializer

import reviews
from conftest import PROGRAMS, make_role
from small_aws import SmallAws, wait_for

BUCKET, ROLE, NAME = "automl-room", "automl", "lab-3"
ENDED = {"Completed", "Failed", "Stopped"}
STATES = [
    "Starting", "AnalyzingData", "FeatureEngineering", "ModelTuning", "GeneratingExplainabilityReport", "Completed",
]
OUTPUTS = "predicted_label,probability,labels,probabilities"
TEXTS = ["So lovely and soft; I wear it often.", "So cheap, and ugly: I sent it back."]


def put_rows(s3, bucket=BUCKET, number=900):
    """The lab's three columns: the label, a text, a category."""
    s3.create_bucket(Bucket=bucket)
    lines = [f'{reviews.label(text)},"{text}",{kind}' for text, _, kind in reviews.rows(number)]
    body = "\n".join(["sentiment,review_body,product_category", *lines]) + "\n"
    s3.put_object(Bucket=bucket, Key="reviews/rows.csv", Body=body.encode())


def request(role, name=NAME, candidates=3, bucket=BUCKET):
    """As the lab asks: without a problem type, and without an objective."""
    return {
        "AutoMLJobName": name,
        "InputDataConfig": [{
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/reviews"}},
            "TargetAttributeName": "sentiment",
        }],
        "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/autopilot"},
        "AutoMLJobConfig": {"CompletionCriteria": {
            "MaxCandidates": candidates,
            "MaxRuntimePerTrainingJobInSeconds": 1200,
            "MaxAutoMLJobRuntimeInSeconds": 7200,
        }},
        "RoleArn": role,
    }


@pytest.fixture(scope="module")
def boto(sdk_boto):
    put_rows(sdk_boto.client("s3"))
    return sdk_boto


@pytest.fixture(scope="module")
def client(boto):
    return boto.client("sagemaker")


@pytest.fixture(scope="module")
def role(boto):
    return make_role(boto, ROLE)


@pytest.fixture(scope="module")
def job(client, role):
    """The lab's job after its end, with the secondary states that it went through."""
    client.create_auto_ml_job(**request(role))
    states = []

    def look():
        job = client.describe_auto_ml_job(AutoMLJobName=NAME)
        state = job["AutoMLJobSecondaryStatus"]
        if state not in states:
            states.append(state)
        # The lab's own condition before it reads the notebooks.
        if state not in ("Starting", "AnalyzingData"):
            assert job["AutoMLJobArtifacts"]["DataExplorationNotebookLocation"]
        return job if job["AutoMLJobStatus"] in ENDED else None

    job = wait_for("the AutoML job to end", look)
    assert job["AutoMLJobStatus"] == "Completed", job.get("FailureReason")
    return job, states


def read(boto, uri):
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    return boto.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


def objective(candidate):
    return candidate["FinalAutoMLJobObjectiveMetric"]["Value"]


def test_the_job_goes_through_the_documented_states(client, job):
    _, states = job
    assert [state for state in STATES if state in states] == states
    assert states[-1] == "Completed"
    # A look may miss a short state: AnalyzingData and those after it are told by their jobs, which stay.
    begun = [began(client, "processing", "analyze"), began(client, "processing", "features"), began(client, "training", "0")]
    begun.append(began(client, "processing", "explain"))
    assert begun == sorted(begun)


def began(client, kind, part):
    """When the first job of this part began; all of them have completed."""
    listed = getattr(client, f"list_{kind}_jobs")(NameContains=f"{NAME}-{part}", SortBy="CreationTime", SortOrder="Ascending")
    jobs = listed[f"{kind.title()}JobSummaries"]
    assert jobs and {one[f"{kind.title()}JobStatus"] for one in jobs} == {"Completed"}, (part, jobs)
    return jobs[0]["CreationTime"]


def test_the_problem_and_the_objective_are_found_in_the_data(job):
    resolved = job[0]["ResolvedAttributes"]
    assert resolved["ProblemType"] == "MulticlassClassification"
    assert resolved["AutoMLJobObjective"] == {"MetricName": "Accuracy"}


def test_both_notebooks_are_there(job, boto):
    for location in job[0]["AutoMLJobArtifacts"].values():
        notebook = json.loads(read(boto, location))
        assert notebook["nbformat"] == 4 and notebook["cells"]


def test_candidates_are_listed_from_the_best_one(job, client):
    listed = client.list_candidates_for_auto_ml_job(
        AutoMLJobName=NAME, SortBy="FinalObjectiveMetricValue", SortOrder="Descending"
    )["Candidates"]
    assert [objective(one) for one in listed] == sorted(map(objective, listed), reverse=True)
    assert len(listed) == 3 and listed[0]["CandidateName"] == job[0]["BestCandidate"]["CandidateName"]
    paginator = client.get_paginator("list_candidates_for_auto_ml_job")
    pages = paginator.paginate(AutoMLJobName=NAME, StatusEquals="Completed", PaginationConfig={"PageSize": 1})
    assert len(pages.build_full_result()["Candidates"]) == 3


def test_a_candidates_steps_are_jobs_and_its_reports_are_there(job, client, boto):
    best = job[0]["BestCandidate"]
    describe = {
        "AWS::SageMaker::ProcessingJob": lambda name: client.describe_processing_job(ProcessingJobName=name),
        "AWS::SageMaker::TrainingJob": lambda name: client.describe_training_job(TrainingJobName=name),
    }
    for step in best["CandidateSteps"]:
        described = describe[step["CandidateStepType"]](step["CandidateStepName"])
        assert described["AutoMLJobArn"] == job[0]["AutoMLJobArn"]
        assert step["CandidateStepArn"] in described.values()
    properties = best["CandidateProperties"]
    locations = properties["CandidateArtifactLocations"]
    for location, file in (("Explainability", "analysis.json"), ("ModelInsights", "statistics.json")):
        assert json.loads(read(boto, f"{locations[location]}/{file}"))
        assert b"<html" in read(boto, f"{locations[location]}/report.html")
    accuracy = [one["Value"] for one in properties["CandidateMetrics"] if one["StandardMetricName"] == "Accuracy"]
    assert accuracy == [objective(best)] and accuracy[0] > 0.8


@pytest.fixture(scope="module")
def endpoint(job, client, role):
    """The best candidate's containers in line, which answer all that the last one can."""
    containers = job[0]["BestCandidate"]["InferenceContainers"]
    assert len(containers) == 3
    containers[2]["Environment"]["SAGEMAKER_INFERENCE_OUTPUT"] = OUTPUTS
    assert containers[2]["Environment"]["SAGEMAKER_INFERENCE_SUPPORTED"] == OUTPUTS
    client.create_model(ModelName=NAME, Containers=containers, ExecutionRoleArn=role)
    variant = {"VariantName": "main", "ModelName": NAME, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    client.create_endpoint_config(EndpointConfigName=NAME, ProductionVariants=[variant])
    client.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
    client.get_waiter("endpoint_in_service").wait(EndpointName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    yield NAME
    client.delete_endpoint(EndpointName=NAME)


def invoke(boto, endpoint, body):
    answer = boto.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=endpoint, ContentType="text/csv", Accept="text/csv", Body=body.encode()
    )
    assert answer["ContentType"].startswith("text/csv")
    return answer["Body"].read().decode()


def test_an_endpoint_of_the_best_candidate_answers_rows_of_csv(boto, endpoint):
    body = "".join(f'"{text}",Dress\n' for text in TEXTS)
    lines = invoke(boto, endpoint, body).strip().split("\n")
    assert [line.split(",")[0] for line in lines] == ["1", "-1"]
    for line in lines:
        label, probability, labels, probabilities = line.split(",", 2)[:2] + line.split('"')[1::2]
        labels, probabilities = json.loads(labels.replace("'", '"')), json.loads(probabilities)
        assert sorted(labels) == ["-1", "0", "1"] and abs(sum(probabilities) - 1) < 1e-3
        assert float(probability) == max(probabilities) == probabilities[labels.index(label)]


def test_a_row_of_another_width_is_refused_by_the_first_container(boto, endpoint):
    runtime = boto.client("sagemaker-runtime")
    with pytest.raises(runtime.exceptions.ModelError) as refused:
        invoke(boto, endpoint, "one column\n")
    answer = refused.value.response
    assert answer["OriginalStatusCode"] == 400 and "from container-1 with" in answer["Error"]["Message"]


def test_the_sdk_fits_describes_and_deploys(boto, role, client):
    session = sagemaker.Session(boto_session=boto)
    automl = AutoML(
        role, "sentiment", output_path=f"s3://{BUCKET}/sdk", max_candidates=1, mode="HYPERPARAMETER_TUNING",
        problem_type="MulticlassClassification", job_objective={"MetricName": "BalancedAccuracy"},
        sagemaker_session=session, tags=[{"Key": "lab", "Value": "3"}],
    )
    channel = AutoMLInput(f"s3://{BUCKET}/reviews", "sentiment", channel_type="training")
    automl.fit([channel], wait=False, job_name="sdk")
    wait_for("the SDK's job to end", lambda: automl.describe_auto_ml_job("sdk")["AutoMLJobStatus"] in ENDED)
    described = automl.describe_auto_ml_job("sdk")
    assert described["AutoMLJobStatus"] == "Completed", described.get("FailureReason")
    assert automl.best_candidate("sdk")["FinalAutoMLJobObjectiveMetric"]["MetricName"] == "BalancedAccuracy"
    assert client.list_tags(ResourceArn=described["AutoMLJobArn"])["Tags"] == [{"Key": "lab", "Value": "3"}]
    predictor = automl.deploy(
        1, "ml.m5.large", endpoint_name="sdk", inference_response_keys=["probability", "predicted_label"],
        predictor_cls=Predictor, serializer=CSVSerializer(),
    )
    [probability, label] = predictor.predict([[TEXTS[0], "Dress"]]).decode().strip().split(",")
    assert label == "1" and 1 / 3 < float(probability) <= 1
    predictor.delete_endpoint()


def test_texts_are_classified_by_the_second_version(client, role, boto):
    automl = AutoMLV2(
        AutoMLTextClassificationConfig("review_body", "sentiment", max_candidates=1), role=role,
        output_path=f"s3://{BUCKET}/texts", validation_fraction=0.3, sagemaker_session=sagemaker.Session(boto_session=boto),
    )
    channel = AutoMLDataChannel("S3Prefix", f"s3://{BUCKET}/reviews", content_type="text/csv;header=present")
    automl.fit([channel], wait=False, job_name="texts")
    wait_for("the second version's job to end", lambda: automl.describe_auto_ml_job("texts")["AutoMLJobStatus"] in ENDED)
    described = automl.describe_auto_ml_job("texts")
    assert described["AutoMLJobStatus"] == "Completed", described.get("FailureReason")
    assert described["AutoMLProblemTypeConfigName"] == "TextClassification"
    assert described["DataSplitConfig"]["ValidationFraction"] == pytest.approx(0.3)
    [candidate] = automl.list_candidates("texts")
    assert candidate["CandidateName"] == automl.best_candidate("texts")["CandidateName"]
    summaries = client.list_auto_ml_jobs(NameContains="texts")["AutoMLJobSummaries"]
    assert [one["AutoMLJobName"] for one in summaries] == ["texts"]


def test_data_that_no_model_can_learn_from_fail_with_the_reason(client, role, boto):
    rows = "sentiment,review_body\n" + "1,good\n" * 20
    boto.client("s3").put_object(Bucket=BUCKET, Key="one-class/rows.csv", Body=rows.encode())
    asked = request(role, "one-class")
    asked["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] = f"s3://{BUCKET}/one-class"
    client.create_auto_ml_job(**asked)

    def look():
        job = client.describe_auto_ml_job(AutoMLJobName="one-class")
        return job if job["AutoMLJobStatus"] in ENDED else None

    job = wait_for("the job to fail", look)
    assert job["AutoMLJobStatus"] == "Failed", job
    assert 'every row has the label "1"' in job["FailureReason"], job


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


def test_a_job_that_is_killed_at_any_step_goes_on_with_the_same_jobs(start):
    aws, session = start()
    put_rows(session.client("s3"))
    client = session.client("sagemaker")
    client.create_auto_ml_job(**request(make_role(session, ROLE), "killed"))
    for place in range(1, len(STATES) - 1):
        def reached(place=place):
            job = client.describe_auto_ml_job(AutoMLJobName="killed")
            return STATES.index(job["AutoMLJobSecondaryStatus"]) >= place

        wait_for(STATES[place], reached)
        aws.kill()
        aws, session = start()
        client = session.client("sagemaker")

    def look():
        job = client.describe_auto_ml_job(AutoMLJobName="killed")
        return job if job["AutoMLJobStatus"] in ENDED else None

    job = wait_for("the killed job to end", look)
    assert job["AutoMLJobSecondaryStatus"] == "Completed", job.get("FailureReason")
    assert len(client.list_training_jobs(NameContains="killed")["TrainingJobSummaries"]) == 3
    assert len(client.list_processing_jobs(NameContains="killed")["ProcessingJobSummaries"]) == 3
