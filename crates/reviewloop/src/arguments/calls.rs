//! Arguments of the commands that call the functions which programs call.

use std::path::PathBuf;

use clap::Args;

use super::values::pair;

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Predict {
    /// The texts; - alone reads them from stdin, one text a line.
    pub texts: Vec<String>,
    /// A file with one text a line.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// One text column's value; repeat for each text column.
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = pair)]
    pub fields: Vec<(String, String)>,
}

#[derive(Debug, Args)]
pub struct Feedback {
    /// The id of the answer, as predict gave it.
    #[arg(value_name = "INFERENCE_ID")]
    pub inference_id: String,
    /// 1: the answer led to what it was for; 0: it did not.
    #[arg(
        long,
        value_name = "0|1",
        required_unless_present = "truths",
        allow_negative_numbers = true
    )]
    pub reward: Option<f64>,
    /// The ground-truth label of a text; repeat for each text of the answer, in order; - where it is not known.
    #[arg(long = "truth", value_name = "LABEL", allow_hyphen_values = true)]
    pub truths: Vec<String>,
}
