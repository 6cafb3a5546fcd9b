use contracts::features::Export;

use super::answer::{Answer, done, waits};
use crate::status::facts::Facts;

pub fn answer(export: &Export, facts: &Facts) -> Answer {
    let state = format!("version {}: {} rows", export.version, export.rows);
    match export.failed {
        0 => done(state),
        refused => {
            let replay = facts.command("reviewloop features replay");
            waits(
                state,
                format!("{refused} rows were refused; again: {replay}"),
            )
        }
    }
}
