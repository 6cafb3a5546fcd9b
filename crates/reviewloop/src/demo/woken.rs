//! The events that woke the functions, live: one line each, repeats counted.

use local_aws::LocalAws;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;

use crate::progress::Progress;

pub struct Woken {
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

impl Woken {
    pub async fn finish(self) {
        // Either way the task is over.
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

pub fn show(aws: &LocalAws, stack: &str, progress: &Progress) -> Woken {
    let mut events = aws.cloud.journal.subscribe();
    let (progress, prefix) = (progress.clone(), format!("{stack}-"));
    let (stop, mut stopped) = oneshot::channel();
    let task = tokio::spawn(async move {
        let mut repeats = Repeats::default();
        loop {
            let event = tokio::select! {
                event = events.recv() => event,
                _ = &mut stopped => break,
            };
            match event {
                Ok(event) => {
                    let function = event
                        .function
                        .strip_prefix(&prefix)
                        .unwrap_or(&event.function);
                    for line in repeats.next(&format!("{} → {function}", event.detail_type)) {
                        progress.say(&line);
                    }
                }
                // The listener was slow; what it missed was repeats.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            }
        }
        for line in repeats.end() {
            progress.say(&line);
        }
    });
    Woken { stop, task }
}

/// Folds a run of equal lines into the first and a count.
#[derive(Default)]
struct Repeats {
    last: String,
    more: usize,
}

impl Repeats {
    fn next(&mut self, line: &str) -> Vec<String> {
        if line == self.last {
            self.more += 1;
            return Vec::new();
        }
        let mut lines = self.end();
        line.clone_into(&mut self.last);
        lines.push(format!("    event: {line}"));
        lines
    }

    fn end(&mut self) -> Vec<String> {
        match std::mem::take(&mut self.more) {
            0 => Vec::new(),
            more => vec![format!("    event: {} ({more} more)", self.last)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_are_counted_and_nothing_is_lost() {
        let mut repeats = Repeats::default();
        let mut lines = Vec::new();
        for line in ["a → f", "b → g", "b → g", "b → g", "a → f"] {
            lines.extend(repeats.next(line));
        }
        lines.extend(repeats.end());
        assert_eq!(
            lines,
            [
                "    event: a → f",
                "    event: b → g",
                "    event: b → g (2 more)",
                "    event: a → f"
            ]
        );
    }
}
