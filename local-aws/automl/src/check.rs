//! What AWS refuses of a request beyond the limits of its model, and what is not honoured here.

use local_core::wire::AwsError;

use super::metrics::Objective;
use super::request::{Channel, ChannelType, CreateRequest, ProblemType};

/// Without them a file tells by itself what it is.
const CONTENT_TYPES: [&str; 2] = [
    "text/csv;header=present",
    "x-application/vnd.amazon+parquet",
];

pub fn check(request: &CreateRequest) -> Result<(), AwsError> {
    let problem = &request.problem;
    let is_tabular = problem.tabular_job_config.is_some();
    if is_tabular == problem.text_classification_job_config.is_some() {
        return Err(AwsError::validation(
            "AutoMLProblemTypeConfig has either TabularJobConfig or TextClassificationJobConfig",
        ));
    }
    for kind in [ChannelType::Training, ChannelType::Validation] {
        let of_kind = |channel: &&Channel| channel.kind() == kind;
        let channels = request.channels.iter().filter(of_kind).count();
        if channels > 1 || channels == 0 && kind == ChannelType::Training {
            return Err(AwsError::validation(format!(
                "The input data have {channels} channels of the ChannelType {kind:?}; there are one for training and at most one for validation"
            )));
        }
    }
    for channel in &request.channels {
        content_type(channel)?;
    }
    if is_tabular {
        of_problem(request.objective(), request.problem_type())?;
    } else if let Some(other) = request.objective().filter(|it| *it != Objective::OF_TEXTS) {
        return Err(AwsError::validation(format!(
            "The objective of a TextClassificationJobConfig is {}, and not {}",
            Objective::OF_TEXTS.name(),
            other.name()
        )));
    }
    let fraction = request.validation_fraction();
    if fraction.is_some_and(|fraction| !(fraction > 0.0 && fraction < 1.0)) {
        return Err(AwsError::validation(
            "ValidationFraction must be above 0 and below 1",
        ));
    }
    if fraction.is_some() && request.channel(ChannelType::Validation).is_some() {
        return Err(AwsError::unsupported(
            "local-aws does not honour ValidationFraction beside a channel of the ChannelType Validation",
        ));
    }
    let security = request.security_config;
    if security.and_then(|security| security.enable_inter_container_traffic_encryption)
        == Some(true)
    {
        return Err(AwsError::unsupported(
            "local-aws does not honour the parameter EnableInterContainerTrafficEncryption of AutoML jobs",
        ));
    }
    Ok(())
}

fn content_type(channel: &Channel) -> Result<(), AwsError> {
    let Some(given) = &channel.content_type else {
        return Ok(());
    };
    let plain = given.replace(' ', "").to_ascii_lowercase();
    if CONTENT_TYPES.contains(&plain.as_str()) {
        return Ok(());
    }
    Err(AwsError::unsupported(format!(
        "local-aws does not honour the ContentType {given:?} of an AutoML job's channel: it has {}",
        CONTENT_TYPES.join(" and ")
    )))
}

/// Sources: the API reference, "CreateAutoMLJobV2", of `AutoMLJobObjective`; the developer guide, "Autopilot metrics".
fn of_problem(
    objective: Option<Objective>,
    problem_type: Option<ProblemType>,
) -> Result<(), AwsError> {
    match (objective, problem_type) {
        (None, None) => Ok(()),
        (Some(Objective::F1), Some(ProblemType::MulticlassClassification))
        | (Some(Objective::F1Macro), Some(ProblemType::BinaryClassification)) => {
            Err(AwsError::validation(
                "The objective F1 is for BinaryClassification, and F1macro for MulticlassClassification",
            ))
        }
        (Some(Objective::F1), Some(_)) => Err(AwsError::unsupported(
            "local-aws does not honour the objective F1: the F1 of one class is not read from the trainings; F1macro is, \
             by which the candidates of two classes are chosen without an objective",
        )),
        (Some(_), Some(_)) => Ok(()),
        _ => Err(AwsError::validation(
            "Either both of AutoMLJobObjective and ProblemType are given or none",
        )),
    }
}

pub fn no_image() -> AwsError {
    AwsError::unsupported(
        "local-aws has AutoML jobs where its settings name the image of their programs (automl_image), and these do not",
    )
}
