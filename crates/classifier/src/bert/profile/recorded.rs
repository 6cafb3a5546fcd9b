//! What a run records of its time and memory.

use std::fs;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::bert::trainer::Update;

/// Time between two samples of the process.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// One update's seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepTime {
    /// Packing the batch.
    pub data: f64,
    pub forward: f64,
    pub backward: f64,
    pub optimizer: f64,
    pub total: f64,
}

/// One sample of the process.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// Seconds since the start, without those between two attempts.
    pub at: f64,
    /// Of all processors that the process may use.
    pub cpu_percent: f64,
    pub memory_mb: f64,
}

/// What was recorded so far; a checkpoint keeps it, so that a job that was interrupted has one
/// record of all its attempts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Of all attempts, each from its start to its last checkpoint.
    pub seconds: f64,
    /// Seconds until the first update; each attempt's are added.
    pub initialization: f64,
    pub steps: Vec<StepTime>,
    pub validation: f64,
    pub usage: Vec<Usage>,
}

pub struct Profile {
    started: Instant,
    /// Seconds of the attempts before this one.
    pub seconds_before: f64,
    is_initialized: bool,
    pub record: Record,
    looked: (Instant, f64),
}

impl Profile {
    /// `started` is when the job began.
    pub fn new(started: Instant) -> Profile {
        Profile {
            started,
            seconds_before: 0.0,
            is_initialized: false,
            record: Record::default(),
            looked: (Instant::now(), cpu_seconds().unwrap_or_default()),
        }
    }

    /// Goes on from what the attempts before this one recorded.
    pub fn resume(&mut self, record: Record) {
        self.seconds_before = record.seconds;
        self.record = record;
    }

    /// The record until now.
    pub fn so_far(&mut self) -> &Record {
        self.record.seconds = self.seconds();
        &self.record
    }

    fn seconds(&self) -> f64 {
        self.seconds_before + self.started.elapsed().as_secs_f64()
    }

    /// Records an update that began at `started`.
    pub fn step(&mut self, started: Instant, update: &Update) {
        if !self.is_initialized {
            self.is_initialized = true;
            self.record.initialization += (started - self.started).as_secs_f64();
        }
        self.record.steps.push(StepTime {
            data: update.data.as_secs_f64(),
            forward: update.forward.as_secs_f64(),
            backward: update.backward.as_secs_f64(),
            optimizer: update.optimizer.as_secs_f64(),
            total: started.elapsed().as_secs_f64(),
        });
        if self.looked.0.elapsed() >= LOOK_EVERY {
            self.look();
        }
    }

    pub fn look(&mut self) {
        let (Some(cpu), Some(memory_mb)) = (cpu_seconds(), memory_mb()) else {
            return;
        };
        let (then, cpu_then) = self.looked;
        let seconds = then.elapsed().as_secs_f64() * processors();
        self.record.usage.push(Usage {
            at: self.seconds(),
            cpu_percent: 100.0 * (cpu - cpu_then) / seconds.max(1e-9),
            memory_mb,
        });
        self.looked = (Instant::now(), cpu);
    }
}

#[allow(clippy::cast_precision_loss, reason = "a machine has few processors")]
fn processors() -> f64 {
    std::thread::available_parallelism().map_or(1, usize::from) as f64
}

/// Processor seconds of this process so far: fields 14 and 15 of `/proc/self/stat` (proc(5)), in
/// ticks of a hundredth, which is what Linux shows on every architecture. None elsewhere.
fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name in parentheses may hold spaces.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}

fn memory_mb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
