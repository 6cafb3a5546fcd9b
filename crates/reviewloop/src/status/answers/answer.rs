use serde::Serialize;

/// Where something stands; `waits_for` is the one reason why it is not further on.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    pub state: String,
    /// What the state rests on, or the evidence for the decision that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    pub waits_for: Option<String>,
}

pub fn waits(state: impl Into<String>, reason: impl Into<String>) -> Answer {
    Answer {
        state: state.into(),
        evidence: None,
        waits_for: Some(reason.into()),
    }
}

pub fn done(state: impl Into<String>) -> Answer {
    Answer {
        state: state.into(),
        evidence: None,
        waits_for: None,
    }
}
