//! Names and ARNs of SageMaker's resources.

use serde_json::{Value, json};

use crate::account::ACCOUNT;
use crate::call::Call;
use crate::dice::Stream;

/// The name at the end of a name or of an ARN of `resource` (`pipeline`, `model-package-group`).
pub fn of<'a>(name_or_arn: &'a str, resource: &str) -> &'a str {
    let marker = format!(":{resource}/");
    name_or_arn
        .split_once(&marker)
        .map_or(name_or_arn, |(_, name)| name)
}

pub fn arn(call: &Call, resource: &str, name: &str) -> String {
    call.arn("sagemaker", &format!("{resource}/{name}"))
}

/// `length` characters of `a-z0-9`, as in execution ids and the names of a pipeline's jobs.
pub fn random(dice: Stream, length: usize) -> String {
    const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut bytes = vec![0; length];
    dice.fill(&mut bytes);
    // 256 is no multiple of 36: a bias of a few per cent, in names only.
    bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]))
        .collect()
}

/// `UserContext` of who made something: there are no user profiles here.
pub fn created_by() -> Value {
    json!({ "IamIdentity": {
        "Arn": format!("arn:aws:iam::{ACCOUNT}:root"),
        "PrincipalId": ACCOUNT,
    }})
}
