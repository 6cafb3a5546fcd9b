//! The jobs of an AutoML job: their names, what they read and write in S3, and their requests.

use local_core::ACCOUNT;
use local_core::Cloud;
use local_sagemaker::jobs::{JobKind, Processing, Training};
use serde_json::{Value, json};

use super::job::AutoMlJob;
use super::metrics::Objective;
use super::request::{Channel, ChannelType};
use super::{metrics, plan};

/// The type of the instances of all its jobs.
pub const INSTANCE_TYPE: &str = "ml.m5.4xlarge";

/// AWS's longest processing job.
const LONGEST: u64 = 5 * 24 * 3600;

/// One job of SageMaker's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Analyze,
    Features,
    /// Counts from 1.
    Candidate(usize),
    /// Of that candidate.
    Explain(usize),
}

/// The names and the S3 locations of an AutoML job's jobs.
pub struct Steps<'a> {
    job: &'a AutoMlJob,
    image: String,
}

impl<'a> Steps<'a> {
    /// `None` where the settings name no image.
    pub fn of(cloud: &Cloud, region: &str, job: &'a AutoMlJob) -> Option<Self> {
        let name = cloud.settings.automl_image.as_ref()?;
        let image = format!("{ACCOUNT}.dkr.ecr.{region}.amazonaws.com/{name}:local");
        Some(Self { job, image })
    }

    pub fn image(&self) -> &str {
        &self.image
    }

    pub fn training(&self, number: usize) -> <Training as JobKind>::Request {
        let job = self.job;
        let criteria = job.request.completion_criteria();
        let mut hyperparameters = json!({ "text_column": "text", "label_column": "label" });
        for (name, value) in plan::candidates(&job.request)[number - 1] {
            hyperparameters[name] = (*value).into();
        }
        let rows = job.rows();
        let channel = |name: &str| {
            json!({
                "ChannelName": name,
                "ContentType": "application/jsonlines",
                "DataSource": { "S3DataSource": {
                    "S3DataType": "S3Prefix", "S3Uri": format!("{rows}/{name}/"),
                } },
            })
        };
        let limit = criteria.max_runtime_per_training_job_in_seconds;
        let request = json!({
            "TrainingJobName": job.step_name(Step::Candidate(number)),
            "HyperParameters": hyperparameters,
            "AlgorithmSpecification": {
                "TrainingImage": self.image,
                "TrainingInputMode": "File",
                "MetricDefinitions": metrics::definitions(),
            },
            "RoleArn": job.request.role_arn,
            "InputDataConfig": [channel("train"), channel("validation")],
            "OutputDataConfig": { "S3OutputPath": job.models() },
            "ResourceConfig": { "InstanceType": INSTANCE_TYPE, "InstanceCount": 1, "VolumeSizeInGB": 50 },
            "StoppingCondition": limit.map(|seconds| json!({ "MaxRuntimeInSeconds": seconds })).unwrap_or(json!({})),
        });
        serde_json::from_value(request).expect("these are members of CreateTrainingJob")
    }

    pub fn analyze(&self) -> <Processing as JobKind>::Request {
        let request = &self.job.request;
        // A name with its value: the value may begin as a name does.
        let mut arguments = vec![format!("--target={}", request.target())];
        let mut argument = |name: &str, value: Option<String>| {
            arguments.extend(value.map(|value| format!("--{name}={value}")));
        };
        let problem_type = request.problem_type().map(|kind| format!("{kind:?}"));
        argument("problem-type", problem_type);
        let objective = request.objective().map(Objective::name);
        argument("objective", objective.map(str::to_owned));
        let content = request.content_column().map(|column| json!([column]));
        let chosen = self.job.features.as_ref().map(|names| json!(names));
        let features = content.or(chosen);
        argument("features", features.map(|names| names.to_string()));
        let fraction = request.validation_fraction();
        argument(
            "validation-fraction",
            fraction.map(|fraction| fraction.to_string()),
        );
        let input = |kind: ChannelType, folder: &str| {
            let of = |channel: &Channel| {
                let source = &channel.data_source.s3_data_source;
                input(folder, &source.s3_uri, json!(source.s3_data_type))
            };
            request.channel(kind).map(of)
        };
        let inputs = [
            input(ChannelType::Training, "data"),
            input(ChannelType::Validation, "validation"),
        ];
        let job = self.job;
        let outputs = [
            output("split", &job.split()),
            output("analysis", &job.analysis()),
            output("notebooks", &job.notebooks()),
        ];
        let inputs = inputs.into_iter().flatten().collect();
        self.processing(
            Step::Analyze,
            ("analyze", arguments),
            inputs,
            outputs.into(),
        )
    }

    pub fn features(&self) -> <Processing as JobKind>::Request {
        let job = self.job;
        let inputs = [
            prefix("split", &job.split()),
            prefix("analysis", &job.analysis()),
        ];
        let outputs = [
            output("features", &job.features()),
            output("rows", &job.rows()),
        ];
        self.processing(
            Step::Features,
            ("features", Vec::new()),
            inputs.into(),
            outputs.into(),
        )
    }

    pub fn explain(&self, candidate: usize) -> <Processing as JobKind>::Request {
        let job = self.job;
        let name = job.step_name(Step::Candidate(candidate));
        let validation = format!("{}/validation", job.split());
        let model = format!("{}/{name}/output", job.models());
        let inputs = [
            prefix("features", &job.features()),
            prefix("model", &model),
            prefix("validation", &validation),
        ];
        let outputs = [
            output("explainability", &job.explainability(&name)),
            output("insights", &job.insights(&name)),
        ];
        let step = Step::Explain(candidate);
        self.processing(step, ("explain", Vec::new()), inputs.into(), outputs.into())
    }

    fn processing(
        &self,
        step: Step,
        (command, arguments): (&str, Vec<String>),
        inputs: Vec<Value>,
        outputs: Vec<Value>,
    ) -> <Processing as JobKind>::Request {
        let request = json!({
            "ProcessingJobName": self.job.step_name(step),
            "ProcessingInputs": inputs,
            "ProcessingOutputConfig": { "Outputs": outputs },
            "ProcessingResources": { "ClusterConfig": {
                "InstanceType": INSTANCE_TYPE, "InstanceCount": 1, "VolumeSizeInGB": 50,
            } },
            "StoppingCondition": { "MaxRuntimeInSeconds": LONGEST },
            "AppSpecification": {
                "ImageUri": self.image,
                "ContainerEntrypoint": ["classifier", "automl", command],
                "ContainerArguments": arguments,
            },
            "RoleArn": self.job.request.role_arn,
        });
        serde_json::from_value(request).expect("these are members of CreateProcessingJob")
    }
}

fn prefix(folder: &str, uri: &str) -> Value {
    input(folder, &format!("{uri}/"), json!("S3Prefix"))
}

fn input(folder: &str, uri: &str, data_type: Value) -> Value {
    json!({
        "InputName": folder,
        "S3Input": {
            "S3Uri": uri,
            "LocalPath": format!("/opt/ml/processing/input/{folder}"),
            "S3DataType": data_type,
            "S3InputMode": "File",
        },
    })
}

fn output(folder: &str, uri: &str) -> Value {
    json!({
        "OutputName": folder,
        "S3Output": {
            "S3Uri": uri,
            "LocalPath": format!("/opt/ml/processing/output/{folder}"),
            "S3UploadMode": "EndOfJob",
        },
    })
}

/// Below `S3OutputPath`, in folders as Autopilot's are called.
impl AutoMlJob {
    pub fn step_name(&self, step: Step) -> String {
        let (name, signs) = (self.name(), &self.signs);
        match step {
            Step::Analyze => format!("{name}-analyze-{signs}"),
            Step::Features => format!("{name}-features-{signs}"),
            Step::Candidate(number) => format!("{name}-{number:03}-{signs}"),
            Step::Explain(candidate) => format!("{name}-explain-{candidate:03}-{signs}"),
        }
    }

    fn folder(&self) -> String {
        let path = self
            .request
            .output_data_config
            .s3_output_path
            .trim_end_matches('/');
        format!("{path}/{}", self.name())
    }

    fn split(&self) -> String {
        let analyze = self.step_name(Step::Analyze);
        format!("{}/preprocessed-data/{analyze}", self.folder())
    }

    pub fn analysis(&self) -> String {
        let analyze = self.step_name(Step::Analyze);
        format!(
            "{}/sagemaker-automl-candidates/{analyze}/analysis",
            self.folder()
        )
    }

    pub fn notebooks(&self) -> String {
        let analyze = self.step_name(Step::Analyze);
        format!(
            "{}/sagemaker-automl-candidates/{analyze}/notebooks",
            self.folder()
        )
    }

    /// Where the archive of what makes features lies.
    pub fn features(&self) -> String {
        let features = self.step_name(Step::Features);
        format!("{}/data-processor-models/{features}/output", self.folder())
    }

    fn rows(&self) -> String {
        let features = self.step_name(Step::Features);
        format!("{}/transformed-data/{features}", self.folder())
    }

    fn models(&self) -> String {
        format!("{}/tuning", self.folder())
    }

    pub fn explainability(&self, candidate: &str) -> String {
        format!(
            "{}/documentation/explainability/output/{candidate}",
            self.folder()
        )
    }

    pub fn insights(&self, candidate: &str) -> String {
        format!(
            "{}/documentation/model_monitor/output/{candidate}",
            self.folder()
        )
    }
}
