use contracts::features::Export;

use super::answer::{Answer, done, waits};

pub fn answer(export: &Export) -> Answer {
    let state = format!("version {}: {} rows", export.version, export.rows);
    match export.failed {
        0 => done(state),
        refused => waits(
            state,
            format!("{refused} rows were refused; again: reviewloop features replay"),
        ),
    }
}
