//! The container's entry point; see the library's documentation.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use classifier::container::Container;
use classifier::prepare::settings::Settings;
use classifier::show::{self, Show};
use classifier::{
    automl, bias, calibrate, compare, defaults, evaluate, explain, intake, log, prepare, serve,
    train,
};

#[derive(Parser)]
#[command(about = "Text classification under SageMaker's container contract")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Processing: an upload to a dataset's part, as register-dataset checks it.
    Intake,
    /// Processing: a dataset version's parts to train, validation and test rows.
    Prepare(Settings),
    /// Training: channels `train`, `validation` and perhaps `pretrained` to a model folder.
    Train,
    /// The hyperparameters of a training that is given none, as JSON.
    Defaults(defaults::Arguments),
    /// Training: temperature and prior of a model folder that another program trained.
    Calibrate,
    /// Processing: challenger and champion on the test rows to `evaluation.json`.
    Evaluate,
    /// Processing: champion and challenger on labelled rows of the traffic.
    Compare,
    /// Processing: rows by SageMaker Clarify's configuration to its `analysis.json`, and a page.
    Bias(bias::Arguments),
    /// Processing: the steps of an AutoML job around its trainings.
    #[command(subcommand)]
    Automl(automl::Command),
    /// What each word of a text added to the model's answer.
    Explain(explain::Arguments),
    /// Endpoint: `GET /ping` and `POST /invocations` over the model folder.
    Serve,
    /// The first rows of files, readably.
    Show(Show),
}

fn main() -> ExitCode {
    log::start();
    let container = Container::from_env();
    let command = Arguments::parse().command;
    if !matches!(
        command,
        Command::Defaults(_) | Command::Explain(_) | Command::Show(_)
    ) {
        container.forget_failure();
    }
    if !matches!(command, Command::Serve) {
        compute_on_this_thread();
    }
    let outcome = match command {
        // For people, by hand: no job reads its failure.
        Command::Defaults(arguments) => return by_hand(defaults::run(&arguments)),
        Command::Explain(arguments) => return by_hand(explain::run(&arguments)),
        Command::Show(show) => return by_hand(show::run(&show)),
        Command::Intake => intake::run(&container),
        Command::Prepare(settings) => prepare::run(&container, &settings),
        Command::Train => train::run(&container),
        Command::Calibrate => calibrate::run(&container),
        Command::Evaluate => evaluate::run(&container),
        Command::Compare => compare::run(&container),
        Command::Bias(arguments) => bias::run(&container, &arguments),
        Command::Automl(command) => automl::run(&container, &command),
        Command::Serve => serve::run(&container),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            container.explain_failure(&error);
            ExitCode::FAILURE
        }
    }
}

/// Makes this thread one of rayon's. Another thread hands each parallel step to the pool and waits for
/// it, which switches threads twice. `serve` has such a pool around the thread that computes. Without
/// one, rayon makes its own.
fn compute_on_this_thread() {
    let pool = rayon::ThreadPoolBuilder::new().use_current_thread();
    if let Err(error) = pool.build_global() {
        tracing::warn!("{error}: this thread computes nothing itself");
    }
}

fn by_hand(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
