//! What an account's owner gets by e-mail is shown here as it comes: the messages to the stack's topic.

use local_aws::Cloud;
use local_aws::sns::{self, Published};
use serde_json::Value;
use time::format_description::well_known::Rfc3339;

use crate::progress::Progress;

/// Writes a line for each message, for as long as it is polled.
pub async fn follow(cloud: &Cloud, progress: &Progress) {
    let mut changes = cloud.store.changes_of(&[sns::PUBLISHED_KIND]);
    // Those of an earlier start were shown then.
    let seen = sns::published_after(cloud, 0);
    let mut last = seen.last().map_or(0, |(number, _)| *number);
    loop {
        changes.changed().await;
        for (number, message) in sns::published_after(cloud, last) {
            progress.say(&line(&message));
            last = number;
        }
    }
}

fn line(published: &Published) -> String {
    let at = published.at.replace_nanosecond(0).unwrap_or(published.at);
    let at = at.format(&Rfc3339).unwrap_or_default();
    format!("{at} told: {}", text(&published.message))
}

/// The sentence of a message: an alarm's is JSON, a notice is a quoted text.
fn text(message: &str) -> String {
    match serde_json::from_str(message) {
        Ok(Value::String(notice)) => notice,
        Ok(alarm) => {
            let member = |name: &str| alarm[name].as_str().unwrap_or_default().to_owned();
            let (state, name) = (member("NewStateValue"), member("AlarmName"));
            format!("{state} {name}: {}", member("AlarmDescription"))
        }
        Err(_) => message.trim_matches('"').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn notices_and_alarms_are_a_line_each() {
        let alarm = json!({
            "AlarmName": "reviewloop-failed-invocations",
            "AlarmDescription": "A function failed three times on one event -> reviewloop redrive",
            "NewStateValue": "ALARM",
        });
        for (message, expected) in [
            (
                r#""dataset version 3: one class -> reviewloop start""#.to_owned(),
                "2026-11-28T01:02:03Z told: dataset version 3: one class -> reviewloop start",
            ),
            (
                alarm.to_string(),
                "2026-11-28T01:02:03Z told: ALARM reviewloop-failed-invocations: A function failed three times on \
                 one event -> reviewloop redrive",
            ),
        ] {
            let published = Published {
                at: datetime!(2026-11-28 01:02:03.4 UTC),
                topic: "reviewloop-notifications".to_owned(),
                message,
            };
            assert_eq!(line(&published), expected);
        }
    }
}
