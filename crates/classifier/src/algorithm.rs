//! What a job trains, and how a folder tells which it holds.

use std::path::Path;

use crate::{fasttext, ngrams};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Bert,
    FastText,
    Ngrams,
    /// The others, and an ensemble of them.
    Automl,
}

impl Algorithm {
    pub const ALL: [Algorithm; 4] = [
        Algorithm::Bert,
        Algorithm::FastText,
        Algorithm::Ngrams,
        Algorithm::Automl,
    ];

    /// As the hyperparameter `algorithm` and a training card have it.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Bert => "bert",
            Algorithm::FastText => "fasttext",
            Algorithm::Ngrams => "ngrams",
            Algorithm::Automl => "automl",
        }
    }

    /// The file by which a folder is known to hold such a model.
    pub fn file(self) -> &'static str {
        match self {
            Algorithm::Bert => "config.json",
            Algorithm::FastText => fasttext::FILE,
            Algorithm::Ngrams => ngrams::FILE,
            Algorithm::Automl => "ensemble.json",
        }
    }

    pub fn named(name: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Those whose models the folder holds: none or one, but for a mistake.
    pub fn in_folder(folder: &Path) -> Vec<Algorithm> {
        let all = Algorithm::ALL.into_iter();
        all.filter(|one| folder.join(one.file()).is_file())
            .collect()
    }
}
