//! The container's entry point; see the library's documentation.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use classifier::container::Container;
use classifier::{evaluate, prepare, serve, train};

#[derive(Parser)]
#[command(about = "Text classification under SageMaker's container contract")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Processing: a dataset version's parts to train, validation and test rows.
    Prepare,
    /// Training: channels `train`, `validation` and perhaps `pretrained` to a model folder.
    Train,
    /// Processing: challenger and champion on the test rows to `evaluation.json`.
    Evaluate,
    /// Endpoint: `GET /ping` and `POST /invocations` over the model folder.
    Serve,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_target(false)
        .init();
    let container = Container::from_env();
    let outcome = match Arguments::parse().command {
        Command::Prepare => prepare::run(&container),
        Command::Train => train::run(&container),
        Command::Evaluate => evaluate::run(&container),
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
