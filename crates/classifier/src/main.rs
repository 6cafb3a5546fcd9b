//! The container's entry point; see the library's documentation.

use std::os::unix::process::CommandExt;
use std::process::{self, ExitCode};
use std::{env, io};

use clap::{Parser, Subcommand};
use classifier::container::Container;
use classifier::prepare::features::Settings;
use classifier::show::{self, Show};
use classifier::{evaluate, explain, prepare, serve, train};

#[derive(Parser)]
#[command(about = "Text classification under SageMaker's container contract")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Processing: a dataset version's parts to train, validation and test rows.
    Prepare(Settings),
    /// Training: channels `train`, `validation` and perhaps `pretrained` to a model folder.
    Train,
    /// Processing: challenger and champion on the test rows to `evaluation.json`.
    Evaluate,
    /// What each word of a text added to the model's answer.
    Explain(explain::Arguments),
    /// Endpoint: `GET /ping` and `POST /invocations` over the model folder.
    Serve,
    /// The first rows of files, readably.
    Show(Show),
}

fn main() -> ExitCode {
    if let Some(error) = without_candle_threads() {
        eprintln!("cannot start itself again: {error}");
        return ExitCode::FAILURE;
    }
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_target(false)
        .init();
    let container = Container::from_env();
    let command = Arguments::parse().command;
    let outcome = match command {
        // For people, by hand: no job reads its failure.
        Command::Explain(arguments) => return by_hand(explain::run(&arguments)),
        Command::Show(show) => return by_hand(show::run(&show)),
        Command::Prepare(settings) => prepare::run(&container, &settings),
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

fn by_hand(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// candle splits every elementwise operation over a pool whose threads spin while they wait, and
/// reads the pool's size from the environment, which a process cannot safely change for itself.
/// Here each thread has rows of its own instead, so the program replaces itself once.
fn without_candle_threads() -> Option<io::Error> {
    const THREADS: &str = "CANDLE_NUM_THREADS";
    if env::var_os(THREADS).is_some() {
        return None;
    }
    let program = match env::current_exe() {
        Ok(program) => program,
        Err(error) => return Some(error),
    };
    Some(
        process::Command::new(program)
            .args(env::args_os().skip(1))
            .env(THREADS, "1")
            .exec(),
    )
}
