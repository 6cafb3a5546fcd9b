//! request-labels: files of which nothing, or not all, can be used.

use contracts::keys;
use policy::text::TextColumns;
use request_labels::{File, Questions};

use super::portal::Stage;
use super::review::People;
use super::unlabelled::{chosen, csv, loops, record, texts, upload, wake};

async fn rejection(name: &str, body: &str) -> String {
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    let deps = stage.requester(2, 9);
    let outcome = upload(setup, &deps, name, body).await;
    let File::Rejected { reason } = outcome.file else {
        panic!("{outcome:?}")
    };
    assert_eq!(loops(setup).await, 0);
    let key = format!("{}{name}", keys::INCOMING_UNLABELLED);
    let again = wake(&deps, &key).await.unwrap();
    assert_eq!(again.file, File::KnownBefore);
    reason
}

#[tokio::test]
async fn a_file_of_which_nothing_can_be_used_is_refused_with_its_reason() {
    for (name, body, expected) in [
        ("a.csv", "Shop,Text\n7,soft\n", "Review Text"),
        ("a.csv", "", "the file is empty"),
        (
            "a.csv",
            "Review Text\n\"\"\n",
            "none of the 1 rows is good; row 1",
        ),
        (
            "a.jsonl",
            "{\"text\": \"soft\"}\n",
            "\"Review Text\": missing",
        ),
        ("a.manifest", "", "the file has no rows"),
        (
            "a.manifest",
            "{\"text\": \"soft\"}\n",
            "\"source\": missing",
        ),
        (
            "a.manifest",
            "{\"source-ref\": \"s3://b/a.txt\"}\n",
            "\"source-ref\": not read",
        ),
    ] {
        let reason = rejection(name, body).await;
        assert!(reason.contains(expected), "{name}: {reason}");
    }
}

#[tokio::test]
async fn a_stack_that_asks_nobody_refuses_the_file() {
    let people = People::new().await;
    let mut deps = people.requester(2, 9);
    deps.reviewers = None;
    let outcome = upload(&people.setup, &deps, "a.csv", csv(&["soft"])).await;
    let File::Rejected { reason } = outcome.file else {
        panic!("{outcome:?}")
    };
    assert!(reason.contains("HumanReview is none"), "{reason}");
}

#[tokio::test]
async fn a_manifest_of_ground_truth_is_read_and_titles_of_tables_are_shown() {
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    let mut deps = stage.requester(9, 9);
    deps.config.text_columns =
        TextColumns::new(["Title", "Review Text"].map(str::to_owned).into()).unwrap();
    let manifest = "{\"source\": \"soft\"}\n{\"source\": \"hard\", \"shop\": 7}\n";
    let outcome = upload(setup, &deps, "texts.manifest", manifest).await;
    assert_eq!(outcome.questions, Questions { asked: 2, left: 0 });
    assert!(
        record(setup, "soft")
            .await
            .unwrap()
            .input
            .context
            .is_empty()
    );
    let table = "Title,Review Text\nNice,as expected\n";
    upload(setup, &deps, "a.csv", table).await;
    let shown = record(setup, "as expected").await.unwrap().input.context;
    assert_eq!(
        (shown[0].name.as_str(), shown[0].value.as_str()),
        ("Title", "Nice")
    );
}

/// The function dies behind the choice, and the event of another file asks what was chosen before its own comes again.
#[tokio::test]
async fn a_files_budget_is_spent_once_whoever_asks_its_questions() {
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    // Nothing can be asked today.
    upload(setup, &stage.requester(2, 0), "a.csv", csv(&texts(9))).await;
    let before = chosen(setup).await;
    let request = setup.keys(keys::LABEL_REQUESTS).await.pop().unwrap();
    setup.delete(&request).await;

    let deps = stage.requester(2, 9);
    let other = wake(&deps, keys::INCOMING_UNLABELLED).await.unwrap();
    assert_eq!(other.questions, Questions { asked: 2, left: 0 });
    let key = format!("{}a.csv", keys::INCOMING_UNLABELLED);
    for _ in 0..2 {
        let again = wake(&deps, &key).await.unwrap();
        assert_eq!(again.file, File::KnownBefore);
        assert_eq!(again.questions, Questions::default());
    }
    assert_eq!(chosen(setup).await, before);
    assert_eq!(loops(setup).await, 2);
}
