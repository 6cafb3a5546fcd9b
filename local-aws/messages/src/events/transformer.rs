//! Input transformers: what a target gets in place of the event.
//!
//! Source: the EventBridge user guide, "Amazon EventBridge input transformation". Variables stand in angle
//! brackets. Inside a string a value is put in as it is, not escaped; elsewhere as JSON. A path that finds
//! nothing leaves nothing. JSON is passed on minified; a quoted string keeps its quotes.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use local_core::Arn;
use local_core::wire::AwsError;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct InputTransformer {
    /// Variables and their JSON paths.
    #[serde(default)]
    pub input_paths_map: BTreeMap<String, String>,
    pub input_template: String,
}

/// EventBridge's bound on variables.
const MOST_VARIABLES: usize = 100;

/// The variables that need no path.
const PREDEFINED: [&str; 5] = [
    "aws.events.rule-arn",
    "aws.events.rule-name",
    "aws.events.event",
    "aws.events.event.json",
    "aws.events.event.ingestion-time",
];

impl InputTransformer {
    /// Refuses what EventBridge refuses when a target is put, and the syntax of paths that is not here.
    pub fn check(&self) -> Result<(), AwsError> {
        let refused = |reason: String| Err(AwsError::validation(reason));
        if self.input_paths_map.len() > MOST_VARIABLES {
            return refused(format!(
                "InputPathsMap has more than {MOST_VARIABLES} entries"
            ));
        }
        for (variable, path) in &self.input_paths_map {
            if variable.to_lowercase().starts_with("aws.") {
                return refused(format!(
                    "Invalid InputPathsMap: the key {variable} is reserved"
                ));
            }
            if steps(path).is_none() {
                return refused(format!(
                    "Invalid InputPathsMap: local-aws reads paths of names and indices, not {path}"
                ));
            }
        }
        for piece in pieces(&self.input_template) {
            if let Piece::Variable(name, _) = piece
                && !self.input_paths_map.contains_key(name)
                && !PREDEFINED.contains(&name)
            {
                return refused(format!(
                    "Invalid InputTemplate: it names <{name}>, which InputPathsMap has not"
                ));
            }
        }
        // With every variable a number, what is left must be JSON, or texts of a line each.
        let filled = self.fill(|_| Some(Value::from(0)));
        let is_text = |line: &str| serde_json::from_str::<String>(line).is_ok();
        if serde_json::from_str::<Value>(&filled).is_err() && !filled.lines().all(is_text) {
            return refused(
                "Invalid InputTemplate: it must be JSON, and a text needs quotes".into(),
            );
        }
        Ok(())
    }

    /// The target's input. `accepted_at` is the time at which the bus took the event.
    pub fn transform(&self, event: &str, rule_arn: &str, accepted_at: &str) -> String {
        let event: Value = serde_json::from_str(event).unwrap_or_default();
        let filled = self.fill(|variable| match variable {
            "aws.events.rule-arn" => Some(rule_arn.into()),
            "aws.events.rule-name" => {
                let arn = Arn::parse(rule_arn)?;
                Some(arn.name("rule")?.into())
            }
            "aws.events.event.ingestion-time" => Some(accepted_at.into()),
            "aws.events.event.json" => Some(event.clone()),
            "aws.events.event" => {
                let mut without = event.clone();
                without.as_object_mut()?.remove("detail");
                Some(without)
            }
            variable => found(&event, self.input_paths_map.get(variable)?),
        });
        serde_json::from_str::<Value>(&filled).map_or(filled, |json| json.to_string())
    }

    fn fill(&self, value: impl Fn(&str) -> Option<Value>) -> String {
        let mut filled = String::new();
        for piece in pieces(&self.input_template) {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Variable(name, in_string) => match value(name) {
                    Some(Value::String(text)) if in_string => filled.push_str(&text),
                    Some(value) => {
                        let _ = write!(filled, "{value}");
                    }
                    None => {}
                },
            }
        }
        filled
    }
}

enum Piece<'a> {
    Text(&'a str),
    /// Its name, and whether it stands inside a string.
    Variable(&'a str, bool),
}

/// A template cut at its variables. A bracket that encloses no name is text.
fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut in_string, mut escaped, mut start) = (false, false, 0);
    for (place, letter) in template.char_indices() {
        if place < start {
            continue;
        }
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = in_string,
            '"' => in_string = !in_string,
            '<' => {
                let rest = &template[place + 1..];
                let name = rest.split('>').next().unwrap_or_default();
                let is_name =
                    |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
                if name.len() < rest.len() && !name.is_empty() && name.chars().all(is_name) {
                    pieces.push(Piece::Text(&template[start..place]));
                    pieces.push(Piece::Variable(name, in_string));
                    start = place + name.len() + 2;
                }
            }
            _ => {}
        }
    }
    pieces.push(Piece::Text(&template[start..]));
    pieces
}

/// What a path leads to.
fn found(event: &Value, path: &str) -> Option<Value> {
    let mut place = event;
    for step in steps(path)? {
        place = match step {
            Step::Name(name) => place.get(name)?,
            Step::Index(index) => place.get(index)?,
        };
    }
    Some(place.clone())
}

enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

/// `$.detail.items[0].name`; `None` for another syntax.
fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    let rest = path.strip_prefix('$')?;
    for part in rest.split('.').skip(1) {
        let (name, indices) = part.split_at(part.find('[').unwrap_or(part.len()));
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_/".contains(letter);
        if name.is_empty() || !name.chars().all(is_plain) {
            return None;
        }
        steps.push(Step::Name(name));
        let mut left = indices;
        while !left.is_empty() {
            let (index, rest) = left.strip_prefix('[')?.split_once(']')?;
            let digits = Some(index).filter(|index| index.bytes().all(|it| it.is_ascii_digit()));
            steps.push(Step::Index(digits?.parse().ok()?));
            left = rest;
        }
    }
    (rest.is_empty() || rest.starts_with('.')).then_some(steps)
}

#[cfg(test)]
mod tests;
