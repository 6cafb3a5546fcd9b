"""The event of every function, the state that it meets, and what must come of it.

Every event makes its function do its main work: the uploaded file is new, the model is to be judged, the endpoint
is missing. The state is the same before each event.
"""

import base64
import json
import pathlib
import random
import time

import _names
from _aws import Refused

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUCKET = "reviewloop-123456789012-us-east-1"
GROUP = "reviewloop-text-classifier"
SAGEMAKER = "arn:aws:sagemaker:us-east-1:123456789012:"
PIPELINE = f"{SAGEMAKER}pipeline/{GROUP}"
EXECUTION = f"{PIPELINE}/execution/p4exec0000aa"
PACKAGE = f"{SAGEMAKER}model-package/{GROUP}/2"
FLOW = f"{SAGEMAKER}flow-definition/reviewloop-review-aaaabbbbcccc"
ROLE = "arn:aws:iam::123456789012:role/execution"
HOSTING = "serverless:2048:5"
CONFIG = _names.endpoint_config("reviewloop", PACKAGE, HOSTING, ROLE)
NOW = 1_794_678_565
TODAY = time.strftime("%Y-%m-%d", time.gmtime())
PIN = "state/pin.json"

AWS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_LAMBDA_FUNCTION_NAME": "measured",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    # The template's setting for every function, whatever its language.
    "AWS_EC2_METADATA_DISABLED": "true",
}

DATASET = {"BUCKET": BUCKET, "DATASET_NAME": "reviews"}
LABELS = ["-1", "0", "1"]
REVIEW = {"REVIEWERS": FLOW, "LABELS": ",".join(LABELS), "REVIEW_DAILY_CAP": "200", "AUDIT_SHARE": "0.25", "AUDIT_RATE": "0.02", "ROLLOUT": "none"}
BOUNDS = {"MAXIMUM_ATTEMPTS": "3", "MAXIMUM_RUNS_PER_DAY": "12", "MAXIMUM_TRAINING_ROWS": "4000000"}
DEPLOYMENT = {
    "BUCKET": BUCKET,
    "MODEL_PACKAGE_GROUP": GROUP,
    "ENDPOINT_NAME": "reviewloop",
    "HOSTING": HOSTING,
    "EXECUTION_ROLE_ARN": ROLE,
    "MAXIMUM_ATTEMPTS": "3",
}

SCALING = {"SCALING": "1..1@300;"}


def event(name):
    return json.loads((ROOT / f"events/{name}.json").read_text())


def missing(thing):
    def answer(_):
        raise Refused("ValidationException", f"Could not find {thing}")

    return answer


def package(status):
    return {
        "ModelPackageGroupName": GROUP,
        "ModelPackageVersion": 2,
        "ModelPackageArn": PACKAGE,
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
        "ModelApprovalStatus": status,
        "CreationTime": NOW,
        "LastModifiedTime": NOW,
        "InferenceSpecification": {"Containers": [{"Image": "i", "ModelDataUrl": f"s3://{BUCKET}/executions/a/model.tar.gz"}]},
        "ModelMetrics": {
            "ModelQuality": {
                "Statistics": {"ContentType": "application/json", "S3Uri": f"s3://{BUCKET}/executions/a/evaluation.json"}
            }
        },
        "CustomerMetadataProperties": {},
    }


def packages(status):
    summary = {
        name: value for name, value in package(status).items()
        if name.startswith("ModelPackage") and name != "ModelPackageStatusDetails" or name in ("ModelApprovalStatus", "CreationTime")
    }
    return {"ModelPackageSummaryList": [summary]}


def champion_and_challenger():
    """Version 1 serves, version 2 waits for its comparison."""
    [challenger] = packages("PendingManualApproval")["ModelPackageSummaryList"]
    champion = challenger | {
        "ModelPackageVersion": 1, "ModelPackageArn": PACKAGE.removesuffix("2") + "1", "ModelApprovalStatus": "Approved",
    }  # fmt: skip
    return {"ModelPackageSummaryList": [challenger, champion]}


def audit_label(text):
    """A label that was given an hour after the challenger was registered."""
    return json.dumps({
        "text": text, "label": "1", "origin": "audit", "inclusion_probability": 0.02, "predicted": "1", "human_loop": "l",
        "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW + 3600)),
    })  # fmt: skip


def captured():
    """predict's answer to two texts."""
    answers = [{"text": text, "label": "1", "confidence": 0.9} for text in ["Lovely.", "As expected."]]
    inference = {"inference_id": event("record-feedback-direct")["inference_id"], "at": NOW * 1000, "answers": answers}
    return json.dumps(inference | {"variant": "champion"})


def evaluation():
    """A model that the gate passes: 420 test rows, four in five right, no champion."""
    right, rows = 112, 140
    interval = {"low": 0.73, "high": 0.86}
    share = right / rows
    classes = [
        {"label": label, "support": rows, "precision": share, "recall": share, "recall_interval": interval, "f1": share}
        for label in LABELS
    ]
    scores = {
        "rows": 3 * rows, "accuracy": share, "accuracy_interval": interval, "balanced_accuracy": share,
        "balanced_accuracy_interval": interval, "macro_f1": share, "classes": classes,
        "confusion": [[112, 14, 14], [14, 112, 14], [14, 14, 112]], "mean_cross_entropy": 0.5, "calibration": [],
    }  # fmt: skip
    names = ["accuracy", "balanced_accuracy", "macro_f1", "weighted_recall", "weighted_precision", "weighted_f1"]
    return {
        "multiclass_classification_metrics": {"confusion_matrix": {}} | {name: {"value": share} for name in names},
        "dataset_version_id": "v", "split_version": 1, "labels": LABELS, "challenger": scores,
        "champion": None, "uncertain": None, "training": None,
    }  # fmt: skip


def upload(rows=500):
    chance = random.Random(1)
    words = "dress fits like a glove and the fabric is soft but it runs small for me so i sent it back".split()
    lines = ["Review Text,Rating,Class Name"]
    for number in range(rows):
        text = " ".join(chance.choices(words, k=60))
        lines.append(f'"Number {number}: ""{text}"", says my sister",{chance.randint(1, 5)},Dresses')
    return "\n".join(lines) + "\n"


def manifest():
    listed = {"id": "a", "rows": 500, "quarantined": 0, "source_key": "incoming/a.csv"}
    mapping = {"text_column": "Review Text", "label_column": "Rating", "labels": {"1": "-1", "5": "1"}}
    return json.dumps({
        "dataset": "reviews", "number": 1, "id": "v1", "parts": [listed], "mapping": mapping, "labels": LABELS,
        "prepare_version": 1, "created_at": "2026-11-12T00:00:00Z",
    })  # fmt: skip


def part():
    row = {"label": "1", "origin": "upload"}
    return "".join(json.dumps({"text": f"Soft and warm, number {number}."} | row) + "\n" for number in range(500))


PARTS = {"train": 450, "validation": 25, "test": 25}


def prepared():
    """What the prepare step leaves of the dataset version."""
    objects = {}
    for part, rows in PARTS.items():
        folder = f"intermediate/e/{part}"
        row = {"sentiment": "1", "slice": "gate"}
        lines = [{"review_body": f"Soft, number {number}.", "row_hash": f"{part}{number}"} | row for number in range(rows)]
        objects[f"{folder}/part.jsonl"] = "".join(json.dumps(line) + "\n" for line in lines)
        objects[f"{folder}/manifest.json"] = json.dumps({
            "dataset_version_id": "v1", "split_version": 1, "format": "jsonl", "labels": LABELS,
            "files": [{"name": "part.jsonl", "rows": rows}],
        })  # fmt: skip
    return objects


def prepare_job():
    manifest_uri = f"s3://{BUCKET}/datasets/reviews/versions/00000001.json"
    outputs = [
        {"OutputName": part, "S3Output": {"S3Uri": f"s3://{BUCKET}/intermediate/e/{part}", "S3UploadMode": "EndOfJob"}}
        for part in PARTS
    ]
    return {
        "ProcessingJobName": "p", "ProcessingJobArn": "arn:aws:sagemaker:us-east-1:123456789012:processing-job/p",
        "ProcessingInputs": [{"InputName": "manifest", "S3Input": {"S3Uri": manifest_uri, "S3DataType": "S3Prefix"}}],
        "ProcessingOutputConfig": {"Outputs": outputs}, "ProcessingJobStatus": "Completed", "CreationTime": NOW,
    }  # fmt: skip


def run(state):
    return json.dumps({
        "dataset": "reviews", "pipeline_created": NOW, "version": 1, "version_id": "v1", "attempt": 1, "definition_hash": "d", "parameters": {},
        "client_request_token": "t", "execution_arn": EXECUTION, "retries": 0, "state": {"name": state},
    })  # fmt: skip


def trained_run():
    """By the pipeline as it stands."""
    definition = _names.content_name(b"definition", b"{}", NOW.to_bytes(8, "little"))
    return json.dumps(json.loads(run("succeeded")) | {"definition_hash": definition})


def training_job(name, **further):
    channels = [
        {"ChannelName": part, "DataSource": {"S3DataSource": {
            "S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/intermediate/e/{part}", "S3DataDistributionType": "FullyReplicated",
        }}}
        for part in ("train", "validation")
    ]  # fmt: skip
    return {
        "TrainingJobName": name, "TrainingJobArn": f"{SAGEMAKER}training-job/{name}", "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed", "CreationTime": NOW, "RoleArn": ROLE,
        "ModelArtifacts": {"S3ModelArtifacts": f"s3://{BUCKET}/executions/e/model.tar.gz"},
        "HyperParameters": {"algorithm": "ngrams", "seed": "42", "hyperparameters": "{}"},
        "AlgorithmSpecification": {"TrainingImage": "i", "TrainingInputMode": "File", "MetricDefinitions": [
            {"Name": "validation:balanced_accuracy", "Regex": "val_balanced_accuracy: ([0-9.]+)"}
        ]},
        "InputDataConfig": channels, "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/executions/e/model"},
        "ResourceConfig": {"InstanceType": "ml.c5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 14400},
    } | further  # fmt: skip


def repeated(body):
    """The training that a study began with, or one of its repetitions."""
    name = json.loads(body)["TrainingJobName"]
    score = 0.9 if "winner" in name else 0.6
    metrics = [{"MetricName": "validation:balanced_accuracy", "Value": score, "Timestamp": NOW}]
    return training_job(name, FinalMetricDataList=metrics)


TRIAL = {
    "TrainingJobName": "reviewloop-tune-1-k7x2mq-001-a", "TrainingJobArn": f"{SAGEMAKER}training-job/t", "CreationTime": NOW,
    "TrainingJobStatus": "Completed", "TunedHyperParameters": {"c": "0.5"},
    "FinalHyperParameterTuningJobObjectiveMetric": {"MetricName": "validation:balanced_accuracy", "Value": 0.9},
}  # fmt: skip


def study():
    return json.dumps({
        "name": "1-k7x2mq", "dataset": "reviews", "version": 1, "version_id": "v1", "started_at": "2026-11-12T16:00:00Z",
        "execution_arn": EXECUTION, "training_job": "pipelines-p4exec0000aa-TrainModel-a", "present": {"algorithm": "ngrams", "seed": "42"},
        "strategy": "Bayesian", "jobs": 1, "parallel": 1, "adopt": "better", "state": {"name": "searching"},
        "ranges": {"c": {"kind": "continuous", "min": "0.1", "max": "10.0", "logarithmic": True}},
    })  # fmt: skip


def deployment(confirmed):
    return json.dumps({
        "endpoint_config": CONFIG, "model_package_arn": PACKAGE, "package_created": NOW, "attempts": 1, "accepted": True, "confirmed": confirmed,
    })  # fmt: skip


def endpoint(status):
    return {
        "EndpointName": "reviewloop", "EndpointArn": f"{SAGEMAKER}endpoint/reviewloop", "EndpointStatus": status,
        "EndpointConfigName": CONFIG, "CreationTime": NOW, "LastModifiedTime": NOW,
    }  # fmt: skip


def execution(status):
    return {"PipelineArn": PIPELINE, "PipelineExecutionArn": EXECUTION, "PipelineExecutionStatus": status,
            "CreationTime": NOW, "LastModifiedTime": NOW}  # fmt: skip


def loop_input(text):
    return {"taskObject": text, "initialValue": "1", "labels": LABELS, "origin": "uncertain", "textHash": _names.row_hash(text)}


def human_loop(text):
    return json.dumps({"human_loop": "l", "input": loop_input(text), "attempts": 1, "asked_at": "2026-11-14T17:49:25Z"})


def label(text):
    return json.dumps({
        "text": text, "label": "1", "origin": "audit", "predicted": "1", "human_loop": "l", "answers": 1,
        "agreeing": 1, "created_at": "2026-11-14T17:49:25Z",
    })  # fmt: skip


def custom_resource(aws_url):
    return event("custom-resource-flow-definition-create") | {"ResponseURL": f"{aws_url}/answer-to-cloudformation"}


LOOP = event("human-loop-completed")["detail"]
ANSWERED = LOOP["humanLoopOutput"]["outputS3Uri"].partition(f"{BUCKET}/")[2]
ANSWERS = [{"answerContent": {"sentiment": {"label": "0"}}, "workerId": "w"}]
LABELLED = [f"Text number {n} is neither here nor there." for n in range(25)]
PREDICTED = [("1", 0.99), ("-1", 0.55), ("0", 0.97)]
LINES = "".join(json.dumps({"predicted_label": l, "probability": p}) + "\n" for l, p in PREDICTED)
STEPS = [{"StepName": "TrainModel", "StepStatus": "Failed", "FailureReason": "CapacityError: no instance is free"}]

UNLABELLED = "Review Text\n" + "".join(f"{text}\n" for text in ["Soft and warm", "Torn seam", "Odd colour", "As shown"])
DOUBTFUL = json.dumps({"predicted_label": "1", "probability": 0.4}) + "\n"
PORTAL = "review-portal/reviewloop"
CLIENT = "1example23456789"
ADA = {"Username": "ada@example.com", "UserAttributes": [{"Name": "sub", "Value": "s"}]}
TASKS = [f"{_names.row_hash(f'Task {n}.')}-a" for n in range(5)]


def task(name):
    return json.dumps({
        "human_loop": name, "reviewers": PORTAL, "input": loop_input("Is it warm?"), "wanted": 1,
        "created_at": NOW * 1000, "deadline": (NOW + 3 * 365 * 86_400) * 1000,
    })  # fmt: skip


def verdict():
    check = {"name": "test_rows", "decision": "Approved", "reason": "420 test rows, 300 are needed"}
    return json.dumps({"model_package_arn": PACKAGE, "decision": "Approved", "checks": [check], "evidence_uri": ""})


def list_of_tasks(group):
    """`GET /tasks` of a member who has signed in: the token is only read, Cognito answers for it."""
    issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_ExamplePo"
    claims = {"client_id": CLIENT, "iss": issuer, "sub": "s", "cognito:groups": [group]}
    claims = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    request = event("predict-function-url") | {
        "rawPath": "/tasks", "body": None, "cookies": [f"__Host-worker-session-443=eyJ.{claims}.signature"],
    }  # fmt: skip
    request["headers"] = request["headers"] | {"accept": "application/json"}
    request["requestContext"]["http"] |= {"method": "GET", "path": "/tasks"}
    return request


# name: (memory in the template, environment, event, objects, answers, a field of the answer and its value)
FUNCTIONS = {
    "register-dataset": (
        1024,
        DATASET | {
            "LABELS": ",".join(LABELS), "LABEL_MAPPING": "1=-1,2=-1,3=0,4=1,5=1", "TEXT_COLUMN": "Review Text",
            "LABEL_COLUMN": "Rating", "CATEGORY_COLUMN": "Class Name", "MAXIMUM_UPLOAD_BYTES": "1000000000",
            "STACK_NAME": "reviewloop", "CLASSIFIER_IMAGE_URI": "123456789012.dkr.ecr.us-east-1.amazonaws.com/reviewloop-classifier:1",
            "EXECUTION_ROLE_ARN": "arn:aws:iam::123456789012:role/reviewloop-ExecutionRole", "PROCESSING_INSTANCE_TYPE": "ml.m5.large",
            "MAXIMUM_INTAKE_BYTES": "17179869184",
        },
        lambda _: event("upload-put"),
        lambda: {"incoming/women clothing+reviews 2026.csv": upload()},
        {},
        ("result", "registered"),
    ),
    "explore-dataset": (
        1024,
        DATASET | {"MAXIMUM_BYTES": "1073741824"},
        lambda _: event("dataset-version-written"),
        lambda: {"datasets/reviews/versions/00000001.json": manifest(), "datasets/reviews/parts/a.jsonl": part()},
        {},
        ("outcome", "Explored"),
    ),
    "export-features": (
        1024,
        DATASET | {"PIPELINE_NAME": GROUP, "FEATURE_GROUP": "reviewloop-features", "MAXIMUM_ROWS": "1000000"},
        lambda _: event("pipeline-step-prepared"),
        lambda: {"datasets/reviews/versions/00000001.json": manifest()} | prepared(),
        {
            "DescribeProcessingJob": prepare_job(),
            "BatchGetRecord": {"Records": [], "Errors": [], "UnprocessedIdentifiers": []},
            "BatchWriteRecord": {"Errors": [], "UnprocessedEntries": []},
            "ListRecords": {"RecordIdentifiers": []},
        },
        ("outcome", "Exported"),
    ),
    "start-pipeline": (
        256,
        DATASET | {"PIPELINE_NAME": GROUP, "MODEL_PACKAGE_GROUP": GROUP} | BOUNDS,
        lambda _: event("dataset-version-written"),
        lambda: {"datasets/reviews/versions/00000001.json": manifest()},
        {
            "DescribePipeline": {"PipelineName": GROUP, "PipelineDefinition": "{}", "CreationTime": NOW},
            "ListModelPackages": {"ModelPackageSummaryList": []},
            "StartPipelineExecution": {"PipelineExecutionArn": EXECUTION},
            "DescribePipelineExecution": execution("Executing"),
        },
        ("outcome", "Running"),
    ),
    "watch-pipeline": (
        256,
        {"BUCKET": BUCKET, "PIPELINE_NAME": GROUP, "MAXIMUM_ATTEMPTS": "3"},
        lambda _: event("pipeline-execution-failed"),
        lambda: {"state/run.json": run("active")},
        {
            "DescribePipelineExecution": execution("Failed"),
            "ListPipelineExecutionSteps": {"PipelineExecutionSteps": STEPS},
            "RetryPipelineExecution": {"PipelineExecutionArn": EXECUTION},
        },
        ("outcome", "Retried"),
    ),
    "tune-model": (
        256,
        DATASET | {"STACK_NAME": "reviewloop", "PIPELINE_NAME": GROUP, "TUNING_JOBS": "20", "TUNING_PARALLEL_JOBS": "2"},
        lambda _: event("scheduled-retraining"),
        lambda: {
            "datasets/reviews/versions/00000001.json": manifest(),
            "state/run.json": trained_run(),
            "intermediate/e/train/rows.jsonl": "{}",
        },
        {
            "DescribePipeline": {"PipelineName": GROUP, "PipelineDefinition": "{}", "CreationTime": NOW},
            "ListPipelineExecutionSteps": {"PipelineExecutionSteps": [
                {"StepName": "TrainModel", "Metadata": {"TrainingJob": {"Arn": f"{SAGEMAKER}training-job/pipelines-p4exec0000aa-TrainModel-a"}}}
            ]},
            "DescribeTrainingJob": training_job("pipelines-p4exec0000aa-TrainModel-a"),
            "DescribeHyperParameterTuningJob": missing("the tuning job"),
            "CreateHyperParameterTuningJob": {"HyperParameterTuningJobArn": f"{SAGEMAKER}hyper-parameter-tuning-job/t"},
        },
        ("outcome", "Started"),
    ),
    "watch-tuning": (
        256,
        {"BUCKET": BUCKET, "STACK_NAME": "reviewloop"},
        lambda _: event("tuning-job-study-completed"),
        lambda: {
            "state/tunings/1-k7x2mq.json": study(),
            "executions/e/profile/profile.json": json.dumps(
                {"rows": {"validation": {"-1": 400, "0": 400, "1": 400}}, "superseded": 0, "uncertain_test_rows": 0}
            ),
        },
        {
            "DescribeHyperParameterTuningJob": event("tuning-job-study-completed")["detail"] | {
                "CreationTime": NOW, "LastModifiedTime": NOW, "HyperParameterTuningEndTime": NOW, "BestTrainingJob": TRIAL,
            },
            "ListTrainingJobsForHyperParameterTuningJob": {"TrainingJobSummaries": [TRIAL]},
            "DescribeTrainingJob": repeated,
        },
        ("outcome", "Ended"),
    ),
    "judge-model": (
        256,
        {
            "BUCKET": BUCKET, "MODEL_PACKAGE_GROUP": GROUP, "APPROVAL_MODE": "automatic", "MINIMUM_TEST_ROWS": "300",
            "BALANCED_ACCURACY_MARGIN": "0.10", "MINIMUM_RECALL": "0.30", "NON_INFERIORITY_MARGIN": "0.02", "BIAS_LIMITS": "", "ROLLOUT": "none",
        },
        lambda _: event("model-package-pending"),
        lambda: {"executions/a/evaluation.json": json.dumps(evaluation())},
        {
            "DescribeModelPackage": package("PendingManualApproval"),
            "ListModelPackages": packages("PendingManualApproval"),
            "UpdateModelPackage": {"ModelPackageArn": PACKAGE},
        },
        ("decision", "Approved"),
    ),
    "shift-traffic": (
        256,
        {
            "BUCKET": BUCKET, "MODEL_PACKAGE_GROUP": GROUP, "APPROVAL_MODE": "automatic", "ROLLOUT": "shadow",
            "ROLLOUT_MARGIN": "0.02", "ROLLOUT_LABELS": "5000", "ROLLOUT_REWARDS": "100000", "ROLLOUT_DAYS": "7", "ROLLOUT_BATCH": "50",
            "AUDIT_RATE": "0.02", "STACK_NAME": "reviewloop", "CLASSIFIER_IMAGE_URI": "i", "EXECUTION_ROLE_ARN": ROLE,
            "PROCESSING_INSTANCE_TYPE": "ml.m5.large", "ENDPOINT_NAME": "reviewloop", "HOSTING": "serverless:2048:5",
            "MAXIMUM_ATTEMPTS": "3",
        },
        lambda _: event("scheduled-retraining"),
        lambda: {f"labels/{_names.row_hash(f'Text {n}.')}.json": audit_label(f"Text {n}.") for n in range(50)},
        {
            "ListModelPackages": champion_and_challenger(),
            "DescribeModelPackage": package("PendingManualApproval")
            | {"CustomerMetadataProperties": {"reviewloop-verdict": "Approved", "reviewloop-verdict-uri": "s3://b/v.json"}},
            "DescribeProcessingJob": missing("requested job"),
            "CreateProcessingJob": {"ProcessingJobArn": f"{SAGEMAKER}processing-job/j"},
        },
        ("outcome", "Comparing"),
    ),
    "deploy-model": (
        256,
        DEPLOYMENT | SCALING | {"TRAFFIC_ROUTING": "all-at-once"},
        lambda _: event("model-package-approved"),
        dict,
        {
            "ListModelPackages": packages("Approved"),
            "DescribeModelPackage": package("Approved"),
            "DescribeEndpoint": missing('endpoint "reviewloop".'),
            "DescribeModel": missing("model."),
            "CreateModel": {"ModelArn": f"{SAGEMAKER}model/m"},
            "DescribeEndpointConfig": missing("endpoint configuration."),
            "CreateEndpointConfig": {"EndpointConfigArn": f"{SAGEMAKER}endpoint-config/c"},
            "CreateEndpoint": {"EndpointArn": f"{SAGEMAKER}endpoint/reviewloop"},
        },
        ("outcome", "Creating"),
    ),
    "watch-endpoint": (
        256,
        DEPLOYMENT,
        lambda _: event("endpoint-in-service"),
        lambda: {f"state/deployments/{CONFIG}.json": deployment(False)},
        {"ListModelPackages": packages("Approved"), "DescribeEndpoint": endpoint("InService")},
        ("outcome", "Confirmed"),
    ),
    "predict": (
        256,
        REVIEW | {
            "BUCKET": BUCKET, "ENDPOINT_NAME": "reviewloop", "REVIEW_THRESHOLD": "0.9", "REVIEW_RATE": "1",
            "AUDIT_RATE": "0", "TEXT_COLUMN": "Review Text", "DATA_CAPTURE": "none",
        },
        lambda _: event("predict-function-url"),
        dict,
        {"InvokeEndpoint": LINES.encode(), "StartHumanLoop": {"HumanLoopArn": f"{SAGEMAKER}human-loop/l"}},
        ("statusCode", 200),
    ),
    "record-feedback": (
        256,
        {"BUCKET": BUCKET, "LABELS": ",".join(LABELS)},
        lambda _: event("record-feedback-direct"),
        lambda: {f"inferences/{event('record-feedback-direct')['inference_id']}.json": captured()},
        {},
        ("reward", "recorded"),
    ),
    "request-labels": (
        1024,
        DATASET | REVIEW | {
            "ENDPOINT_NAME": "reviewloop", "TEXT_COLUMN": "Review Text", "LABEL_BUDGET": "2",
            "MAXIMUM_UPLOAD_BYTES": "1000000", "AUDIT_RATE": "0",
        },
        lambda _: event("upload-unlabelled"),
        lambda: {"incoming/unlabelled/reviews.csv": UNLABELLED},
        {
            "InvokeEndpoint": (DOUBTFUL * 4).encode(),
            "StartHumanLoop": {"HumanLoopArn": f"{SAGEMAKER}human-loop/l"},
        },
        ("outcome", "Chosen"),
    ),
    "collect-labels": (
        256,
        REVIEW | {"BUCKET": BUCKET, "MAXIMUM_ATTEMPTS": "3", "MAXIMUM_ANSWERS": "5"},
        lambda _: event("human-loop-completed"),
        lambda: {
            ANSWERED: json.dumps({
                "humanLoopName": LOOP["humanLoopName"], "inputContent": loop_input("It is fine."), "humanAnswers": ANSWERS,
            })
        },
        {
            "DescribeHumanLoop": {
                "CreationTime": "2026-11-14T17:37:36Z", "HumanLoopStatus": "Completed", "HumanLoopArn": LOOP["humanLoopArn"],
                "HumanLoopName": LOOP["humanLoopName"], "FlowDefinitionArn": FLOW,
                "HumanLoopOutput": {"OutputS3Uri": LOOP["humanLoopOutput"]["outputS3Uri"]},
            }
        },
        ("outcome", "Labelled"),
    ),
    "prepare-retraining": (
        256,
        DATASET | {"LABELS": ",".join(LABELS), "MINIMUM_NEW_LABELS": "20", "MAXIMUM_RETRAININGS_PER_DAY": "2"},
        lambda _: event("scheduled-retraining"),
        lambda: {"datasets/reviews/versions/00000001.json": manifest()}
        | {f"labels/{_names.row_hash(text)}.json": label(text) for text in LABELLED},
        {},
        ("outcome", "Prepared"),
    ),
    "provision-stack": (
        256,
        {},
        custom_resource,
        dict,
        {"CreateFlowDefinition": {"FlowDefinitionArn": FLOW}, "AnswerCloudFormation": b""},
        ("outcome", "Provided"),
    ),
    "reconcile": (
        256,
        DATASET | REVIEW | DEPLOYMENT | SCALING | BOUNDS | {"PIPELINE_NAME": GROUP, "STACK_NAME": "reviewloop", "DECIDE_FUNCTION": "", "ROLLOUT": "none"},
        lambda _: event("scheduled-reconcile"),
        lambda: {
            "datasets/reviews/versions/00000001.json": manifest(),
            "state/run.json": run("succeeded"),
            f"state/deployments/{CONFIG}.json": deployment(True),
            f"state/human-loops/{_names.row_hash('Open.')}.json": human_loop("Open."),
        },
        {
            "ListPipelineExecutions": {"PipelineExecutionSummaries": [execution("Succeeded")]},
            "DescribePipeline": {"PipelineName": GROUP, "PipelineDefinition": "{}", "CreationTime": NOW},
            "ListModelPackages": lambda body: {"ModelPackageSummaryList": []} if b"Pending" in body else packages("Approved"),
            "DescribeEndpoint": endpoint("InService"),
            "DescribeModelPackage": package("Rejected"),
            "ListHumanLoops": {
                "HumanLoopSummaries": [{"HumanLoopName": "l", "HumanLoopStatus": "InProgress", "FlowDefinitionArn": FLOW}]
            },
        },
        ("outcome", "Reconciled"),
    ),
    "review-portal": (
        1024,
        {
            "BUCKET": BUCKET,
            "REVIEWERS": PORTAL,
            "USER_POOL_ID": "us-east-1_ExamplePo",
            "USER_POOL_CLIENT_ID": CLIENT,
            "USER_POOL_GROUP": "reviewers",
        },
        lambda _: list_of_tasks("reviewers"),
        lambda: {f"human-review/open/{name}": "" for name in TASKS} | {f"human-review/tasks/{name}.json": task(name) for name in TASKS},
        {"GetUser": ADA},
        ("statusCode", 200),
    ),
    "decide-model": (
        1024,
        {
            "BUCKET": BUCKET, "MODEL_PACKAGE_GROUP": GROUP, "APPROVERS": "2", "USER_POOL_ID": "us-east-1_ExamplePo",
            "USER_POOL_CLIENT_ID": CLIENT, "USER_POOL_GROUP": "approvers",
        },
        lambda _: list_of_tasks("approvers"),
        lambda: {"verdicts/2/a.json": verdict()},
        {
            "GetUser": ADA,
            "ListModelPackages": packages("PendingManualApproval"),
            "DescribeModelPackage": package("PendingManualApproval") | {"CustomerMetadataProperties": {
                "reviewloop-verdict": "Approved", "reviewloop-verdict-uri": f"s3://{BUCKET}/verdicts/2/a.json",
            }},
        },
        ("statusCode", 200),
    ),
}

# AWS calls that each makes for its event (tests/clients/test_calls.py): one more is a decision. start-pipeline looks
# three times and claims and starts between; explore-dataset writes a page and each of its pictures; prepare-retraining reads 25 labels; predict reads what the audit met today and
# yesterday; reconcile reads a rejected version and lists what was not asked; request-labels reads a file of four texts, looks twice at what was asked and once for a
# dataset, and asks about two; review-portal lists the tasks of a reviewer and reads five;
# decide-model lists the versions that wait; watch-tuning looks twice, describes two trainings besides the first and looks for what each predicted; tune-model lists the rows that a study trains with, and reads its record once more; shift-traffic begins a comparison, reads 50 labels and starts its job.
CALLS = {
    "register-dataset": 15,
    "explore-dataset": 14,
    "export-features": 54,
    "start-pipeline": 22,
    "watch-pipeline": 7,
    "tune-model": 16,
    "watch-tuning": 14,
    "judge-model": 7,
    "shift-traffic": 72,
    "deploy-model": 15,
    "watch-endpoint": 9,
    "predict": 9,
    "record-feedback": 3,
    "request-labels": 23,
    "collect-labels": 7,
    "prepare-retraining": 30,
    "provision-stack": 2,
    "reconcile": 26,
    "review-portal": 10,
    "decide-model": 7,
}
