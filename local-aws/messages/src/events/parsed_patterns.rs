//! The patterns of all rules, each parsed once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::pattern::Pattern;
use super::rule::Rule;

/// By the pattern's text: a changed rule has another. `None` for one that this version refuses.
#[derive(Default)]
pub(super) struct ParsedPatterns(Mutex<HashMap<String, Option<Arc<Pattern>>>>);

impl ParsedPatterns {
    /// The pattern of each rule, in their order; patterns of no rule are forgotten.
    pub fn of(&self, rules: &[Rule]) -> Vec<Option<Arc<Pattern>>> {
        let mut parsed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = HashMap::new();
        let patterns = rules.iter().map(|rule| {
            let text = &rule.event_pattern;
            let known = parsed.remove(text).or_else(|| kept.get(text).cloned());
            let pattern = known.unwrap_or_else(|| parse(rule));
            kept.insert(text.clone(), pattern.clone());
            pattern
        });
        let patterns = patterns.collect();
        *parsed = kept;
        patterns
    }
}

fn parse(rule: &Rule) -> Option<Arc<Pattern>> {
    let pattern = Pattern::parse(&rule.event_pattern).inspect_err(|error| {
        tracing::error!(
            rule.arn = rule.arn,
            error.message = error.message,
            "a rule matches nothing: its pattern was stored by another version"
        );
    });
    pattern.ok().map(Arc::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::rule::RuleState;

    fn rule(pattern: &str) -> Rule {
        Rule {
            arn: "arn:aws:events:us-east-1:123456789012:rule/r".to_owned(),
            state: RuleState::Enabled,
            event_pattern: pattern.to_owned(),
            description: None,
            targets: Vec::new(),
        }
    }

    #[test]
    fn a_pattern_is_parsed_once_for_each_version_of_its_rule() {
        let patterns = ParsedPatterns::default();
        let (a, b) = (rule(r#"{"source":["a"]}"#), rule(r#"{"source":["b"]}"#));
        let first = patterns.of(&[a.clone(), a.clone(), rule("no pattern")]);
        let again = patterns.of(&[b, a]);
        let pattern = first[0].as_ref().unwrap();
        assert!(Arc::ptr_eq(pattern, first[1].as_ref().unwrap()));
        assert!(Arc::ptr_eq(pattern, again[1].as_ref().unwrap()));
        assert!(first[2].is_none());
        assert_eq!(patterns.0.lock().unwrap().len(), 2);
    }
}
