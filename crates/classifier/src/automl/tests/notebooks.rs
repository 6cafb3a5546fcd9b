use std::collections::BTreeSet;

use serde_json::Value;

use super::{Job, analyze, table};

const EXPLORATION: &str = "notebooks/SageMakerAutopilotDataExplorationNotebook.ipynb";
const CANDIDATES: &str = "notebooks/SageMakerAutopilotCandidateDefinitionNotebook.ipynb";

/// A notebook's Markdown, after its form was checked.
fn markdown(job: &Job, notebook: &str) -> String {
    let notebook: Value = job.json(notebook);
    assert_eq!(
        (&notebook["nbformat"], &notebook["nbformat_minor"]),
        (&4.into(), &5.into())
    );
    assert!(notebook["metadata"].is_object());
    let cells = notebook["cells"].as_array().unwrap();
    let ids: BTreeSet<&str> = cells
        .iter()
        .map(|cell| cell["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), cells.len());
    let source = |cell: &Value| -> String {
        assert!(cell["cell_type"] == "markdown" && cell["metadata"].is_object());
        let lines = cell["source"].as_array().unwrap();
        lines.iter().map(|line| line.as_str().unwrap()).collect()
    };
    cells.iter().map(source).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn the_data_are_shown_by_counts_and_categories_and_never_by_texts() {
    let job = Job::of(&[("rows.csv", &table(300))]);
    job.run(analyze("rating")).unwrap();
    let text = markdown(&job, EXPLORATION);
    for shown in [
        "240 rows train and 60 rows judge, and the same rows have the same parts in any order.",
        "| -1 | 100 | 33.3 % |",
        "| Title | text | 0.0 % | 240 |",
        "| Nr | dropped | 0.0 % | 240 | nearly every row has a value of its own",
        "| Day | dropped | 0.0 % | 7 | beside the texts it tells too little: 0.0",
        "| Empty | dropped | 100.0 % | 0 | every value is missing |",
        "| South |",
        "| Nörth, old |",
        "first quartile",
    ] {
        assert!(text.contains(shown), "{shown} is not in\n{text}");
    }
    for kept in ["dress", "What I think", "n17"] {
        assert!(!text.contains(kept), "{kept} is in\n{text}");
    }
}

#[test]
fn what_few_rows_have_is_not_shown_and_given_parts_are_said_to_be() {
    let table = |count: usize| {
        let rows = (0..count).map(|n| {
            let agent = match n {
                7..11 => "Erika Mustermann".to_owned(),
                _ => format!("team {}", n % 4),
            };
            let salary = match n {
                3 => 987_654.0,
                4 => -55.5,
                _ => 1.5 * n as f64,
            };
            format!("{agent},{salary},{}\n", ["a", "b"][n % 2])
        });
        "agent,salary,label\n".to_owned() + &rows.collect::<String>()
    };
    let job = Job::of(&[("rows.csv", &table(200))]);
    job.put("validation/rows.csv", &table(60));
    job.run(analyze("label")).unwrap();
    let text = markdown(&job, EXPLORATION);
    for shown in [
        "200 rows train and 60 rows judge, as they were given.",
        "| team 0 |",
        "Rarer values: 1.",
        "| 1st percentile |",
    ] {
        assert!(text.contains(shown), "{shown} is not in\n{text}");
    }
    for kept in ["Erika", "987654", "-55.5"] {
        assert!(!text.contains(kept), "{kept} is in\n{text}");
    }
}

#[test]
fn what_a_person_should_look_at_is_said() {
    // The column tells the label, a label is rare, and values are missing.
    let rows = (0..100).map(|n| {
        let label = if n % 20 == 0 {
            "rare|one"
        } else {
            ["a", "b"][n % 2]
        };
        let often = if label == "a" || n % 3 == 0 { "x" } else { "" };
        format!("so it is {n},code {label},{often},{label}\n")
    });
    let text = "text,leak,often,label\n".to_owned() + &rows.collect::<String>();
    let job = Job::of(&[("rows.csv", &text)]);
    job.run(analyze("label")).unwrap();
    let text = markdown(&job, EXPLORATION);
    for shown in [
        "**leak** alone tells the label",
        r"The label **rare\|one** is rare (5.0 %)",
        "**often** is missing in 3",
        r"| rare\|one | 5 |",
        "Rarer values: 1.",
    ] {
        assert!(text.contains(shown), "{shown} is not in\n{text}");
    }
    assert!(!text.contains("**often** alone"), "{text}");
}

#[test]
fn values_that_are_no_numbers_are_said() {
    let rows = (0..500).map(|n| {
        let few = match n {
            0..4 => "N/A".to_owned(),
            _ => (n % 37).to_string(),
        };
        let many = match n % 5 {
            0 => format!("1 {}00", n % 7),
            _ => (n % 41).to_string(),
        };
        format!("{few},{many},{}\n", ["a", "b"][n % 2])
    });
    let table = "few,many,label\n".to_owned() + &rows.collect::<String>();
    let job = Job::of(&[("rows.csv", &table)]);
    job.put("validation/rows.csv", "few,many,label\n1,2,a\n");
    job.run(analyze("label")).unwrap();
    let text = markdown(&job, EXPLORATION);
    for shown in [
        "Values of **few** that are no numbers, and so count as missing: 4.",
        "Most values of **many** are numbers. It is read as a category; values that are no numbers: 100.",
        "| few | number | 0.8 % | 37 |",
    ] {
        assert!(text.contains(shown), "{shown} is not in\n{text}");
    }
}

#[test]
fn candidates_can_be_repeated_by_hand() {
    let job = Job::of(&[("rows.csv", &table(60).replace("rating\n", "the 'rating'\n"))]);
    job.run(analyze("the 'rating'")).unwrap();
    let text = markdown(&job, CANDIDATES);
    for shown in [
        r"classifier automl analyze --target 'the '\''rating'\'''",
        r#"echo '{"algorithm":"ngrams","text_column":"text","label_column":"label"}'"#,
        "These algorithms can be candidates; the job's list of candidates has those that were trained",
        "best Accuracy on the 12 validation rows",
        "in the order of their columns: Title, Review.",
    ] {
        assert!(text.contains(shown), "{shown} is not in\n{text}");
    }
}
