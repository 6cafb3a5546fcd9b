//! What a demo has done so far.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use contracts::names;
use rollout::Rollout;

use super::data::{Data, Source};
use super::parameters;
use super::reviewers::HumanReview;
use super::traffic::Traffic;
use super::turn::Turn;

/// The template's default.
const AUDIT_RATE: f64 = 0.02;

/// What was done, whole or as far as it came.
pub struct Done {
    pub source: Source,
    pub turns: Vec<Turn>,
    pub traffic: Option<Traffic>,
    pub review: Option<HumanReview>,
    /// Confidence below which people may be asked.
    pub threshold: f64,
    /// Whether what passes the gate is compared with the champion first.
    pub has_rollout: bool,
    /// The inclusion probability of the audit's texts.
    pub audit_rate: f64,
    /// What the gate asks of balanced accuracy's lower bound, above chance.
    pub margin: Option<f64>,
    /// The endpoint's name.
    pub endpoint: String,
    /// Why the turns ended early, if they did.
    pub ended_early: Option<String>,
    pub seconds: f64,
    pub report: PathBuf,
}

impl Done {
    pub fn nothing_yet(
        data: &Data,
        parameters: &BTreeMap<String, String>,
        stack: &str,
        folder: &Path,
    ) -> Done {
        let audit_rate = parameters::number(parameters, "AuditRate", AUDIT_RATE);
        let margin = policy::gate::Gate::default().balanced_accuracy_margin;
        Done {
            source: data.source.clone(),
            turns: Vec::new(),
            traffic: None,
            review: None,
            threshold: parameters::number(parameters, "ReviewThreshold", 0.0),
            // As the template has it: without an audit nothing could be compared.
            has_rollout: audit_rate > 0.0
                && parameters.get("Rollout").is_none_or(|it| it != "none"),
            audit_rate,
            margin: Some(parameters::number(
                parameters,
                "BalancedAccuracyMargin",
                margin,
            )),
            endpoint: names::endpoint(stack),
            ended_early: None,
            seconds: 0.0,
            report: folder.join("report.html"),
        }
    }

    /// Whether another model may be compared: rollouts are on, and the last turn's is over.
    pub fn has_ended_rollout(&self) -> bool {
        let last = self.turns.last();
        let rollout = last.and_then(|turn| turn.evidence.rollout.as_ref());
        self.has_rollout && !rollout.is_some_and(Rollout::is_active)
    }

    /// The lower bound of balanced accuracy that the gate asks for.
    pub fn floor(&self, classes: usize) -> Option<f64> {
        Some(1.0 / classes.max(1) as f64 + self.margin?)
    }
}

#[cfg(test)]
mod tests {
    use contracts::verdict::Decision;
    use rollout::End;

    use super::super::fixture;

    #[test]
    fn an_open_rollout_and_none_at_all_let_no_other_model_begin() {
        let mut done = fixture::done();
        let mut second = fixture::turn(Decision::Approved);
        let rollout = crate::fixture::rollout(&[(60, 240, 2)]);
        second.evidence.rollout = Some(rollout.clone());
        done.turns.push(second);
        assert!(!done.has_ended_rollout());
        let over = rollout.decided(End::Promoted, String::new());
        let over = over.ended(End::Promoted, String::new(), contracts::moment::Moment(0));
        done.turns[1].evidence.rollout = Some(over);
        assert!(done.has_ended_rollout());
        // What the gate rejected was compared with nothing.
        done.turns[1].evidence.rollout = None;
        assert!(done.has_ended_rollout());
        done.has_rollout = false;
        assert!(!done.has_ended_rollout());
    }
}
