//! Parameters that are changed under a living stack.

use contracts::dataset::Received;
use contracts::keys;
use register_dataset::{Config, Outcome, handle};

use super::datasets::{GOOD, KEY, config, deps_of, put, versions};
use super::setup::Setup;

const REPLACEMENT: &str = "incoming/replace/two.csv";
const LABELS: &str = "incoming/human-labels/one.jsonl";

/// As a retraining uploads it.
fn human_label(label: &str) -> String {
    let row = serde_json::json!({
        "text": format!("a text that people called {label}"), "label": label, "origin": "audit", "human": true,
        "inclusion_probability": 0.5,
    });
    format!("{row}\n")
}

/// The stack after `Labels` lost the label 0.
fn without_neutral() -> Config {
    let mut config = config();
    config.recipe.labels = ["-1", "1"].map(str::to_owned).into();
    config.recipe.mapping.labels.remove("3");
    config
}

async fn received(setup: &Setup, config: Config, key: &str) -> Received {
    let deps = deps_of(setup, config);
    let first = handle(&deps, put(key)).await.unwrap();
    assert_eq!(handle(&deps, put(key)).await.unwrap(), first);
    match first {
        Outcome::Received(received) => received,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn after_a_label_has_left_uploads_are_refused_until_one_replaces_the_rows_and_its_human_labels()
 {
    let setup = Setup::new().await;
    setup.put(KEY, GOOD).await;
    received(&setup, config(), KEY).await;
    for (key, label) in [(LABELS, "0"), ("incoming/human-labels/two.jsonl", "1")] {
        setup.put(key, human_label(label)).await;
        let registered = received(&setup, config(), key).await;
        assert!(
            matches!(registered, Received::Registered { .. }),
            "{registered:?}"
        );
    }
    let two = "Review Text,Rating,Class Name\nLovely dress,5,Dresses\nAwful pants,1,Pants\n";
    setup.put("incoming/two.csv", two).await;
    let refused = received(&setup, without_neutral(), "incoming/two.csv").await;
    let Received::Rejected { reason } = refused else {
        panic!("{refused:?}")
    };
    assert!(
        reason.contains("\"0\", which Labels has no more"),
        "{reason}"
    );
    assert!(reason.contains(keys::INCOMING_REPLACE), "{reason}");
    assert_eq!(versions(&setup).await.len(), 3);

    setup.put(REPLACEMENT, two).await;
    let replaced = received(&setup, without_neutral(), REPLACEMENT).await;
    assert!(
        matches!(replaced, Received::Registered { version: 4, .. }),
        "{replaced:?}"
    );
    let newest = versions(&setup).await.pop().unwrap();
    let sources: Vec<&str> = newest
        .parts
        .iter()
        .map(|part| part.source_key.as_str())
        .collect();
    assert_eq!(sources, ["incoming/human-labels/two.jsonl", REPLACEMENT]);
}
