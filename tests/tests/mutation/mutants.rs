//! The template without one statement, without one action of it, without one resource of it, and a statement that
//! denies without one of its conditions.
//!
//! The conditions of a statement that allows are not taken away: it then allows more, and every call that the
//! scenarios make is allowed as before, so no scenario can tell whether the condition is needed. That an operator
//! holds what it should is tested in local-iam.

use local_aws::Who;
use local_aws::authorization::Question;
use local_aws::iam::evaluate::{Decision, decide};
use serde_json::{Value, json};

use super::policies::{Owner, Policies};

pub struct Mutant {
    /// `role reviewloop-JudgeModelRole, statement 2, without action s3:GetObject`
    pub place: String,
    pub subject: Subject,
    pub policies: Policies,
    /// Of the missing part.
    pub actions: Vec<String>,
    /// Nothing but the missing part.
    part: Policies,
}

/// Whose questions a document answers.
pub struct Subject(Owner);

impl Subject {
    pub fn is_role(&self, name: &str) -> bool {
        match &self.0 {
            Owner::Role(role, _) => role == name,
            Owner::Managed(arn) => arn.ends_with(&format!("/{name}")),
            _ => false,
        }
    }

    pub fn concerns(&self, question: &Question) -> bool {
        match &self.0 {
            Owner::Role(name, _) => {
                let who = question.principal.who();
                matches!(who, Who::Session { role, .. } if role == name)
            }
            Owner::Trust(name) => {
                let is_of_role = question.resource.ends_with(&format!("/{name}"));
                question.action == "sts:AssumeRole" && is_of_role
            }
            // The table of the platform's rights has all of it.
            Owner::Managed(_) => false,
            Owner::Resource(arn) => question.resource.starts_with(arn.as_str()),
        }
    }
}

impl Mutant {
    /// Whether the missing part alone answers the question.
    pub fn is_about(&self, question: &Question) -> bool {
        let decision = decide(&self.part, question);
        decision == Decision::Allowed || matches!(decision, Decision::Denied(_))
    }
}

pub fn of(whole: &Policies) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for (owner, document) in &whole.0 {
        let statements = list(&document.value["Statement"]);
        for (index, statement) in statements.iter().enumerate() {
            let without = |changed: Option<Value>| {
                let mut left = statements.clone();
                match changed {
                    Some(changed) => left[index] = changed,
                    None => drop(left.remove(index)),
                }
                whole.with(owner, json!({ "Statement": left }))
            };
            let mutant = |place: String, changed: Option<Value>, part: Value| Mutant {
                place: format!("{owner:?}, statement {index}, without {place}"),
                subject: Subject(owner.clone()),
                policies: without(changed),
                actions: list(&part["Action"]).iter().map(text).collect(),
                part: Policies(Default::default()).with(owner, json!({ "Statement": [part] })),
            };
            mutants.push(mutant("all of it".to_owned(), None, statement.clone()));
            for member in ["Action", "Resource"] {
                let values = list(&statement[member]);
                if values.len() < 2 {
                    continue;
                }
                for value in &values {
                    let mut changed = statement.clone();
                    let others = values.iter().filter(|other| *other != value);
                    changed[member] = others.cloned().collect();
                    let mut part = statement.clone();
                    part[member] = value.clone();
                    let place = format!("the {} {value}", member.to_lowercase());
                    mutants.push(mutant(place, Some(changed), part));
                }
            }
            for (condition, changed) in denials_without_a_condition(statement) {
                let place = format!("the condition {condition}");
                mutants.push(mutant(place, Some(changed.clone()), changed));
            }
        }
    }
    mutants
}

/// Each condition of a statement that denies, and the statement without it.
fn denials_without_a_condition(statement: &Value) -> Vec<(String, Value)> {
    let mut changed = Vec::new();
    let operators = statement["Condition"].as_object();
    let is_denial = statement["Effect"] == "Deny";
    for (operator, keys) in operators.into_iter().flatten().filter(|_| is_denial) {
        for key in keys.as_object().into_iter().flatten().map(|(key, _)| key) {
            let mut without = statement.clone();
            let keys = without["Condition"][operator].as_object_mut();
            keys.expect("a block of keys").remove(key);
            changed.push((format!("{operator} {key}"), without));
        }
    }
    changed
}

fn list(one_or_many: &Value) -> Vec<Value> {
    match one_or_many {
        Value::Array(many) => many.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
