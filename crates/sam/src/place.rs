//! Where something stands in a template, for errors: `Resources.Predict.Properties.Timeout`.

/// Where the child `key` of `at` is; the root has no name of its own.
pub(crate) fn below(at: &str, key: &str) -> String {
    if at == "template" {
        key.to_owned()
    } else {
        format!("{at}.{key}")
    }
}
