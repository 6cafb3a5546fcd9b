//! What the stack trains by itself.

use contracts::names;
use policy::naming;
use serde_json::{Map, Value};

use crate::account::Account;
use crate::sentence::Sentence;

#[derive(Debug, Default, PartialEq)]
pub struct Own {
    /// `Algorithm=automl`: an upload's own execution trains every algorithm.
    pub trains_all: bool,
    /// The stack's `Hyperparameters`.
    pub hyperparameters: Map<String, Value>,
    /// As a run of the pipeline as it is now has it.
    pub definition_hash: String,
}

pub async fn own(account: &Account) -> anyhow::Result<Own> {
    let describe = account.sagemaker.describe_pipeline();
    let described = describe.pipeline_name(names::pipeline(&account.stack));
    let described = described.send().await;
    let described = described.map_err(|error| error.sentence("describe the pipeline"))?;
    let definition = described.pipeline_definition().unwrap_or_default();
    let created = described.creation_time().map_or(0, |time| time.secs());
    Ok(read(definition, created))
}

/// From the pipeline's definition, whose parameters have the stack's values as defaults.
fn read(definition: &str, created: i64) -> Own {
    let definition_hash = naming::definition_hash(definition, created);
    let definition: Value = serde_json::from_str(definition).unwrap_or_default();
    let parameters = definition["Parameters"].as_array();
    let default = |name: &str| {
        let mut parameters = parameters.into_iter().flatten();
        let found = parameters.find(|parameter| parameter["Name"] == name)?;
        found["DefaultValue"].as_str()
    };
    let hyperparameters = default("Hyperparameters").unwrap_or_default();
    Own {
        trains_all: default("Algorithm") == Some("automl"),
        hyperparameters: serde_json::from_str(hyperparameters).unwrap_or_default(),
        definition_hash,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_stacks_settings_are_the_defaults_of_the_pipelines_parameters() {
        let definition = json!({ "Parameters": [
            { "Name": "Algorithm", "Type": "String", "DefaultValue": "automl" },
            { "Name": "Hyperparameters", "Type": "String", "DefaultValue": "{\"balance\": false}" },
        ]});
        let found = read(&definition.to_string(), 7);
        assert!(found.trains_all);
        assert_eq!(
            Value::Object(found.hyperparameters),
            json!({ "balance": false })
        );
        let one = definition.to_string().replace("automl", "ngrams");
        assert!(!read(&one, 7).trains_all);
        // A pipeline that was made anew is another one.
        assert_ne!(read(&one, 7).definition_hash, read(&one, 8).definition_hash);
        let none = read("no JSON", 7);
        assert!(!none.trains_all && none.hyperparameters.is_empty());
    }
}
