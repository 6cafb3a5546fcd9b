//! request-labels: texts that the dataset has a label of.

use contracts::dataset::Received;
use contracts::request::ChosenBy;
use register_dataset::Outcome;
use request_labels::{File, Questions};

use super::datasets::{self, put};
use super::portal::Stage;
use super::setup::Setup;
use super::unlabelled::{chosen, csv, loops, texts, upload, wake};

const KEY: &str = "incoming/unlabelled/again.csv";

async fn register(setup: &Setup, key: &str, texts: &[String]) {
    let rows = texts.iter().enumerate();
    let rows = rows.map(|(place, text)| format!("\"{text}\",{}\n", 1 + place % 2 * 4));
    let table = format!("Review Text,Rating\n{}", rows.collect::<String>());
    setup.put(key, table).await;
    let outcome = register_dataset::handle(&datasets::deps(setup), put(key)).await;
    let outcome = outcome.unwrap();
    let Outcome::Received(Received::Registered { .. }) = outcome else {
        panic!("{outcome:?}")
    };
}

#[tokio::test]
pub async fn nobody_is_asked_about_a_text_that_the_dataset_has_a_label_of() {
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    let deps = stage.requester(9, 9);
    let long: Vec<String> = (0..200)
        .map(|n| format!("{n}{}", " soft".repeat(n % 64)))
        .collect();
    register(setup, "incoming/long.csv", &long).await;
    register(setup, "incoming/short.csv", &texts(5)).await;

    let mut rows: Vec<String> = long.iter().map(|text| text.to_uppercase()).collect();
    rows.extend(texts(5));
    let outcome = upload(setup, &deps, "again.csv", csv(&rows)).await;
    let none = File::Chosen {
        texts: 0,
        eligible: 0,
        chosen_by: ChosenBy::Random,
    };
    assert_eq!(outcome.file, none);
    assert_eq!(outcome.questions, Questions::default());
    let found = chosen(setup).await;
    assert_eq!((found.rows, found.known), (205, 205));
    assert_eq!(wake(&deps, KEY).await.unwrap().file, File::KnownBefore);
    assert_eq!(loops(setup).await, 0);
}

#[tokio::test]
async fn a_text_whose_table_was_replaced_is_asked_about() {
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    register(setup, "incoming/first.csv", &texts(4)).await;
    setup.aws.cloud.world.advance(1);
    register(setup, "incoming/replace/next.csv", &texts(2)).await;
    let outcome = upload(setup, &stage.requester(9, 9), "again.csv", csv(&texts(4))).await;
    assert_eq!(outcome.questions, Questions { asked: 2, left: 0 });
}
