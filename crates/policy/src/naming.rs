//! Names by content: a name derives from everything that makes the thing what it is, so that
//! creating twice finds the first.

use std::collections::BTreeMap;

use contracts::dataset::{Mapping, Part};
use contracts::names;

use crate::content_name::{self, content_name};
use crate::text::TextColumns;

/// A part is named by its rows: the hash of their serialised lines.
pub fn part(lines_sha256: &[u8]) -> String {
    content_name(&[b"part", lines_sha256])
}

pub fn dataset_version(
    dataset: &str,
    parts: &[Part],
    mapping: &Mapping,
    labels: &[String],
    prepare_version: u32,
) -> String {
    let mut pieces: Vec<Vec<u8>> = vec![b"version".into(), dataset.into()];
    pieces.push(prepare_version.to_le_bytes().into());
    pieces.push(labels.join("\n").into());
    // A single text column gives the same piece as in releases that allowed only one.
    let text_columns = TextColumns::of(mapping);
    let names: Vec<&str> = text_columns.names().collect();
    pieces.push(names.join("\n").into());
    pieces.push(mapping.label_column.clone().into());
    pieces.push(mapping.category_column.clone().unwrap_or_default().into());
    pieces.extend(
        mapping
            .labels
            .iter()
            .map(|(from, to)| format!("{from}\n{to}").into()),
    );
    pieces.extend(parts.iter().map(|part| part.id.clone().into()));
    content_name(&pieces.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// The job that scores a batch of a rollout: 63 characters at most, of which a stack's name takes up to 35.
pub fn rollout_job(stack: &str, rollout: &str, batch: u32, attempt: u32) -> String {
    let name = content_name(&[b"rollout", rollout.as_bytes(), &batch.to_le_bytes()]);
    let name: String = name.chars().take(14).collect();
    format!("{}{name}-{attempt}", names::rollout_prefix(stack))
}

/// A study: the version's number, and a hash of all that makes the search what it is. SageMaker allows a tuning job's
/// name 32 characters, and few studies are ever of one version: 30 bits tell them apart.
pub fn study(version: u32, pieces: &[&str]) -> String {
    let mut all: Vec<&[u8]> = vec![b"study"];
    all.extend(pieces.iter().map(|piece| piece.as_bytes()));
    let hash: String = content_name(&all).chars().take(6).collect();
    format!("{version}-{hash}")
}

/// Its tuning job; an error where the stack's name is too long for one.
pub fn tuning_job(stack: &str, study: &str) -> Result<String, String> {
    let name = format!("{}{study}", names::tuning_prefix(stack));
    if name.len() > MOST_OF_TUNING_JOB {
        return Err(format!(
            "the tuning job would be called {name}, and SageMaker allows {MOST_OF_TUNING_JOB} characters: tune a stack \
             of a shorter name"
        ));
    }
    Ok(name)
}

/// The API reference, `HyperParameterTuningJobName`.
const MOST_OF_TUNING_JOB: usize = 32;

/// A training of the winner or of the present settings with another seed, by its attempt.
pub fn repeat_job(stack: &str, study: &str, settings: &str, seed: u64, attempt: u32) -> String {
    let attempt = match attempt {
        1 => String::new(),
        later => format!("-{later}"),
    };
    let prefix = names::repeat_prefix(stack);
    format!("{prefix}{study}-{settings}-{seed}{attempt}")
}

/// StartPipelineExecution's ClientRequestToken (32 to 128 characters).
pub fn execution_token(
    version_id: &str,
    definition_hash: &str,
    attempt: u32,
    parameters: &BTreeMap<String, String>,
) -> String {
    let parameters: Vec<_> = parameters.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let name = content_name(&[
        b"execution",
        version_id.as_bytes(),
        definition_hash.as_bytes(),
        &attempt.to_le_bytes(),
        parameters.join("\n").as_bytes(),
    ]);
    format!("reviewloop-execution-{name}")
}

/// RetryPipelineExecution has a token of its own.
pub fn retry_token(execution_arn: &str, retry: u32) -> String {
    let name = content_name(&[b"retry", execution_arn.as_bytes(), &retry.to_le_bytes()]);
    format!("reviewloop-execution-{name}")
}

/// StopPipelineExecution has one, too: stopping twice is stopping once.
pub fn stop_token(execution_arn: &str) -> String {
    let name = content_name(&[b"stop", execution_arn.as_bytes()]);
    format!("reviewloop-execution-{name}")
}

/// With the time of the pipeline's creation: the token of an execution says which pipeline it is of.
pub fn definition_hash(definition: &str, created: i64) -> String {
    content_name(&[b"definition", definition.as_bytes(), &created.to_le_bytes()])
}

/// Model and endpoint config share one name: H(package, everything the config says).
pub fn endpoint_config(prefix: &str, model_package_arn: &str, settings: &[&str]) -> String {
    let mut pieces: Vec<&[u8]> = vec![b"endpoint-config", model_package_arn.as_bytes()];
    pieces.extend(settings.iter().map(|setting| setting.as_bytes()));
    format!(
        "{}{}",
        endpoint_config_prefix(prefix),
        content_name(&pieces)
    )
}

/// How the names of the endpoint's models and configs begin.
pub fn endpoint_config_prefix(endpoint_name: &str) -> String {
    // 63 characters at most, 27 of them ours.
    let prefix: String = endpoint_name.chars().take(36).collect();
    format!("{prefix}-")
}

/// A flow definition is named by its content: nothing of it can be changed. 60 bits tell the few that a
/// stack ever has.
pub fn flow_definition(prefix: &str, content: &[&str]) -> String {
    let mut pieces: Vec<&[u8]> = vec![b"flow-definition"];
    pieces.extend(content.iter().map(|piece| piece.as_bytes()));
    let hash: String = content_name(&pieces).chars().take(12).collect();
    format!("{}-{hash}", flow_definition_beginning(prefix))
}

/// 63 characters at most, 13 of them ours.
fn flow_definition_beginning(prefix: &str) -> String {
    prefix.chars().take(50).collect()
}

/// Who is asked, as the environment says it: nobody, where it is empty.
pub fn reviewers(name: &str) -> Result<Option<String>, String> {
    let is_known = matches!(names::review_portal_stack(name), Some(stack) if !stack.is_empty())
        || name.starts_with("arn:") && name.contains(":flow-definition/");
    if name.is_empty() || is_known {
        return Ok(Some(name.to_owned()).filter(|name| !name.is_empty()));
    }
    Err(format!(
        "{name:?} is neither a flow definition's ARN nor {}",
        names::review_portal("STACK")
    ))
}

/// Whether two names of reviewers are one stack's: flow definitions that differ in nothing but their content, or
/// one and the review portal. So are those before an update of the stack and after it.
pub fn same_reviewers(one: &str, other: &str) -> bool {
    let portals = [one, other].map(names::review_portal_stack);
    match portals {
        [None, None] => {
            let without_hash = |name| flow_definition_without_hash(name);
            without_hash(one).is_some() && without_hash(one) == without_hash(other)
        }
        [Some(stack), None] => is_flow_definition_of(stack, other),
        [None, Some(stack)] => is_flow_definition_of(stack, one),
        [Some(one), Some(other)] => one == other,
    }
}

fn flow_definition_without_hash(flow_definition_arn: &str) -> Option<&str> {
    Some(flow_definition_arn.rsplit_once('-')?.0)
}

fn is_flow_definition_of(stack: &str, flow_definition_arn: &str) -> bool {
    let prefix = flow_definition_beginning(&names::flow_definition_prefix(stack));
    let arn = flow_definition_without_hash(flow_definition_arn);
    arn.and_then(|arn| arn.rsplit_once(":flow-definition/"))
        .is_some_and(|(_, name)| name == prefix)
}

/// A person who answers: the same for every answer, and no name.
pub fn worker(issuer: &str, sub: &str) -> String {
    content_name(&[b"worker", issuer.as_bytes(), sub.as_bytes()])
}

/// The text's hash, then H(who is asked, attempt): an expired loop is asked again under a new
/// name, and a loop's name tells its text.
pub fn human_loop(text_hash: &str, reviewers: &str, attempt: u32) -> String {
    let asked = content_name(&[b"human-loop", reviewers.as_bytes(), &attempt.to_le_bytes()]);
    format!("{text_hash}-{asked}")
}

/// Whether a name may be a human loop's.
pub fn is_human_loop(name: &str) -> bool {
    let is_name = |part: &str| content_name::parse(part).is_some();
    name.split_once('-')
        .is_some_and(|(text_hash, asked)| is_name(text_hash) && is_name(asked))
}

/// The text hash in a human loop's name.
pub fn human_loop_text_hash(human_loop: &str) -> Option<&str> {
    human_loop.split_once('-').map(|(text_hash, _)| text_hash)
}

/// The receipt of one upload: its key, its content's tag and S3's `LastModified` in seconds. The
/// same file uploaded again is another upload; within one second it is the same.
pub fn receipt(source_key: &str, etag: &str, uploaded_at: i64) -> String {
    content_name(&[
        b"receipt",
        source_key.as_bytes(),
        etag.trim_matches('"').as_bytes(),
        &uploaded_at.to_le_bytes(),
    ])
}

/// The receipt's name in releases that did not record upload times.
pub fn receipt_without_time(source_key: &str, etag: &str) -> String {
    content_name(&[
        b"receipt",
        source_key.as_bytes(),
        etag.trim_matches('"').as_bytes(),
    ])
}

/// One part of human labels: the dataset version it adds to, and the labels it carries.
pub fn human_labels(newest_version_id: &str, text_hashes: &[String]) -> String {
    content_name(&[
        b"human-labels",
        newest_version_id.as_bytes(),
        text_hashes.join("\n").as_bytes(),
    ])
}

pub fn verdict(evidence: &[u8], checks: &[u8]) -> String {
    content_name(&[b"verdict", evidence, checks])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_26_lower_case_characters_and_frozen() {
        let name = content_name(&[b"a", b"b"]);
        assert_eq!(name.len(), 26);
        assert_eq!(name, "z5vlme7dsqrzd6eo22mfk7qwqa");
    }

    #[test]
    fn pieces_do_not_run_together() {
        assert_ne!(content_name(&[b"ab", b"c"]), content_name(&[b"a", b"bc"]));
    }

    #[test]
    fn a_version_of_one_text_column_has_the_name_it_always_had() {
        let part = Part {
            id: "p".into(),
            rows: 1,
            quarantined: 0,
            source_key: String::new(),
            schema: None,
            source_etag: String::new(),
            uploaded_at: String::new(),
            labels: Vec::new(),
        };
        let name = |context_columns: &[&str]| {
            let mapping = Mapping {
                text_column: "Review Text".into(),
                context_columns: context_columns.iter().map(|name| (*name).into()).collect(),
                label_column: "Rating".into(),
                category_column: None,
                labels: [("1".into(), "-1".into())].into(),
            };
            let labels = ["-1".to_owned(), "1".to_owned()];
            dataset_version("reviews", std::slice::from_ref(&part), &mapping, &labels, 1)
        };
        // Also computed with Python's hashlib from the pieces.
        assert_eq!(name(&[]), "o726zpee6dlnors5mplkgd6uwi");
        assert_eq!(name(&["Title"]), "fpnlcrptg5tvbolt6bjehdxoay");
    }

    #[test]
    fn an_endpoint_config_name_fits_63_characters() {
        let name = endpoint_config(&"x".repeat(80), "arn", &["serverless", "2048"]);
        assert_eq!(name.len(), 63);
        assert_ne!(
            name,
            endpoint_config(&"x".repeat(80), "arn", &["serverless", "4096"])
        );
    }

    #[test]
    fn a_flow_definition_is_known_by_its_prefix_and_another_content_is_another_one() {
        let one = flow_definition("reviewloop-review", &["title", "team"]);
        let other = flow_definition("reviewloop-review", &["titlet", "eam"]);
        assert_ne!(one, other);
        assert!(same_reviewers(&one, &other));
        let stranger = flow_definition("reviewloop2-review", &["title", "team"]);
        assert!(!same_reviewers(&one, &stranger));
        assert!(!same_reviewers("", ""));
        assert_eq!(flow_definition(&"x".repeat(80), &[]).len(), 63);
    }

    #[test]
    fn a_portal_and_a_flow_definition_are_of_one_stack_or_of_two() {
        for stack in ["reviewloop", &"long".repeat(25)] {
            let name = flow_definition(&names::flow_definition_prefix(stack), &["t"]);
            let arn = format!("arn:aws:sagemaker:us-east-1:123456789012:flow-definition/{name}");
            let portal = names::review_portal(stack);
            assert!(same_reviewers(&arn, &portal) && same_reviewers(&portal, &arn));
            assert!(same_reviewers(&portal, &portal));
            let another = names::review_portal("another");
            assert!(!same_reviewers(&arn, &another) && !same_reviewers(&another, &portal));
        }
    }

    #[test]
    fn who_is_asked_is_a_flow_definition_a_portal_or_nobody() {
        let flow = "arn:aws-cn:sagemaker:r:1:flow-definition/f-review-a";
        for name in [flow, "review-portal/reviewloop"] {
            assert_eq!(reviewers(name), Ok(Some(name.to_owned())));
        }
        assert_eq!(reviewers(""), Ok(None));
        for wrong in [
            "portal",
            "review-portal/",
            "arn:aws:sagemaker:r:1:workteam/f",
        ] {
            let error = reviewers(wrong).unwrap_err();
            assert!(
                error.contains(wrong) && error.contains("review-portal/STACK"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_worker_is_one_person_of_one_pool() {
        assert_eq!(worker("pool", "a"), worker("pool", "a"));
        assert_ne!(worker("pool", "a"), worker("poo", "la"));
    }

    #[test]
    fn a_loop_asked_again_has_another_name_that_still_tells_its_text() {
        let text_hash = content_name(&[b"text"]);
        let [first, again, other] = [("f", 1), ("f", 2), ("g", 1)]
            .map(|(flow, attempt)| human_loop(&text_hash, flow, attempt));
        assert!(first != again && first != other && again != other);
        for name in [first, again, other] {
            assert_eq!(human_loop_text_hash(&name), Some(text_hash.as_str()));
            assert!(name.len() <= 63, "{name}");
        }
        assert_eq!(human_loop_text_hash("unknown"), None);
    }
}
