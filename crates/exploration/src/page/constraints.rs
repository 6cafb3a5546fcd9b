//! The version's upload beside the dataset's constraints.

use contracts::constraints::{Severity, Violation};
use contracts::dataset::Check;
use report::{Card, Source};

use super::view::table;

pub fn card(check: &Check) -> Card {
    let caption = match (&check.released, check.is_held(), check.violations.len()) {
        (Some(released), ..) => format!(
            "Version {} was held for these differences. A person released it: {}",
            released.version, released.reason
        ),
        (None, true, _) => {
            "The version waits for a person, and nothing is trained with it.".to_owned()
        }
        (None, false, 0) => "The upload differs in nothing that is checked.".to_owned(),
        (None, false, _) => "The differences are too small to hold the version.".to_owned(),
    };
    Card {
        name: "constraints".to_owned(),
        title: "How the upload differs from what was expected".to_owned(),
        caption,
        drawing: None,
        table: table(
            &["column", "what was found", "severity"],
            check.violations.iter().map(row).collect(),
        ),
        source: Source::Said(format!(
            "Constraints {} of the dataset, which reviewloop constraints prints. They predict by how much a file of this \
             size differs by chance; of sound files, one in twenty is accused of anything.",
            check.constraints
        )),
        is_wide: true,
    }
}

fn row(violation: &Violation) -> Vec<String> {
    let column = match violation.feature_name.as_str() {
        "" => "all",
        column => column,
    };
    let severity = match violation.severity {
        Severity::Hold => "holds the version",
        Severity::Warn => "warns",
    };
    vec![
        column.to_owned(),
        violation.description.clone(),
        severity.to_owned(),
    ]
}
