//! The members of CreateHyperParameterTuningJob that are honoured.

use local_core::tags::Tag;
use serde::{Deserialize, Serialize};

use super::definition::TrainingJobDefinition;
use super::ranges::ParameterRanges;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    pub hyper_parameter_tuning_job_name: String,
    pub hyper_parameter_tuning_job_config: TuningJobConfig,
    pub training_job_definition: TrainingJobDefinition,
    pub warm_start_config: Option<WarmStartConfig>,
    #[serde(default)]
    pub tags: Vec<Tag>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TuningJobConfig {
    pub strategy: Strategy,
    pub strategy_config: Option<StrategyConfig>,
    pub hyper_parameter_tuning_job_objective: Objective,
    pub resource_limits: ResourceLimits,
    #[serde(default)]
    pub parameter_ranges: ParameterRanges,
    #[serde(default)]
    pub training_job_early_stopping_type: EarlyStoppingType,
    pub tuning_job_completion_criteria: Option<CompletionCriteria>,
    pub random_seed: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Strategy {
    Bayesian,
    Random,
    Hyperband,
    Grid,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct StrategyConfig {
    pub hyperband_strategy_config: Option<HyperbandStrategyConfig>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct HyperbandStrategyConfig {
    pub min_resource: Option<u32>,
    pub max_resource: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Objective {
    #[serde(rename = "Type")]
    pub direction: Direction,
    pub metric_name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    Maximize,
    Minimize,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ResourceLimits {
    pub max_number_of_training_jobs: Option<u32>,
    pub max_parallel_training_jobs: u32,
    pub max_runtime_in_seconds: Option<u32>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EarlyStoppingType {
    #[default]
    Off,
    Auto,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CompletionCriteria {
    pub target_objective_metric_value: Option<f64>,
    pub best_objective_not_improving: Option<BestObjectiveNotImproving>,
    pub convergence_detected: Option<ConvergenceDetected>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct BestObjectiveNotImproving {
    pub max_number_of_training_jobs_not_improving: Option<u32>,
}

/// AWS's algorithm that detects convergence is not published: only `Disabled` is read.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ConvergenceDetected {
    complete_on_convergence: Option<CompleteOnConvergence>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum CompleteOnConvergence {
    Disabled,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct WarmStartConfig {
    pub parent_hyper_parameter_tuning_jobs: Vec<Parent>,
    pub warm_start_type: WarmStartType,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Parent {
    pub hyper_parameter_tuning_job_name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WarmStartType {
    IdenticalDataAndAlgorithm,
    TransferLearning,
}

impl CreateRequest {
    pub fn name(&self) -> &str {
        &self.hyper_parameter_tuning_job_name
    }

    pub fn objective(&self) -> &Objective {
        &self
            .hyper_parameter_tuning_job_config
            .hyper_parameter_tuning_job_objective
    }

    pub fn limits(&self) -> ResourceLimits {
        self.hyper_parameter_tuning_job_config.resource_limits
    }
}

impl Objective {
    pub fn direction(&self) -> tuning::Direction {
        match self.direction {
            Direction::Maximize => tuning::Direction::Maximize,
            Direction::Minimize => tuning::Direction::Minimize,
        }
    }
}
