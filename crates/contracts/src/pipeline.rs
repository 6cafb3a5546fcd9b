//! Names that `infra/pipelines/text-classifier.json` and the functions share; a test holds
//! the file to them.

pub const DATASET_MANIFEST: &str = "DatasetManifest";
pub const DATASET_PARTS: &str = "DatasetParts";
pub const CHAMPION_MODEL: &str = "ChampionModel";
pub const CHAMPION_MODEL_PACKAGE: &str = "ChampionModelPackage";
pub const ANCHOR_MODEL: &str = "AnchorModel";
pub const ANCHOR_MODEL_PACKAGE: &str = "AnchorModelPackage";
/// Value of `ChampionModelPackage` while nothing is approved, and of `AnchorModelPackage` at the
/// beginning of a lineage.
pub const NONE: &str = "none";
/// The environment variable that tells `classifier evaluate` whose model the champion is.
pub const CHAMPION_MODEL_PACKAGE_VARIABLE: &str = "CHAMPION_MODEL_PACKAGE";
/// The same for the anchor.
pub const ANCHOR_MODEL_PACKAGE_VARIABLE: &str = "ANCHOR_MODEL_PACKAGE";
/// A JSON object of further hyperparameters, beside those that have parameters of their own.
pub const HYPERPARAMETERS: &str = "Hyperparameters";
/// The hyperparameters that have parameters of their own, and those parameters.
pub const OF_HYPERPARAMETERS: [(&str, &str); 6] = [
    ("algorithm", "Algorithm"),
    ("epochs", "Epochs"),
    ("learning_rate", "LearningRate"),
    ("train_batch_size", "TrainBatchSize"),
    ("max_seq_length", "MaxSeqLength"),
    ("seed", "Seed"),
];
/// What a tuning job maximises, as the training step's metric definitions name it.
pub const OBJECTIVE: &str = "validation:balanced_accuracy";
pub const TRAIN_STEP: &str = "TrainModel";
/// The step that splits a dataset version's rows.
pub const PREPARE_STEP: &str = "PrepareDataset";
/// In the evaluate step's output, and in the package's model quality statistics.
pub const EVALUATION_FILE: &str = "evaluation.json";
/// In the prepare step's profile and in the evaluate step's output: the registry's bias reports.
pub const BIAS_FILE: &str = "bias.json";
pub const BIAS_PAGE: &str = "bias.html";
pub const PREDICTIONS_FILE: &str = "predictions.jsonl";

/// Parameters that start-pipeline sets itself; a person may not.
pub const RESERVED: [&str; 6] = [
    DATASET_MANIFEST,
    DATASET_PARTS,
    CHAMPION_MODEL,
    CHAMPION_MODEL_PACKAGE,
    ANCHOR_MODEL,
    ANCHOR_MODEL_PACKAGE,
];
