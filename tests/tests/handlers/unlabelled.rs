//! request-labels: which texts of a file without labels people are asked about.

use contracts::dataset::Origin;
use contracts::keys;
use contracts::request::{Chosen, ChosenBy, LabelRequest, Requested};
use contracts::review::{HumanLoopRecord, Label};
use policy::choice::drawn;
use policy::invocation::MAXIMUM_TEXTS;
use policy::retraining::Bounds;
use policy::review::{Caps, is_audited};
use policy::task::Refusal;
use policy::text::row_hash;
use request_labels::{Deps, File, Outcome, Questions, handle};

use super::human_loops::sent;
use super::portal::{Stage, question};
use super::review::{People, serve};
use super::setup::{DATASET, Setup, event};
use super::{datasets, refusing};

const KEY: &str = "incoming/unlabelled/reviews.csv";
const DAY: i32 = 24 * 3600;

pub async fn wake(deps: &Deps, key: &str) -> anyhow::Result<Outcome> {
    handle(deps, event("upload-unlabelled", &[(KEY, key)])).await
}

pub async fn upload(setup: &Setup, deps: &Deps, name: &str, body: impl Into<Vec<u8>>) -> Outcome {
    let key = format!("{}{name}", keys::INCOMING_UNLABELLED);
    setup.put(&key, body).await;
    wake(deps, &key).await.unwrap()
}

/// Texts of a number each, and one column more than is needed.
pub fn csv<T: AsRef<str>>(texts: &[T]) -> String {
    let rows = texts
        .iter()
        .map(|text| format!("7,\"{}\"\n", text.as_ref()));
    format!("Shop,Review Text\n{}", rows.collect::<String>())
}

pub fn texts(number: usize) -> Vec<String> {
    (0..number).map(|n| format!("text number {n}")).collect()
}

pub async fn chosen(setup: &Setup) -> Chosen {
    let requests = setup.keys(keys::LABEL_REQUESTS).await;
    let request: LabelRequest = setup.read(requests.last().unwrap()).await.unwrap();
    match request.result {
        Requested::Chosen(chosen) => chosen,
        Requested::Rejected { reason } => panic!("{reason}"),
    }
}

pub async fn record(setup: &Setup, text: &str) -> Option<HumanLoopRecord> {
    setup.read(&keys::human_loop(&row_hash(text))).await
}

pub async fn loops(setup: &Setup) -> usize {
    setup.keys(keys::HUMAN_LOOPS).await.len()
}

#[tokio::test]
pub async fn without_a_model_texts_are_drawn_at_random_and_the_events_repetition_asks_nothing() {
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    stage.ask("asked before").await;
    let human_loop = stage.ask("labelled before").await;
    stage.answer(&human_loop, "ann", "0").await;
    stage.collect(&human_loop).await;

    let mut all = texts(40);
    all.sort_by(|one, other| drawn(one).total_cmp(&drawn(other)));
    let mut rows = texts(40);
    // Known texts, an empty one, and one that differs in nothing.
    rows.extend(["Asked BEFORE", "labelled before", "", "Text  number 7"].map(str::to_owned));
    let deps = stage.requester(3, 9);
    let outcome = upload(setup, &deps, "reviews.csv", csv(&rows)).await;
    let expected = File::Chosen {
        texts: 3,
        eligible: 40,
        chosen_by: ChosenBy::Random,
    };
    assert_eq!(outcome.file, expected);
    assert_eq!(outcome.questions, Questions { asked: 3, left: 0 });

    let chosen = chosen(setup).await;
    assert_eq!((chosen.rows, chosen.bad, chosen.budget), (43, 1, 3));
    assert_eq!((chosen.known, chosen.eligible), (2, 40));
    assert_eq!(chosen.first_bad[0].row, 43);
    let expected: Vec<String> = all[..3].iter().map(|text| row_hash(text)).collect();
    assert_eq!(chosen.texts, expected);
    let record = record(setup, &all[0]).await.unwrap();
    // A sample of the file is as an upload of these rows: the gate may judge by it.
    assert_eq!(record.input.origin, Origin::Upload);
    assert_eq!(record.input.initial_value, "");
    assert_eq!(
        (record.predicted, record.inclusion_probability),
        (String::new(), None)
    );

    for _ in 0..2 {
        let again = wake(&deps, KEY).await.unwrap();
        assert_eq!(again.file, File::KnownBefore);
        assert_eq!(again.questions, Questions::default());
    }
    assert_eq!(loops(setup).await, 5);
    assert!(setup.keys(keys::UNASKED).await.is_empty());
    // register-dataset gets the event, too.
    let other = datasets::deps(setup);
    let other = register_dataset::handle(&other, event("upload-unlabelled", &[])).await;
    assert_eq!(other.unwrap(), register_dataset::Outcome::Unlabelled);
    assert!(setup.keys(keys::DATASETS).await.is_empty());
}

#[tokio::test]
async fn a_stack_that_begins_with_texts_alone_has_its_first_version_of_their_labels() {
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    let file = csv(&["soft", "torn"]);
    upload(setup, &stage.requester(2, 9), "two.csv", file).await;
    for (text, answer) in [("soft", "1"), ("torn", "-1")] {
        let record = record(setup, text).await.unwrap();
        stage.answer(&record.human_loop, "ann", answer).await;
        stage.collect(&record.human_loop).await;
        let label: Label = setup.read(&keys::label(&row_hash(text))).await.unwrap();
        assert_eq!(
            (label.label.as_str(), label.origin),
            (answer, Origin::Upload)
        );
    }
    let config = prepare_retraining::Config {
        bucket: setup.bucket.name.clone(),
        dataset_name: DATASET.into(),
        labels: ["-1", "0", "1"].map(str::to_owned).into(),
        bounds: Bounds {
            minimum_new_labels: 2,
            maximum_per_day: 1,
        },
    };
    let deps = prepare_retraining::Deps::new(&setup.of("prepare-retraining"), config);
    let wake = event("scheduled-retraining", &[]);
    let prepared = prepare_retraining::handle(&deps, wake).await.unwrap();
    let prepare_retraining::Outcome::Prepared { key, .. } = prepared else {
        panic!("{prepared:?}")
    };
    let deps = datasets::deps(setup);
    let outcome = register_dataset::handle(&deps, datasets::put(&key)).await;
    outcome.unwrap();
    assert_eq!(datasets::versions(setup).await[0].rows(), 2);
}

#[tokio::test]
pub async fn with_a_model_the_least_certain_texts_are_asked_and_none_that_the_audit_would_draw() {
    let people = People::new().await;
    let setup = &people.setup;
    serve(setup).await;
    let unsure: Vec<String> = (0..8).map(|n| format!("unsure {n} {n}a {n}b")).collect();
    let mut rows = texts(20);
    rows.extend(unsure.clone());
    let mut deps = people.requester(5, 9);
    deps.config.audit_rate = 0.5;
    let audited = unsure.iter().filter(|text| is_audited(0.5, text)).count();
    assert!((1..=3).contains(&audited), "{audited} of 8");
    let outcome = upload(setup, &deps, "reviews.csv", csv(&rows)).await;
    let expected = File::Chosen {
        texts: 5,
        eligible: 28,
        chosen_by: ChosenBy::Uncertainty,
    };
    assert_eq!(outcome.file, expected);
    let chosen = chosen(setup).await.texts;
    let askable = unsure.iter().filter(|text| !is_audited(0.5, text));
    let askable: Vec<String> = askable.map(|text| row_hash(text)).collect();
    assert!(
        chosen.iter().all(|hash| askable.contains(hash)),
        "{chosen:?}"
    );
    for text in unsure.iter().filter(|text| is_audited(0.5, text)) {
        assert!(record(setup, text).await.is_none(), "{text}");
    }
    let asked = unsure.iter().find(|text| row_hash(text) == chosen[0]);
    let record = record(setup, asked.unwrap()).await.unwrap();
    assert_eq!(record.input.origin, Origin::Uncertain);
    // As in predict, nothing is preselected.
    assert_eq!(record.input.initial_value, "");
    assert_eq!(record.predicted, "1");
}

#[tokio::test]
async fn where_all_texts_are_asked_the_model_chooses_none() {
    let people = People::new().await;
    serve(&people.setup).await;
    let deps = people.requester(2, 9);
    let outcome = upload(&people.setup, &deps, "two.csv", csv(&["unsure", "sure"])).await;
    let expected = File::Chosen {
        texts: 2,
        eligible: 2,
        chosen_by: ChosenBy::Random,
    };
    assert_eq!(outcome.file, expected);
}

#[tokio::test]
pub async fn what_the_days_cap_leaves_over_is_asked_on_the_next_days_oldest_file_first() {
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    let first = upload(setup, &stage.requester(5, 3), "a.csv", csv(&texts(5))).await;
    assert_eq!(first.questions, Questions { asked: 3, left: 2 });
    let rest = chosen(setup).await.texts.split_off(3);
    stage.wait(1);
    // Texts that are chosen are not chosen again, asked or not.
    let mut rows = texts(5);
    rows.extend(["late", "later"].map(str::to_owned));
    let later = upload(setup, &stage.requester(5, 3), "b.csv", csv(&rows)).await;
    assert_eq!(later.questions, Questions { asked: 0, left: 4 });

    let mut reconciler = stage.reconciler();
    reconciler.config.caps = Caps::new(3, 0.0, 0.0).unwrap();
    assert!(!sent(&reconciler).await.contains("request-labels"));
    stage.wait(DAY);
    let mut reconciler = stage.reconciler();
    reconciler.config.caps = Caps::new(3, 0.0, 0.0).unwrap();
    let due = sent(&reconciler).await;
    assert!(due.contains("request-labels"), "{due}");

    let deps = stage.requester(5, 3);
    let next = wake(&deps, keys::INCOMING_UNLABELLED).await.unwrap();
    assert_eq!(next.file, File::FolderMarker);
    assert_eq!(next.questions, Questions { asked: 3, left: 1 });
    for hash in rest {
        let record: Option<HumanLoopRecord> = setup.read(&keys::human_loop(&hash)).await;
        assert!(record.is_some(), "of the older file");
    }
    // Asked by predict meanwhile, it is not asked again.
    for text in ["late", "later"] {
        if record(setup, text).await.is_none() {
            stage.ask(text).await;
        }
    }
    let last = wake(&deps, keys::INCOMING_UNLABELLED).await.unwrap();
    assert_eq!(last.questions, Questions::default());
    assert!(setup.keys(keys::UNASKED).await.is_empty());
    assert_eq!(loops(setup).await, 7);
}

#[tokio::test]
pub async fn a_choice_stands_where_the_function_died_behind_it_and_a_refused_question_is_given_up()
{
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    // Nothing can be asked today.
    upload(setup, &stage.requester(1, 0), "reviews.csv", csv(&texts(9))).await;
    let before = chosen(setup).await;
    let request = setup.keys(keys::LABEL_REQUESTS).await.pop().unwrap();
    loop_state::objects::delete(stage.bucket(), &request)
        .await
        .unwrap();
    // A task of the name that the question will have asks something else.
    let hash = &before.texts[0];
    let name = policy::naming::human_loop(hash, &stage.people.reviewers, 1);
    let other = question("something else").input;
    let now = stage.clock().moment();
    let task = policy::task::new(&name, &stage.people.reviewers, other, Vec::new(), now);
    loop_state::tasks::create(stage.bucket(), &task)
        .await
        .unwrap();

    // Another budget would choose more.
    let outcome = wake(&stage.requester(5, 9), KEY).await.unwrap();
    assert_eq!(chosen(setup).await, before);
    assert_eq!(outcome.questions, Questions { asked: 0, left: 0 });
    let record: HumanLoopRecord = setup.read(&keys::human_loop(hash)).await.unwrap();
    assert!(record.stuck.unwrap().contains("asks something else"));
    assert!(setup.keys(keys::UNASKED).await.is_empty());
    let _: Refusal = stage.submit(&name, "ann", "1").await.unwrap_err();
}

#[tokio::test]
async fn a_file_whose_event_was_lost_is_sent_once_more() {
    let stage = Stage::new().await;
    stage.people.setup.put(KEY, csv(&texts(2))).await;
    assert!(!sent(&stage.reconciler()).await.contains("request-labels"));
    stage.wait(16 * 60);
    let due = sent(&stage.reconciler()).await;
    assert!(due.contains("request-labels"), "{due}");
    wake(&stage.requester(2, 9), KEY).await.unwrap();
    assert!(!sent(&stage.reconciler()).await.contains("request-labels"));
}

#[tokio::test]
async fn trouble_of_the_endpoint_that_passes_is_tried_again() {
    let people = People::new().await;
    let setup = &people.setup;
    serve(setup).await;
    setup.put(KEY, csv(&texts(9))).await;
    let busy = ("ThrottlingException", "Rate exceeded");
    let config = refusing::config(setup, "request-labels", "/invocations", busy, 9);
    let config_of_function = people.requester(2, 9).config;
    let deps = Deps::new(&config, config_of_function);
    let error = wake(&deps, KEY).await.unwrap_err().to_string();
    assert!(error.contains("busy"), "{error}");
    assert!(setup.keys(keys::LABEL_REQUESTS).await.is_empty());
    let outcome = wake(&people.requester(2, 9), KEY).await.unwrap();
    assert_eq!(outcome.questions, Questions { asked: 2, left: 0 });
    assert_eq!(chosen(setup).await.chosen_by, ChosenBy::Uncertainty);
}

#[tokio::test]
async fn a_sample_of_several_calls_is_answered_in_its_order() {
    let people = People::new().await;
    let setup = &people.setup;
    serve(setup).await;
    let mut rows = texts(MAXIMUM_TEXTS);
    let mut unsure = (0..).map(|n| format!("unsure {n}"));
    // In the second call.
    let unsure = unsure.find(|text| rows.iter().all(|other| drawn(other) < drawn(text)));
    rows.extend(unsure.clone());
    upload(setup, &people.requester(1, 9), "reviews.csv", csv(&rows)).await;
    assert_eq!(chosen(setup).await.texts, [row_hash(&unsure.unwrap())]);
}

#[tokio::test]
async fn where_the_model_refuses_a_text_all_are_drawn_at_random() {
    let people = People::new().await;
    serve(&people.setup).await;
    for (name, texts) in [
        ("every.csv", ["OTHER-COLUMNS one", "OTHER-COLUMNS two"]),
        // A choice among those that are left would know plain texts alone.
        ("one.csv", ["OTHER-COLUMNS three", "unsure four"]),
        ("request.csv", ["TOO-MANY-ROWS five", "unsure six"]),
    ] {
        let deps = people.requester(1, 9);
        let outcome = upload(&people.setup, &deps, name, csv(&texts)).await;
        let expected = File::Chosen {
            texts: 1,
            eligible: 2,
            chosen_by: ChosenBy::Random,
        };
        assert_eq!(outcome.file, expected, "{name}");
        assert_eq!(outcome.questions, Questions { asked: 1, left: 0 }, "{name}");
        let key = format!("{}{name}", keys::INCOMING_UNLABELLED);
        let again = wake(&deps, &key).await.unwrap();
        assert_eq!(again.file, File::KnownBefore);
    }
}
