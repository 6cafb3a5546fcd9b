//! The members of CreateAutoMLJobV2 that are honoured. What CreateAutoMLJob asks for is kept as these, too.

use local_containers::inputs::S3DataType;
use local_core::tags::Tag;
use serde::{Deserialize, Serialize};

use super::metrics::Objective;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    #[serde(rename = "AutoMLJobName")]
    pub name: String,
    #[serde(rename = "AutoMLJobInputDataConfig")]
    pub channels: Vec<Channel>,
    pub output_data_config: OutputDataConfig,
    #[serde(rename = "AutoMLProblemTypeConfig")]
    pub problem: ProblemTypeConfig,
    pub role_arn: String,
    #[serde(default)]
    pub tags: Vec<Tag>,
    pub security_config: Option<SecurityConfig>,
    #[serde(rename = "AutoMLJobObjective")]
    pub objective: Option<JobObjective>,
    pub data_split_config: Option<DataSplitConfig>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Channel {
    pub channel_type: Option<ChannelType>,
    pub content_type: Option<String>,
    pub compression_type: Option<CompressionType>,
    pub data_source: DataSource,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChannelType {
    #[default]
    Training,
    Validation,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum CompressionType {
    None,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DataSource {
    pub s3_data_source: S3DataSource,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct S3DataSource {
    pub s3_data_type: S3DataType,
    pub s3_uri: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OutputDataConfig {
    pub s3_output_path: String,
}

/// One of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ProblemTypeConfig {
    pub tabular_job_config: Option<TabularJobConfig>,
    pub text_classification_job_config: Option<TextClassificationJobConfig>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TabularJobConfig {
    pub completion_criteria: Option<CompletionCriteria>,
    pub feature_specification_s3_uri: Option<String>,
    pub mode: Option<Mode>,
    pub generate_candidate_definitions_only: Option<bool>,
    pub problem_type: Option<ProblemType>,
    pub target_attribute_name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TextClassificationJobConfig {
    pub completion_criteria: Option<CompletionCriteria>,
    pub content_column: String,
    pub target_label_column: String,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CompletionCriteria {
    pub max_candidates: Option<u32>,
    pub max_runtime_per_training_job_in_seconds: Option<u64>,
    #[serde(rename = "MaxAutoMLJobRuntimeInSeconds")]
    pub max_runtime_in_seconds: Option<u32>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    #[default]
    #[serde(rename = "AUTO")]
    Auto,
    #[serde(rename = "ENSEMBLING")]
    Ensembling,
    #[serde(rename = "HYPERPARAMETER_TUNING")]
    HyperparameterTuning,
}

/// Regression is not read: the programs classify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProblemType {
    BinaryClassification,
    MulticlassClassification,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct JobObjective {
    pub metric_name: Objective,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DataSplitConfig {
    pub validation_fraction: Option<f64>,
}

/// The official SDK sends it with every job.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SecurityConfig {
    pub enable_inter_container_traffic_encryption: Option<bool>,
}

impl CreateRequest {
    pub fn channel(&self, kind: ChannelType) -> Option<&Channel> {
        let mut channels = self.channels.iter();
        channels.find(|channel| channel.kind() == kind)
    }

    pub fn target(&self) -> &str {
        let problem = &self.problem;
        let tabular = problem.tabular_job_config.as_ref();
        let text = problem.text_classification_job_config.as_ref();
        let target = tabular.map(|config| &config.target_attribute_name);
        let target = target.or(text.map(|config| &config.target_label_column));
        // Checked when the job was created.
        target.map_or("", String::as_str)
    }

    /// The one column that is a feature, where texts are classified.
    pub fn content_column(&self) -> Option<&str> {
        let text = self.problem.text_classification_job_config.as_ref();
        text.map(|config| config.content_column.as_str())
    }

    /// The file that says which columns are features.
    pub fn feature_specification(&self) -> Option<&str> {
        let tabular = self.problem.tabular_job_config.as_ref()?;
        tabular.feature_specification_s3_uri.as_deref()
    }

    /// What the candidates are chosen by, where the data need not be asked.
    pub fn objective(&self) -> Option<Objective> {
        let asked = self.objective.map(|asked| asked.metric_name);
        asked.or(self.content_column().map(|_| Objective::OF_TEXTS))
    }

    pub fn problem_type(&self) -> Option<ProblemType> {
        self.problem.tabular_job_config.as_ref()?.problem_type
    }

    pub fn mode(&self) -> Mode {
        let tabular = self.problem.tabular_job_config.as_ref();
        tabular.and_then(|config| config.mode).unwrap_or_default()
    }

    pub fn completion_criteria(&self) -> CompletionCriteria {
        let problem = &self.problem;
        let tabular = problem.tabular_job_config.as_ref();
        let text = problem.text_classification_job_config.as_ref();
        let criteria = tabular.and_then(|config| config.completion_criteria);
        criteria
            .or(text.and_then(|config| config.completion_criteria))
            .unwrap_or_default()
    }

    pub fn validation_fraction(&self) -> Option<f64> {
        self.data_split_config?.validation_fraction
    }

    pub fn generates_definitions_only(&self) -> bool {
        let tabular = self.problem.tabular_job_config.as_ref();
        tabular.is_some_and(|config| config.generate_candidate_definitions_only == Some(true))
    }
}

impl Channel {
    pub fn kind(&self) -> ChannelType {
        self.channel_type.unwrap_or_default()
    }
}
