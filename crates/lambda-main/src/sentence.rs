//! An error as a person reads it.

/// The causes of an error from the outermost to the innermost. The SDK's errors say "service error" before the
/// service's own words, and those twice: the operation's error and the modelled one have the same.
pub fn sentence(error: &anyhow::Error) -> String {
    let mut links: Vec<String> = Vec::new();
    for link in error.chain().map(ToString::to_string) {
        let is_said = link == "service error" || links.last().is_some_and(|last| *last == link);
        if !is_said {
            links.push(link);
        }
    }
    links.join(": ")
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::sentence;

    #[test]
    fn the_services_words_are_said_once() {
        let words = "InvalidParameterException: Invalid email address format.";
        let error = anyhow!(words)
            .context(words)
            .context("service error")
            .context("create a reviewer");
        assert_eq!(sentence(&error), format!("create a reviewer: {words}"));
    }

    #[test]
    fn a_cause_is_left_as_it_is() {
        let error = anyhow!("connection refused")
            .context("dispatch failure")
            .context("read s3://b/k");
        let said = "read s3://b/k: dispatch failure: connection refused";
        assert_eq!(sentence(&error), said);
    }
}
