//! The section `Rules`: parameters that a deployment refuses together, before it makes anything.
//!
//! Source: the CloudFormation user guide, "Rules".

use serde_json::Value;

use crate::Error;
use crate::settled::Settled;

/// Refuses with the description of the first assertion that does not hold.
pub(crate) fn check(settled: &Settled) -> Result<(), Error> {
    for (name, rule) in &settled.template.rules {
        let at = format!("Rules.{name}");
        known(rule, &["RuleCondition", "Assertions"], &at)?;
        let applies = match &rule["RuleCondition"] {
            Value::Null => true,
            condition => holds(settled, condition, &format!("{at}.RuleCondition"))?,
        };
        let assertions = rule["Assertions"]
            .as_array()
            .ok_or_else(|| Error::shape(&at, "a list of Assertions", rule))?;
        for (place, assertion) in assertions.iter().enumerate() {
            let at = format!("{at}.Assertions[{place}]");
            known(assertion, &["Assert", "AssertDescription"], &at)?;
            if applies && !holds(settled, &assertion["Assert"], &format!("{at}.Assert"))? {
                let description = assertion["AssertDescription"].as_str();
                return Err(Error::Assertion {
                    rule: name.clone(),
                    description: description.unwrap_or("it does not hold").to_owned(),
                });
            }
        }
    }
    Ok(())
}

fn holds(settled: &Settled, condition: &Value, at: &str) -> Result<bool, Error> {
    // A rule is decided before any resource is there.
    settled.with_lookup(&|_| None, |scope| scope.any_condition(condition, at))
}

fn known(object: &Value, members: &[&str], at: &str) -> Result<(), Error> {
    let object = object
        .as_object()
        .ok_or_else(|| Error::shape(at, &format!("an object of {}", members.join(", ")), object))?;
    match object.keys().find(|name| !members.contains(&name.as_str())) {
        Some(name) => Err(Error::Refused {
            at: at.to_owned(),
            name: name.clone(),
            reason: format!("known are {}", members.join(", ")),
        }),
        None => Ok(()),
    }
}
