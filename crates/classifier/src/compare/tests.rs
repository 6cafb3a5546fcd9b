use std::collections::BTreeMap;
use std::fs;

use contracts::dataset::Context;
use contracts::rollout::{LabelledRow, ScoredRow};

use super::*;
use crate::model::ModelFolder;
use crate::{testing, train};

/// A model of the rows of [`testing`], trained far enough to know its words, which reads these columns.
fn trained(base: &Path, columns: &[&str]) {
    let container = Container::new(base);
    testing::write_hyperparameters(&container, &testing::tiny(&[("algorithm", "fasttext")]));
    testing::write_channel(&container, "train", &testing::rows(240));
    testing::write_channel(&container, "validation", &testing::rows(60));
    if !columns.is_empty() {
        testing::name_text_columns(&container, columns);
    }
    train::run(&container).unwrap();
}
