//! One thing that was looked at.

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Ok,
    /// The loop turns, and a person should know.
    Warning,
    Failed,
    /// It could not be looked at, or has no meaning here.
    Skipped,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    pub name: &'static str,
    pub verdict: Verdict,
    /// A finding, and its remedy where there is one.
    pub finding: String,
}

impl Check {
    pub fn new(name: &'static str, verdict: Verdict, finding: impl Into<String>) -> Self {
        let finding = finding.into();
        Self {
            name,
            verdict,
            finding,
        }
    }

    /// `Skipped` with the reason, where it could not be looked at.
    pub fn looked(name: &'static str, looked: anyhow::Result<Check>) -> Self {
        looked.unwrap_or_else(|error| Self::new(name, Verdict::Skipped, format!("{error:#}")))
    }

    /// A line for a person.
    pub fn line(&self) -> String {
        let mark = match self.verdict {
            Verdict::Ok => "ok      ",
            Verdict::Warning => "warning ",
            Verdict::Failed => "FAILED  ",
            Verdict::Skipped => "skipped ",
        };
        format!("{mark} {:<13} {}\n", self.name, self.finding)
    }
}
