//! A file whose columns have other names than the stack's, by the schema beside it.

use contracts::dataset::Received;
use contracts::intake::Intake;
use contracts::keys;
use contracts::schema::Schema;
use register_dataset::{Config, Deps, Outcome, handle};
use request_labels::File;

use super::columns::{part, titled};
use super::datasets::{self, put, versions};
use super::intake::{end_of, ended, started};
use super::portal::Stage;
use super::setup::Setup;
use super::unlabelled::{upload, wake};

const KEY: &str = "incoming/shop.csv";
const STACKS: &str = "Review Text,Title,Rating,Class Name,Age\n\
    Fits well,Lovely,5,Dresses,34\n\
    Too small,,1,Pants,50\n";
const FILES: &str = "Stars,Body,Headline,Department,Age\n\
    5,Fits well,Lovely,Dresses,34\n\
    1,Too small,,Pants,50\n";
const SCHEMA: &str = r#"{"text_column": "Body", "context_columns": ["Headline"], "label_column": "Stars",
    "category_column": "Department"}"#;

/// What the stack's own file comes to.
async fn expected() -> String {
    let setup = Setup::new().await;
    setup.put(KEY, STACKS).await;
    let deps = datasets::deps_of(&setup, titled());
    registered(&handle(&deps, put(KEY)).await.unwrap())
}

fn registered(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Received(Received::Registered {
            part,
            quarantined: 0,
            ..
        }) => part.clone(),
        other => panic!("{other:?}"),
    }
}

async fn rejection(deps: &Deps, key: &str) -> String {
    let outcome = handle(deps, put(key)).await.unwrap();
    assert_eq!(handle(deps, put(key)).await.unwrap(), outcome);
    match outcome {
        Outcome::Received(Received::Rejected { reason }) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_with_other_columns_and_a_schema_gives_the_rows_of_one_with_the_stacks() {
    let expected = expected().await;
    let json = "{\"Body\":\"Fits well\",\"Headline\":\"Lovely\",\"Stars\":5,\"Department\":\"Dresses\",\"Age\":34}\n\
        {\"Body\":\"Too small\",\"Headline\":null,\"Stars\":1,\"Department\":\"Pants\",\"Age\":50}\n";
    let words = SCHEMA.replace('}', r#", "labels": {"good": "1", "bad": "-1"}}"#);
    for (key, body, schema) in [
        (KEY, FILES, SCHEMA),
        ("incoming/shop.jsonl", json, SCHEMA),
        ("incoming/replace/shop.csv", FILES, SCHEMA),
        // The stack's columns need no word.
        (KEY, STACKS, "{}"),
    ] {
        let setup = Setup::new().await;
        let deps = datasets::deps_of(&setup, titled());
        setup.put(&keys::schema(key), schema).await;
        let alone = handle(&deps, put(&keys::schema(key))).await.unwrap();
        assert_eq!(alone, Outcome::Schema);
        setup.put(key, body).await;
        let outcome = handle(&deps, put(key)).await.unwrap();
        assert_eq!(registered(&outcome), expected, "{key}");
        assert_eq!(handle(&deps, put(key)).await.unwrap(), outcome);
        // The version says by which columns the file was read; its own stay the stack's.
        let newest = versions(&setup).await.pop().unwrap();
        let schema = Schema::read(schema.as_bytes()).unwrap();
        assert_eq!(newest.parts[0].schema, Some(schema));
        assert_eq!(newest.mapping, titled().recipe.mapping);
    }
    // Values of its own too: the label as the file has it stays beside the row.
    let setup = Setup::new().await;
    let deps = datasets::deps_of(&setup, titled());
    setup.put(&keys::schema(KEY), words).await;
    let body = FILES
        .replace("5,Fits", "good,Fits")
        .replace("1,Too", "bad,Too");
    setup.put(KEY, body).await;
    let part_id = registered(&handle(&deps, put(KEY)).await.unwrap());
    let rows = part(&setup, &part_id).await;
    assert_eq!(rows[0].label, "1");
    assert_eq!(rows[0].columns["Rating"], "good");
    assert_eq!(rows[0].category.as_deref(), Some("Dresses"));
}

#[tokio::test]
async fn a_job_reads_a_large_file_by_the_schema_that_there_was_when_it_was_asked() {
    let expected = expected().await;
    let setup = Setup::new().await;
    let config = Config {
        maximum_upload_bytes: 10,
        ..titled()
    };
    let deps = datasets::deps_of(&setup, config);
    setup.put(&keys::schema(KEY), SCHEMA).await;
    setup.put(KEY, FILES).await;
    let job = started(&deps, KEY).await;
    // Too late.
    setup.put(&keys::schema(KEY), "{").await;
    assert_eq!(started(&deps, KEY).await, job);
    ended(&setup, &job).await;
    assert_eq!(registered(&end_of(&deps, &job).await), expected);
    let newest = versions(&setup).await.pop().unwrap();
    let schema = Schema::read(SCHEMA.as_bytes()).unwrap();
    assert_eq!(newest.parts[0].schema, Some(schema.clone()));
    let results = setup.keys("datasets/reviews/intakes/").await;
    let result = results.iter().find(|key| key.ends_with("result.json"));
    let Intake::Taken(taken) = setup.read(result.unwrap()).await.unwrap() else {
        panic!("it is taken")
    };
    assert_eq!(taken.schema, Some(schema));
}

#[tokio::test]
async fn a_faulty_schema_refuses_the_upload_and_names_the_place() {
    for (name, schema, reason) in [
        ("a.csv", "{", "EOF while parsing"),
        (
            "a.csv",
            r#"{"text_colum": "Body"}"#,
            "text_colum: unknown field",
        ),
        (
            "a.csv",
            r#"{"label_column": 5}"#,
            "label_column: invalid type",
        ),
        (
            "a.csv",
            r#"{"context_columns": []}"#,
            "context_columns: [] are not as many",
        ),
        (
            "a.csv",
            r#"{"labels": {"5": "good"}}"#,
            r#"labels: "5" stands for "good""#,
        ),
        (
            "a.manifest",
            "{}",
            "the rows of such a file have names of their own",
        ),
        (
            "human-labels/a.jsonl",
            "{}",
            "the rows of such a file have names of their own",
        ),
    ] {
        let setup = Setup::new().await;
        let deps = datasets::deps_of(&setup, titled());
        let key = format!("incoming/{name}");
        setup.put(&keys::schema(&key), schema).await;
        setup.put(&key, FILES).await;
        let told = rejection(&deps, &key).await;
        let expected = format!("incoming/{name}.schema.json: {reason}");
        assert!(told.starts_with(&expected), "{told}");
        assert_eq!(versions(&setup).await, []);
    }
    let setup = Setup::new().await;
    let deps = datasets::deps_of(&setup, titled());
    setup.put(&keys::schema(KEY), " ".repeat(65_537)).await;
    setup.put(KEY, FILES).await;
    let told = rejection(&deps, KEY).await;
    assert!(told.contains("has more than 65536 bytes"), "{told}");
}

#[tokio::test]
async fn a_column_that_the_schema_names_and_the_file_does_not_have_is_named() {
    let setup = Setup::new().await;
    let deps = datasets::deps_of(&setup, titled());
    setup.put(&keys::schema(KEY), SCHEMA).await;
    setup.put(KEY, STACKS).await;
    let told = rejection(&deps, KEY).await;
    assert!(told.contains("there is no column \"Headline\""), "{told}");
    // Which of the two is the rating?
    let twice = FILES.replace("Age\n", "Rating\n");
    setup.put("incoming/b.csv", twice).await;
    setup.put("incoming/b.csv.schema.json", SCHEMA).await;
    let told = rejection(&deps, "incoming/b.csv").await;
    let expected = "column \"Rating\": stands twice: the schema has \"Stars\" for it: rename one \
        (its columns are those of incoming/b.csv.schema.json)";
    assert!(told.ends_with(expected), "{told}");
}

#[tokio::test]
async fn texts_without_labels_are_read_by_a_schema_too() {
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    let deps = stage.requester(2, 9);
    let key = format!("{}a.csv", keys::INCOMING_UNLABELLED);
    let schema = r#"{"text_column": "Body"}"#;
    setup.put(&keys::schema(&key), schema).await;
    let alone = wake(&deps, &keys::schema(&key)).await.unwrap();
    assert_eq!(alone.file, File::Schema);
    let outcome = upload(setup, &deps, "a.csv", "Shop,Body\n7,soft\n8,warm\n").await;
    let File::Chosen { texts: 2, .. } = outcome.file else {
        panic!("{outcome:?}")
    };
    for (name, schema, reason) in [
        ("b.csv", r#"{"text": "Body"}"#, "text: unknown field"),
        (
            "c.csv",
            r#"{"text_column": ""}"#,
            "text_column and context_columns: a text column",
        ),
        (
            "d.manifest",
            "{}",
            "the rows of such a file have names of their own",
        ),
    ] {
        let key = format!("{}{name}", keys::INCOMING_UNLABELLED);
        setup.put(&keys::schema(&key), schema).await;
        let outcome = upload(setup, &deps, name, "Shop,Body\n7,soft\n").await;
        let File::Rejected { reason: told } = outcome.file else {
            panic!("{outcome:?}")
        };
        assert!(
            told.starts_with(&format!("{key}.schema.json: {reason}")),
            "{told}"
        );
    }
}
