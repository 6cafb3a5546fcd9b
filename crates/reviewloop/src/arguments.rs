//! What can be typed.

pub mod automl;
mod calls;
mod data_room;
mod files;
mod operations;
mod tuning;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use automl::AUTOML;
pub use automl::Automl;
pub use calls::{Feedback, Predict};
pub use data_room::{Artifacts, Constraints, Explore, Features, FeaturesCommand, Sql};
use data_room::{CONSTRAINTS, SQL};
use files::{LABELS, REPORT, REVIEWERS};
pub use files::{Labels, Report, ReviewersOf};
pub use operations::{Discard, Logs, Pin, Redrive, Release, Rollback, Stop, Unpin, Watch};
use operations::{LOGS, PIN, REDRIVE, ROLLBACK, WATCH};
use tuning::TUNE;
pub use tuning::Tune;
pub use values::Listed;
use values::{account, pair, pairs, parameter, texts};

/// Trains, deploys and retrains a text classifier from labelled texts and reviewers' answers.
#[derive(Debug, Parser)]
#[command(name = "reviewloop", version, after_help = ACCOUNT)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    /// Write the result to stdout as one JSON object (status --watch: one object for each change; logs: lines as they are);
    /// progress goes to stderr.
    #[arg(long, global = true)]
    pub json: bool,
    /// Name of the CloudFormation stack; the local emulator's stack has the default name.
    #[arg(long, global = true, env = "REVIEWLOOP_STACK", default_value = contracts::names::DEFAULT_STACK)]
    pub stack: String,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run upload, training, deployment, review and retraining locally, twice, and write report.html.
    #[command(after_help = DEMO)]
    Demo(Box<Demo>),
    /// Run the local AWS emulator in the foreground.
    Up(Up),
    /// Upload labelled texts as one more part of the dataset.
    #[command(after_help = UPLOAD)]
    Upload(Upload),
    /// Show datasets, pipeline executions, models, endpoint and human reviews, and what each of them waits for.
    #[command(after_help = STATUS)]
    Status(Status),
    /// Follow the comparison of a model version with the champion: its evidence, and what decides it.
    #[command(after_help = WATCH)]
    Watch(Watch),
    /// Classify texts with the deployed model; reviewers may be asked about uncertain ones.
    #[command(after_help = PREDICT)]
    Predict(Predict),
    /// Record a reward for an answer of predict, or the ground-truth labels of its texts.
    Feedback(Feedback),
    /// Write a self-contained HTML report on a pipeline execution.
    #[command(after_help = REPORT)]
    Report(Report),
    /// Show how well people label: the queue, their agreement, each reviewer, disputed texts.
    #[command(after_help = REVIEWERS)]
    Reviewers(ReviewersOf),
    /// Write the reviewers' labels as SageMaker Ground Truth's output manifest.
    #[command(after_help = LABELS)]
    Labels(Labels),
    /// Show a model version: verdict, scores, hyperparameters and files.
    Model(Model),
    /// Write the page of charts of a dataset version: classes, categories, lengths, words, columns, quarantine, changes.
    Explore(Explore),
    /// Print the constraints that uploads are checked by, or put edited ones in their place.
    #[command(after_help = CONSTRAINTS)]
    Constraints(Constraints),
    /// Show which dataset version the feature group has, and the rows that it refused.
    Features(Features),
    /// Ask the dataset's tables in SQL, through Athena.
    #[command(after_help = SQL)]
    Sql(Sql),
    /// Show which uploads, labels and jobs a model version was made of, and what came of it.
    Artifacts(Artifacts),
    /// Approve a model version for deployment.
    Approve(Decide),
    /// Reject a model version.
    Reject(Decide),
    /// Let a dataset version that waits go on: one that is unlike the constraints, or beyond the day's runs.
    Release(Release),
    /// Return to the model version that was live before.
    #[command(after_help = ROLLBACK)]
    Rollback(Rollback),
    /// Hold the endpoint at an approved model version.
    #[command(after_help = PIN)]
    Pin(Pin),
    /// Let the highest approved model version serve again.
    Unpin(Unpin),
    /// Stop a pipeline execution or a study.
    Stop(Stop),
    /// Remove an upload that could not be registered.
    Discard(Discard),
    /// Send the events of the dead-letter queues to their functions once more.
    #[command(after_help = REDRIVE)]
    Redrive(Redrive),
    /// Look at what the loop needs: stack, parameters, image, quotas, permissions, reviewers, dead letters.
    Doctor,
    /// Print the log of a function, of the endpoint or of a job.
    #[command(after_help = LOGS)]
    Logs(Logs),
    /// Start a pipeline execution on the newest dataset version.
    #[command(after_help = START)]
    Start(Start),
    /// Search better hyperparameters for the newest dataset version, and say whether they are better.
    #[command(after_help = TUNE)]
    Tune(Tune),
    /// Train the newest dataset version with every algorithm, and average their answers.
    #[command(after_help = AUTOML)]
    Automl(Automl),
    /// Write the demo's synthetic reviews to a CSV file.
    Sample(Sample),
    /// Delete the local emulator's state or, with --account, the stack in an AWS account.
    #[command(after_help = DOWN)]
    Down(Down),
}

#[derive(Debug, Args)]
pub struct Demo {
    /// A CSV or JSON Lines file of labelled texts (gzip allowed); its columns are those of the public clothing reviews
    /// unless others are given [default: synthetic reviews].
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    #[command(flatten)]
    pub columns: Columns,
    /// A file like --data whose labels are replayed to the second model's rollout. The rest of them make a third turn on
    /// wrong labels, which only the rollout can find out [default: a third of the rows that are held out, and no third turn].
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// Set a parameter of infra/template.yaml, for instance Algorithm=bert; may be repeated.
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair)]
    pub parameters: Vec<(String, String)>,
    /// A Hugging Face folder with a BERT model to fine-tune alone, instead of training fastText and n-grams.
    #[arg(long, value_name = "DIR")]
    pub pretrained: Option<PathBuf>,
    /// Folder for state and report; must be empty or not exist [default: .reviewloop/demo, emptied at each start].
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// The emulator's port on 127.0.0.1; 0 chooses a free one.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    /// The reviewers who label uncertain predictions and a random sample.
    #[arg(long, value_enum, default_value_t = Reviewers::Simulated)]
    pub reviewers: Reviewers,
    #[command(flatten)]
    pub programs: Programs,
}

/// How `--data` is read.
#[derive(Debug, Clone, Default, Args)]
pub struct Columns {
    /// The text column. List columns to read in front of it first: "Title,Review Text" [default: "Review Text"].
    #[arg(long = "text-column", value_name = "NAME,..", requires = "data", value_parser = texts)]
    pub text: Option<Listed<String>>,
    /// The label column; without --map its values are the labels [default: Rating].
    #[arg(long = "label-column", value_name = "NAME", requires = "data")]
    pub label: Option<String>,
    /// A column to report accuracy by [default: "Class Name", if there is one].
    #[arg(long = "category-column", value_name = "NAME", requires = "data")]
    pub category: Option<String>,
    /// Map values of the label column to labels, for instance 1=-1,2=-1,3=0; may be repeated.
    #[arg(long, value_name = "VALUE=LABEL,..", requires = "data", value_parser = pairs)]
    pub map: Vec<Listed<(String, String)>>,
    /// The labels in the order of the model's outputs; rows with any other label are quarantined.
    #[arg(long, value_name = "LABEL,..", requires = "data", value_parser = texts)]
    pub labels: Vec<Listed<String>>,
}

impl Columns {
    pub fn pairs(&self) -> Vec<(String, String)> {
        let pairs = self.map.iter().flat_map(|listed| &listed.0);
        pairs.cloned().collect()
    }

    pub fn order(&self) -> Vec<String> {
        let labels = self.labels.iter().flat_map(|listed| &listed.0);
        labels.cloned().collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Reviewers {
    /// Simulated workers sign in to the portal and answer, with 5 % wrong answers.
    Simulated,
    /// You answer, in a browser.
    Browser,
}

#[derive(Debug, Args)]
pub struct Programs {
    /// The folder of the built functions and classifier, or what `sam build` wrote, .aws-sam/build [default: build
    /// them first].
    #[arg(long, value_name = "DIR")]
    pub bin_dir: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Iam {
    /// A request that no policy allows is denied.
    Enforce,
    /// It is allowed, and local-aws.log names the missing statement.
    Report,
    /// Policies are not read.
    Off,
}

impl From<Iam> for local_aws::Iam {
    fn from(mode: Iam) -> Self {
        match mode {
            Iam::Enforce => Self::Enforce,
            Iam::Report => Self::Report,
            Iam::Off => Self::Off,
        }
    }
}

#[derive(Debug, Args)]
pub struct Up {
    /// The port on 127.0.0.1; 0 chooses a free one.
    #[arg(long, value_name = "N", default_value_t = 4566)]
    pub port: u16,
    /// The folder of its state, which is kept between starts [default: that of REVIEWLOOP_STATE, else .reviewloop/up].
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Accept any AWS credentials: signatures are not verified.
    #[arg(long)]
    pub accept_any_credentials: bool,
    /// Whether the template's policies decide on each request.
    #[arg(long, value_enum, default_value_t = Iam::Enforce)]
    pub iam: Iam,
    /// Deliver events twice, late and out of order, as EventBridge may; the seed chooses which.
    #[arg(long, value_name = "SEED", env = "REVIEWLOOP_UNORDERED_DELIVERY")]
    pub unordered_delivery: Option<u64>,
    /// Stop the process (SIGSTOP) directly after this commit of its state: tests/clients/kills.py kills it there.
    #[arg(long, value_name = "N", hide = true)]
    pub stop_after_commit: Option<u64>,
    /// Set a parameter of infra/template.yaml for the local stack; may be repeated.
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair)]
    pub parameters: Vec<(String, String)>,
    /// Set a new temporary password for every reviewer.
    #[arg(long)]
    pub new_passwords: bool,
    #[command(flatten)]
    pub programs: Programs,
}

#[derive(Debug, Args)]
pub struct Upload {
    /// A CSV, JSON Lines or JSON file with the stack's columns, or a Ground Truth .manifest (each may be packed by gzip); with
    /// labels also a Parquet file.
    pub file: PathBuf,
    /// Replace all earlier data instead of appending.
    #[arg(long)]
    pub replace: bool,
    /// The file has no labels: reviewers are asked about LabelBudget of its texts.
    #[arg(long, conflicts_with = "replace")]
    pub unlabelled: bool,
    /// Its columns where they are not the stack's, as JSON: text_column, context_columns, label_column, category_column,
    /// labels. It stays beside the file, also for later files of that name.
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,
}

const ACCOUNT: &str = "\
All commands but demo, up, sample and down without --account use the AWS account of the environment (AWS_PROFILE,
AWS_REGION), or the local emulator where the variables that `reviewloop up` prints are exported.";

const DEMO: &str = "\
Examples:
  reviewloop demo
  reviewloop demo --data reviews.csv --parameter Algorithm=bert
  reviewloop demo --data complaints.csv --text-column Complaint --label-column Product
  reviewloop demo --data tickets.csv --text-column Body --label-column Priority --map 1=urgent,2=urgent,3=later";

const UPLOAD: &str = "\
Examples:
  reviewloop upload reviews.csv
  reviewloop upload --replace reviews.csv
  reviewloop upload --unlabelled reviews.csv";

const STATUS: &str = "\
Examples:
  reviewloop status
  reviewloop status --watch
  reviewloop status --json";

const PREDICT: &str = "\
Examples:
  reviewloop predict 'The fabric is lovely'
  reviewloop predict --file texts.txt
  reviewloop predict --field Title='Lovely' --field 'Review Text=The fabric is soft'
  cut -f 2 reviews.tsv | reviewloop predict -";

const START: &str = "\
Example:
  reviewloop start --parameter Algorithm=bert --parameter Epochs=10";

const DOWN: &str = "\
Examples:
  reviewloop down
  reviewloop down --stack reviewloop --account 123456789012

An account's stack is deleted only with --account, which must be the account of the AWS credentials. The command
prints what it deletes and what it keeps, and asks for the stack's name. It needs the AWS CLI.";

#[derive(Debug, Args)]
pub struct Model {
    /// The model package's version; reviewloop status shows the newest.
    #[arg(value_parser = clap::value_parser!(i32).range(1..))]
    pub version: i32,
}

#[derive(Debug, Args)]
pub struct Status {
    /// Refresh every few seconds until Ctrl-C; without a terminal, print only the changes.
    #[arg(long)]
    pub watch: bool,
}

#[derive(Debug, Args)]
pub struct Decide {
    /// The model package's version.
    #[arg(value_name = "VERSION", value_parser = clap::value_parser!(i32).range(1..))]
    pub model_version: i32,
    /// The reason, recorded beside the decision in the model registry.
    #[arg(long)]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct Start {
    /// Set a pipeline parameter; may be repeated.
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parameter)]
    pub parameters: Vec<(String, String)>,
}

#[derive(Debug, Args)]
pub struct Sample {
    /// The CSV file to write.
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct Down {
    /// The state folder of the local emulator [default: that of `up`].
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Delete the stack in the AWS account of this number instead of local state.
    #[arg(long, value_name = "NUMBER", conflicts_with = "state", value_parser = account)]
    pub account: Option<String>,
    /// Delete a stack in an account without asking for its name.
    #[arg(long, requires = "account")]
    pub yes: bool,
}

#[cfg(test)]
mod tests;
