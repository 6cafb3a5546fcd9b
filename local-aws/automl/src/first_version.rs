//! CreateAutoMLJob, the first version of the operation: the same job in other members.

use local_core::tags::Tag;
use local_core::wire::AwsError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::request::{
    self, ChannelType, CompletionCriteria, CompressionType, DataSource, DataSplitConfig,
    JobObjective, Mode, OutputDataConfig, ProblemType, ProblemTypeConfig, SecurityConfig,
    TabularJobConfig,
};

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    #[serde(rename = "AutoMLJobName")]
    name: String,
    input_data_config: Vec<Channel>,
    output_data_config: OutputDataConfig,
    problem_type: Option<ProblemType>,
    #[serde(rename = "AutoMLJobObjective")]
    objective: Option<JobObjective>,
    #[serde(rename = "AutoMLJobConfig")]
    config: Option<JobConfig>,
    role_arn: String,
    generate_candidate_definitions_only: Option<bool>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Channel {
    channel_type: Option<ChannelType>,
    content_type: Option<String>,
    compression_type: Option<CompressionType>,
    data_source: DataSource,
    target_attribute_name: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct JobConfig {
    completion_criteria: Option<CompletionCriteria>,
    candidate_generation_config: Option<CandidateGenerationConfig>,
    security_config: Option<SecurityConfig>,
    data_split_config: Option<DataSplitConfig>,
    mode: Option<Mode>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CandidateGenerationConfig {
    feature_specification_s3_uri: Option<String>,
}

impl TryFrom<CreateRequest> for request::CreateRequest {
    type Error = AwsError;

    fn try_from(first: CreateRequest) -> Result<Self, AwsError> {
        let mut targets = first.input_data_config.iter();
        let mut targets = targets
            .by_ref()
            .map(|channel| &channel.target_attribute_name);
        let target = targets.next().cloned().unwrap_or_default();
        if let Some(other) = targets.find(|other| **other != target) {
            return Err(AwsError::validation(format!(
                "The channels have different values of TargetAttributeName: {target} and {other}"
            )));
        }
        let config = first.config.unwrap_or_default();
        let generation = config.candidate_generation_config;
        let tabular = TabularJobConfig {
            completion_criteria: config.completion_criteria,
            feature_specification_s3_uri: generation
                .and_then(|generation| generation.feature_specification_s3_uri),
            mode: config.mode,
            generate_candidate_definitions_only: first.generate_candidate_definitions_only,
            problem_type: first.problem_type,
            target_attribute_name: target,
        };
        let channels = first.input_data_config.into_iter();
        let channels = channels.map(|channel| request::Channel {
            channel_type: channel.channel_type,
            content_type: channel.content_type,
            compression_type: channel.compression_type,
            data_source: channel.data_source,
        });
        Ok(Self {
            name: first.name,
            channels: channels.collect(),
            output_data_config: first.output_data_config,
            problem: ProblemTypeConfig {
                tabular_job_config: Some(tabular),
                text_classification_job_config: None,
            },
            role_arn: first.role_arn,
            tags: first.tags,
            security_config: config.security_config,
            objective: first.objective,
            data_split_config: config.data_split_config,
        })
    }
}

/// The request's members in DescribeAutoMLJob.
pub fn described(request: &request::CreateRequest) -> Value {
    let channels = request.channels.iter().map(|channel| Channel {
        channel_type: channel.channel_type,
        content_type: channel.content_type.clone(),
        compression_type: channel.compression_type,
        data_source: channel.data_source.clone(),
        target_attribute_name: request.target().to_owned(),
    });
    let tabular = request.problem.tabular_job_config.as_ref();
    let config = JobConfig {
        completion_criteria: tabular.and_then(|tabular| tabular.completion_criteria),
        candidate_generation_config: request.feature_specification().map(|uri| {
            CandidateGenerationConfig {
                feature_specification_s3_uri: Some(uri.to_owned()),
            }
        }),
        security_config: request.security_config,
        data_split_config: request.data_split_config,
        mode: tabular.and_then(|tabular| tabular.mode),
    };
    json!({
        "InputDataConfig": channels.collect::<Vec<_>>(),
        "ProblemType": request.problem_type(),
        "AutoMLJobConfig": config,
        "GenerateCandidateDefinitionsOnly": request.generates_definitions_only(),
    })
}
