//! How far a training on this machine is, from the log of its job. In an account that log is CloudWatch's.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use local_aws::{Cloud, jobs};

use crate::progress::Progress;

/// Enough for the last lines of a log.
const TAIL: u64 = 4_096;

/// The last line that tells how far the job is; `None` before its first.
pub fn last_line(cloud: &Cloud, region: &str, training_job: &str) -> Option<String> {
    let log = tail(&jobs::training_log(cloud, region, training_job)).ok()?;
    progress(&log).map(str::to_owned)
}

/// Writes such lines as they come, for as long as it is polled.
pub async fn follow(cloud: &Cloud, progress: &Progress) {
    let mut before = String::new();
    loop {
        for (region, job) in jobs::in_training(cloud) {
            if let Some(line) = last_line(cloud, &region, &job).filter(|line| *line != before) {
                progress.say(&format!("training job {job}: {line}"));
                before = line;
            }
        }
        // There is no event for a file's growth, so it is looked at again.
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

fn tail(path: &Path) -> std::io::Result<String> {
    let mut log = File::open(path)?;
    let length = log.metadata()?.len();
    log.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    log.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The classifier counts steps or texts, and tells each epoch's end; whole lines only.
fn progress(log: &str) -> Option<&str> {
    let (whole, _) = log.rsplit_once('\n')?;
    let messages = whole
        .lines()
        .rev()
        .filter_map(|line| line.split_once(" INFO "));
    messages.map(|(_, message)| message.trim()).find(|message| {
        let mut words = message.split(' ');
        let (unit, count) = (words.next(), words.next().unwrap_or_default());
        matches!(unit, Some("step" | "text")) && count.contains('/') || unit == Some("epoch")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_whole_line_about_progress_is_found() {
        let log = "2026-11-27T08:00:00Z  INFO train rows: 3 of \"1\"; an epoch sees 3 of them\n\
                   2026-11-27T08:00:05Z  INFO step 60/501 loss 0.92 lr 3.8e-5 38 samples/s 4 min left\n\
                   2026-11-27T08:00:10Z  INFO step 120/501 loss 0.81 lr 7.6e-5 38 samples/s 2 min left\n\
                   2026-11-27T08:00:11Z  WARN a rule found something\n\
                   2026-11-27T08:00:15Z  INFO step 18";
        assert_eq!(
            progress(log),
            Some("step 120/501 loss 0.81 lr 7.6e-5 38 samples/s 2 min left")
        );
        assert_eq!(
            progress("2026  INFO text 9/18 loss 1.0\n"),
            Some("text 9/18 loss 1.0")
        );
        assert_eq!(progress("2026  INFO a step forward\n"), None);
        assert_eq!(progress(""), None);
    }
}
