//! The notebook of the candidates: what can be tried, and how a person repeats one by hand.

use contracts::automl::{Analysis, ColumnKind, LABEL, TEXT};
use report::format::count;
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::notebook::{Notebook, plain, table};

/// By the hyperparameter `algorithm`.
const CANDIDATES: [(&str, &str); 3] = [
    (
        "ngrams",
        "A logistic regression on words and pairs of words. It is trained in seconds, and what it has learnt can be read: \
         a weight for each word.",
    ),
    (
        "fasttext",
        "fastText: a mean of the words' vectors, which are learnt. With characters' n-grams it reads words that it has \
         not seen.",
    ),
    (
        "automl",
        "The others, each trained as by itself, and the weighted mean of their answers that suits the validation rows best.",
    ),
];

pub fn notebook(analysis: &Analysis, arguments: &Arguments) -> Value {
    let mut notebook = Notebook::default();
    notebook.cell(
        "# Candidate definition\n\n\
         Every candidate has the same two steps: the columns of a row become one text, and a model of texts is trained on it.",
    );
    notebook.cell(&features_cell(analysis));
    let rows = CANDIDATES.map(|(name, what)| vec![name.to_owned(), what.to_owned()]);
    notebook.cell(&format!(
        "## The candidates\n\n{}\n\
         These algorithms can be candidates; the job's list of candidates has those that were trained, with their \
         hyperparameters. The best is the one with the best {} on the {} validation rows.",
        table(&["algorithm", "what it is"], rows),
        analysis.objective.name(),
        count(analysis.rows.validation)
    ));
    notebook.cell(&by_hand(arguments));
    for (name, what) in CANDIDATES {
        notebook.cell(&candidate_cell(name, what));
    }
    notebook.finish()
}

fn features_cell(analysis: &Analysis) -> String {
    let named = |kind: ColumnKind| {
        let columns = analysis.columns.iter().filter(|it| it.kind == kind);
        let names: Vec<String> = columns.map(|column| plain(&column.name)).collect();
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        }
    };
    format!(
        "## A row as one text\n\n\
         - **Texts** stand first, in the order of their columns: {}.\n\
         - **Categories** become a word each: {}. A value of fewer than {} train rows is \"other\".\n\
         - **Numbers** become the word of their quantile: {}.\n\
         - **Dropped**: {}.\n\n\
         A missing value has a word of its own where the train rows have enough of them.",
        named(ColumnKind::Text),
        named(ColumnKind::Category),
        columns::FEW_ROWS,
        named(ColumnKind::Number),
        named(ColumnKind::Dropped)
    )
}

fn by_hand(arguments: &Arguments) -> String {
    format!(
        "## By hand\n\n\
         The program of every step is `classifier`. In a folder of your own:\n\n\
         ```\n\
         export SAGEMAKER_BASE_DIR=job\n\
         mkdir -p job/processing/input/data job/input/config\n\
         cp rows.csv job/processing/input/data/\n\
         classifier automl analyze{}\n\
         cp -r job/processing/output/split job/processing/output/analysis job/processing/input/\n\
         classifier automl features\n\
         cp -r job/processing/output/rows job/input/data\n\
         ```\n\n\
         Validation rows of your own lie in `job/processing/input/validation`.",
        said(arguments)
    )
}

/// What analyze was told, for a shell.
fn said(arguments: &Arguments) -> String {
    let share = arguments.validation_fraction.to_string();
    let options = [
        ("target", Some(&arguments.target)),
        ("problem-type", arguments.problem_type.as_ref()),
        ("objective", arguments.objective.as_ref()),
        ("features", arguments.features.as_ref()),
        ("validation-fraction", Some(&share)),
    ];
    let option = |(name, value): (&str, Option<&String>)| {
        let value = value?.replace('\'', r"'\''");
        Some(format!(" --{name} '{value}'"))
    };
    options.into_iter().filter_map(option).collect()
}

fn candidate_cell(name: &str, what: &str) -> String {
    let hyperparameters = json!({ "algorithm": name, "text_column": TEXT, "label_column": LABEL });
    format!(
        "### {name}\n\n{what}\n\n\
         ```\n\
         echo '{hyperparameters}' > job/input/config/hyperparameters.json\n\
         rm -rf job/model\n\
         classifier train\n\
         ```\n\n\
         `classifier defaults --algorithm {name}` prints its hyperparameters."
    )
}
