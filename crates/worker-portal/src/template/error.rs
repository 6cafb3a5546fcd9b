//! Why a template cannot be shown.

use thiserror::Error;

/// The message is for the template's author.
#[derive(Debug, Error)]
pub enum TemplateError {
    #[error("the template does not parse: {0}")]
    Parse(String),
    #[error("the template cannot be rendered with this input: {0}")]
    Render(String),
}

/// Liquid quotes the values that a filter was given, which may be megabytes.
const LONGEST_REASON: usize = 2_000;

impl TemplateError {
    pub fn parse(error: &liquid_core::Error) -> Self {
        Self::Parse(reason(error))
    }

    pub fn render(error: &liquid_core::Error) -> Self {
        Self::Render(reason(error))
    }
}

/// Liquid's message with the line, without the excerpt: the parser saw a rewritten template.
pub fn reason(error: &liquid_core::Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("liquid: ").unwrap_or(&text).trim();
    let mut reason = match (text.strip_prefix("--> "), text.split_once("\n  = ")) {
        (Some(place), Some((_, message))) => {
            let line = place.split(':').next().unwrap_or_default();
            format!("line {line}: {message}")
        }
        _ => text.to_owned(),
    };
    if reason.len() > LONGEST_REASON {
        reason.truncate(reason.floor_char_boundary(LONGEST_REASON));
        reason.push('…');
    }
    reason
}
