//! The `crowd-*` elements that our own script draws.
//!
//! Amazon's element script is proprietary; `assets/crowd-elements.js` is ours,
//! with the documented attributes and answers. What it cannot draw is refused
//! when the template is created, not when a worker meets an empty page.

use std::collections::BTreeSet;

/// Where templates load Amazon's script from; the portal serves its own instead.
pub const CROWD_ELEMENTS_URL: &str = "https://assets.crowd.aws/crowd-html-elements.js";

const SUPPORTED: [&str; 6] = [
    "crowd-button",
    "crowd-checkbox",
    "crowd-classifier",
    "crowd-classifier-multi-select",
    "crowd-form",
    "crowd-instructions",
];

/// The names of the template's `crowd-*` elements that the portal does not have.
pub fn unsupported_elements(template: &str) -> Vec<String> {
    let lower = template.to_ascii_lowercase();
    let used: BTreeSet<&str> = lower
        .split('<')
        .skip(1)
        .filter(|tag| tag.starts_with("crowd-"))
        .map(|tag| {
            tag.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
                .next()
                .unwrap_or(tag)
        })
        .collect();
    used.into_iter()
        .filter(|name| !SUPPORTED.contains(name))
        .map(str::to_owned)
        .collect()
}
