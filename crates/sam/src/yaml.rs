//! YAML to JSON: tags (`!Ref x`) become the long form (`{"Ref": "x"}`).

use serde_json::{Map, Value};
use serde_yaml_ng::Value as Yaml;

use crate::Error;
use crate::known::{KNOWN, known_names};
use crate::place::below;

pub(crate) fn parse(text: &str) -> Result<Value, Error> {
    to_json(serde_yaml_ng::from_str(text)?, "template")
}

fn to_json(yaml: Yaml, at: &str) -> Result<Value, Error> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::String(value) => Value::String(value),
        Yaml::Number(number) => serde_json::to_value(&number).unwrap_or(Value::Null),
        Yaml::Sequence(items) => Value::Array(
            items
                .into_iter()
                .enumerate()
                .map(|(index, item)| to_json(item, &format!("{at}[{index}]")))
                .collect::<Result<_, _>>()?,
        ),
        Yaml::Mapping(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                let key = key_text(&key, at)?;
                let value = to_json(value, &below(at, &key))?;
                object.insert(key, value);
            }
            long_form(object, at)?
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let argument = to_json(tagged.value, at)?;
            long_form(Map::from_iter([(long_name(&tag), argument)]), at)?
        }
    })
}

fn long_name(tag: &str) -> String {
    match tag.trim_start_matches('!') {
        plain @ ("Ref" | "Condition") => plain.to_owned(),
        function => format!("Fn::{function}"),
    }
}

fn key_text(key: &Yaml, at: &str) -> Result<String, Error> {
    match key {
        Yaml::String(text) => Ok(text.clone()),
        // Mapping keys such as an account number.
        Yaml::Number(number) => Ok(number.to_string()),
        Yaml::Bool(value) => Ok(value.to_string()),
        other => Err(Error::Shape {
            at: at.to_owned(),
            expected: "a text as key".to_owned(),
            found: format!("{other:?}"),
        }),
    }
}

/// Refuses unknown functions and writes `GetAtt` always as a pair.
fn long_form(object: Map<String, Value>, at: &str) -> Result<Value, Error> {
    let Some(name) = object.keys().find(|key| key.starts_with("Fn::")).cloned() else {
        return Ok(Value::Object(object));
    };
    let refused = |reason: &str| Error::Refused {
        at: at.to_owned(),
        name: name.clone(),
        reason: reason.to_owned(),
    };
    if name == "Fn::ImportValue" {
        return Err(refused(
            "a template read here stands alone; make the value a parameter",
        ));
    }
    if object.len() != 1 {
        return Err(refused(
            "an intrinsic function must be the only key of its object",
        ));
    }
    if !KNOWN.contains(&name.as_str()) {
        return Err(Error::UnknownIntrinsic {
            at: at.to_owned(),
            name,
            known: known_names(),
        });
    }
    let Some(dotted) = object.get("Fn::GetAtt").and_then(Value::as_str) else {
        return Ok(Value::Object(object));
    };
    let (resource, attribute) = dotted
        .split_once('.')
        .ok_or_else(|| Error::shape(at, "Resource.Attribute", &object["Fn::GetAtt"]))?;
    Ok(serde_json::json!({ "Fn::GetAtt": [resource, attribute] }))
}
