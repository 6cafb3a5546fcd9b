//! `prefix` and `suffix` with `equals-ignore-case`, as a regular expression of quamina's.

use serde_json::{Value, json};

/// What quamina's expressions give a meaning; `~` escapes it.
const SPECIAL: &str = r"~.*+?()[]{}|^\-";

/// Rewrites such a choice; any other stays as it is.
pub fn rewrite(choice: &mut Value) {
    let text = |name: &str| choice.get(name)?.get("equals-ignore-case")?.as_str();
    let expression = if let Some(prefix) = text("prefix") {
        format!("{}.*", either_case(prefix))
    } else if let Some(suffix) = text("suffix") {
        format!(".*{}", either_case(suffix))
    } else {
        return;
    };
    *choice = json!({ "regexp": expression });
}

fn either_case(text: &str) -> String {
    text.chars().map(either_case_of).collect()
}

fn either_case_of(letter: char) -> String {
    let (lower, upper) = (letter.to_lowercase(), letter.to_uppercase());
    // A letter with a case of several letters (as the German sharp s) stands for itself.
    if lower.len() == 1 && upper.len() == 1 && lower.clone().ne(upper.clone()) {
        format!("[{lower}{upper}]")
    } else if SPECIAL.contains(letter) {
        format!("~{letter}")
    } else {
        letter.to_string()
    }
}
