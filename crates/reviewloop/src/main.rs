use clap::Parser;
use reviewloop::Arguments;

/// Threads beside one for each core: the emulator's commits wait for the disk on the thread that makes them.
const WAITING: usize = 4;

fn main() -> std::process::ExitCode {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores + WAITING)
        .enable_all()
        .build()
        .expect("the machine has room for a few threads");
    runtime.block_on(reviewloop::run(Arguments::parse()))
}
