//! What becomes of the record: by its settings, its evidence, the endpoint and its end.

use std::collections::BTreeSet;

use contracts::moment::Moment;

use super::{DatedLook, End, Rollout, Shift, State, Watching};
use crate::next::differ;
use crate::rewards::Tally;
use crate::row::Refused;
use crate::serving::Serving;
use crate::strategy::Strategy;
use crate::trial::{Plan, Trial, Unsound};
use crate::watched::watch;

impl Rollout {
    /// From now on with this strategy. Rewards are other evidence than labelled rows: what was counted is left, and the trial
    /// begins anew with its time. Another place is watched anew.
    pub fn under(
        mut self,
        strategy: Strategy,
        plan: Plan,
        deadline: Moment,
    ) -> Result<Self, Unsound> {
        if strategy.place() != self.strategy.place() {
            self.watching = None;
            self.findings.clear();
        }
        if strategy.counts() == self.strategy.counts() {
            return Ok(Self { strategy, ..self });
        }
        Ok(Self {
            deadline,
            trial: Trial::start(plan)?,
            counted: BTreeSet::new(),
            refused: None,
            labels_after: Moment(self.challenger.created * 1000),
            batch: None,
            looks: Vec::new(),
            rewards: None,
            strategy,
            ..self
        })
    }

    /// After a look at all rewards so far.
    pub fn tallied(mut self, tally: &Tally, at: Moment) -> Result<Self, Refused> {
        self.trial.recount(tally.evidence())?;
        let look = self.trial.look();
        self.looks.push(DatedLook { at, look });
        self.rewards = Some(tally.totals);
        self.refused.clone_from(&tally.refused);
        Ok(self)
    }

    /// With what the guardrails find now.
    #[must_use]
    pub fn watched(mut self, serving: &Serving, now: Moment) -> Self {
        if let Serving::Live {
            share, findings, ..
        } = serving
        {
            watch(&mut self.watched, now, *share, findings);
            self.findings.clone_from(findings);
        }
        self
    }

    /// With what is seen at the endpoint now. The guardrails begin anew: nothing of an earlier share, or of an earlier variant,
    /// says how the challenger does.
    #[must_use]
    pub fn noted(mut self, share: f64, config: Option<&str>, at: Moment) -> Self {
        self.findings.clear();
        let config = self.watchable(share, config).map(str::to_owned);
        self.watching = config.map(|config| Watching { since: at, config });
        if differ(share, self.share().share) {
            self = self.shifted(share, at);
        }
        self
    }

    #[must_use]
    pub fn shifted(mut self, share: f64, at: Moment) -> Self {
        self.shifts.push(Shift { at, share });
        self
    }

    /// What is left to a person is so in the trial too.
    #[must_use]
    pub fn decided(mut self, end: End, reason: String) -> Self {
        if end == End::Inconclusive {
            self.trial.expire();
        }
        self.state = State::Decided { end, reason };
        self
    }

    #[must_use]
    pub fn ended(mut self, end: End, reason: String, at: Moment) -> Self {
        if end != End::Promoted && self.share().share > 0.0 {
            self = self.shifted(0.0, at);
        }
        let state = State::Ended { end, reason, at };
        let batch = None;
        Self {
            state,
            batch,
            ..self
        }
    }
}
