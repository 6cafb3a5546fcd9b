use std::path::Path;

use anyhow::Context;
use serde_json::json;

use crate::output::Output;
use crate::sample::{self, LABEL_NOISE, ROWS, SEED};

/// The same bytes on every machine.
pub fn sample(path: &Path, output: &Output) -> anyhow::Result<()> {
    std::fs::write(path, sample::csv()?).with_context(|| format!("write {}", path.display()))?;
    let result = json!({ "ok": true, "file": path, "rows": ROWS, "seed": SEED, "synthetic": true, "label_noise": LABEL_NOISE });
    let noise = LABEL_NOISE * 100.0;
    output.result(&result, || {
        format!(
            "{ROWS} synthetic reviews, {noise:.0} % of their labels wrong on purpose: {}\n",
            path.display()
        )
    })
}
