//! The names of the intrinsic functions.

/// In alphabetical order; each has its place in `intrinsics::Scope`.
pub(crate) const KNOWN: [&str; 12] = [
    "Fn::And",
    "Fn::Base64",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::GetAtt",
    "Fn::If",
    "Fn::Join",
    "Fn::Not",
    "Fn::Or",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
];

pub(crate) fn known_names() -> String {
    format!("Ref, Condition, {}", KNOWN.join(", "))
}
