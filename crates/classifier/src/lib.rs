//! The ML program and container entry point: `prepare`, `train`, `evaluate`, `bias`, `serve`, and
//! `explain` and `show` for people. The models are the crates [`bert`](::bert), [`fasttext`](::fasttext) and
//! [`ngrams`](::ngrams): loops over values belong there or to [`kernels`], for this crate is not optimised for tests and
//! the demo.
//!
//! Every command works by SageMaker's container contract below one folder, `/opt/ml` or what
//! `SAGEMAKER_BASE_DIR` says, and knows nothing of S3: SageMaker brings the files and takes them.
//! So each runs by hand as it runs in a job:
//!
//! ```text
//! job/input/config/hyperparameters.json      {"epochs": "6"}: strings, see `bert::Hyperparameters`
//! job/input/data/train/rows.csv              columns review_body and sentiment; or .jsonl, .parquet,
//!                                            .tfrecord, or lines of `__label__1 a text`
//! job/input/data/validation/rows.csv
//! job/input/data/test/rows.csv               optional: scored in the end, in a line of the log
//! job/input/data/pretrained/                 optional: a folder of BERT, RoBERTa or DistilBERT to start from;
//!                                            algorithm=automl has a candidate more by it
//! job/checkpoints/                           if it exists, BERT's killed job goes on from here
//!
//! SAGEMAKER_BASE_DIR=job classifier train    leaves a Hugging Face folder, fastText's model.bin, ngrams.safetensors or
//!                                            an ensemble of these in job/model, and in job/output/data
//!                                            validation_predictions.jsonl (label and prediction of each validation
//!                                            row), of BERT also health.json (rules that may stop the job) and
//!                                            profiler-output (where the time went)
//! SAGEMAKER_BASE_DIR=job classifier calibrate
//!                                            fits the temperature of a folder in job/model that another
//!                                            program trained, and leaves its validation_predictions.jsonl
//! SAGEMAKER_BASE_DIR=job classifier serve    answers on SAGEMAKER_BIND_TO_PORT, else 8080
//! classifier defaults [--algorithm NAME] [--pretrained folder]
//!                                            the hyperparameters of a training that is given none
//! classifier explain --model job/model --text "..."      what each word added to the answer
//! ```
//!
//! Processing jobs have theirs below `job/processing`:
//!
//! ```text
//! input/manifest, input/parts                a dataset version and its rows, as register-dataset has them
//! input/pretrained                           optional: whose tokens or embeddings become features
//! classifier prepare                         leaves output/train, validation, test and profile
//!
//! input/manifest, input/test                 the version and its test rows
//! input/model, input/champion, input/anchor  model.tar.gz or a folder; a marker alone says "none"
//! classifier evaluate                        leaves output/evaluation; CHAMPION_MODEL_PACKAGE and
//!                                            ANCHOR_MODEL_PACKAGE name those two versions,
//!                                            EXPLAIN_ROWS says how many rows are explained
//!
//! input/rows                                 labelled rows of the traffic
//! input/champion, input/challenger           model.tar.gz or a folder
//! classifier compare                         leaves output/scores: what either model says of each row
//!
//! input/data, input/config                   rows with labels or predicted labels; analysis_config.json
//! classifier bias                            leaves output/analysis.json and output/report.html
//! ```
//!
//! A table of any columns becomes texts, and a model's answers its labels again, by [`automl`]: an AutoML job's steps.

pub mod algorithm;
pub mod archive;
pub mod automl;
pub mod bert;
pub mod bias;
pub mod calibrate;
pub mod calibration;
pub mod channel;
pub mod compare;
pub mod container;
pub mod data;
pub mod defaults;
pub mod ensemble;
pub mod evaluate;
pub mod explain;
pub mod fasttext;
pub mod intake;
pub mod labels;
pub mod log;
pub mod ngrams;
pub mod prepare;
pub mod rows;
pub mod serve;
pub mod show;
pub mod train;
pub mod trained_model;
pub mod training;

#[cfg(test)]
mod testing;
