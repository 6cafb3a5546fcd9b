//! The log: an event is a line, whatever is in it.
//!
//! Values that a caller gave stand in errors, and a line end among them would begin a line that the
//! program did not write. SageMaker reads metrics out of such lines.

use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Writer, format};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Writes events to standard output from here on.
pub fn start() {
    tracing_subscriber::fmt()
        .with_ansi(false)
        .event_format(OneLine::default())
        .init();
}

/// Another format, its control characters escaped.
struct OneLine(Format);

impl Default for OneLine {
    fn default() -> OneLine {
        OneLine(format().with_ansi(false).with_target(false))
    }
}

impl<S, N> FormatEvent<S, N> for OneLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        self.0
            .format_event(context, Writer::new(&mut line), event)?;
        for character in line.trim_end_matches('\n').chars() {
            if character.is_control() {
                write!(writer, "{}", character.escape_default())?;
            } else {
                writer.write_char(character)?;
            }
        }
        writer.write_char('\n')
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::bert::Hyperparameters;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(log: impl FnOnce()) -> String {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .event_format(OneLine::default())
            .with_writer(move || writer.clone());
        tracing::subscriber::with_default(subscriber.finish(), log);
        String::from_utf8(written.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn no_line_of_the_log_is_the_callers() {
        let injected = "\n\x1b[31mlog injection\n{\"level\":\"ERROR\"}";
        let values = [("epochs".to_owned(), injected.to_owned())];
        let error = Hyperparameters::parse(&values.into()).unwrap_err();
        assert!(!format!("{error:#}").contains('\n'), "{error:#}");
        let log = logged(|| tracing::error!("{error:#}"));
        assert_eq!(log.lines().count(), 1, "{log}");
        let log = logged(|| tracing::warn!("not read: {injected}\r\u{85}and\u{9b}more"));
        assert_eq!(log.matches(|c: char| c.is_control()).count(), 1, "{log:?}");
        assert!(
            log.ends_with("more\n") && log.contains("log injection"),
            "{log}"
        );
    }
}
