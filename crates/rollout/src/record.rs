//! `state/rollout.json`: the comparison that runs, or ran last. Changed by compare-and-set alone.

mod changes;
mod version;

use std::collections::BTreeSet;

use contracts::moment::Moment;
use policy::hosting::Place;
use serde::{Deserialize, Serialize};

use crate::guardrails::Finding;
use crate::next::differ;
use crate::rewards::Totals;
use crate::row::RefusedRows;
use crate::strategy::Strategy;
use crate::trial::{Look, Trial};
use crate::watched::Watched;

pub use version::{Version, id};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rollout {
    /// See [`id`].
    pub id: String,
    pub champion: Version,
    pub challenger: Version,
    pub strategy: Strategy,
    pub started_at: Moment,
    /// A person is asked when it passes.
    pub deadline: Moment,
    pub trial: Trial,
    /// The texts of the rows in the trial, by hash.
    pub counted: BTreeSet<String>,
    /// Rows that it was not planned for, with the reason of the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<RefusedRows>,
    /// Labels that were written before are in batches already.
    pub labels_after: Moment,
    /// The number of the last batch.
    pub batches: u32,
    /// The batch that is being scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Batch>,
    /// One for each batch, the oldest first.
    pub looks: Vec<DatedLook>,
    /// Changes of the challenger's share of the requests, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shifts: Vec<Shift>,
    /// A bandit's, at the last look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rewards: Option<Totals>,
    /// What the guardrails look at; `None` before there is something, and while the endpoint has no such variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watching: Option<Watching>,
    /// What they found last of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// What they measured over time, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watched: Vec<Watched>,
    pub state: State,
}

/// The challenger at its place with its share, as it is seen at the endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watching {
    pub since: Moment,
    /// With another endpoint config the variant is another one.
    pub config: String,
}

/// Noted once the endpoint has the share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    pub at: Moment,
    pub share: f64,
}

/// Labelled rows that one job scores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    pub rows: u64,
    /// From 1: a job that failed says nothing of the models.
    pub attempt: u32,
    /// The attempt's job is not created before.
    pub not_before: Moment,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatedLook {
    pub at: Moment,
    #[serde(flatten)]
    pub look: Look,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum State {
    Active,
    /// The registry may not say so yet.
    Decided {
        end: End,
        reason: String,
    },
    Ended {
        end: End,
        reason: String,
        at: Moment,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    Promoted,
    RolledBack,
    /// A person decides.
    Inconclusive,
    /// A person decided meanwhile.
    DecidedByPerson,
    /// Another version is the champion, or none.
    ChampionChanged,
    /// The stack has no rollout any more.
    SwitchedOff,
    /// No job could score its rows; a person decides.
    GivenUp,
    /// The endpoint could not be updated with its variant; a person decides.
    NotDeployed,
}

impl End {
    /// Whether a person is asked about the challenger.
    pub fn asks_person(self) -> bool {
        matches!(self, End::Inconclusive | End::GivenUp | End::NotDeployed)
    }
}

impl Rollout {
    pub fn is_active(&self) -> bool {
        !matches!(self.state, State::Ended { .. })
    }

    pub fn is_promoted(&self) -> bool {
        matches!(self.end(), Some((End::Promoted, _)))
    }

    /// How it ended, or will end, and why.
    pub fn end(&self) -> Option<(End, &str)> {
        match &self.state {
            State::Active => None,
            State::Decided { end, reason } | State::Ended { end, reason, .. } => {
                Some((*end, reason))
            }
        }
    }

    /// The challenger, while it has a place at the endpoint beside this champion. It keeps the place until its share is taken
    /// back, or it becomes the champion.
    pub fn beside(&self, champion_arn: &str) -> Option<&Version> {
        let has_place = self.strategy.place().is_some() && self.is_active();
        Some(&self.challenger).filter(|_| has_place && self.champion.arn == champion_arn)
    }

    /// The challenger's share of the requests, and since when.
    pub fn share(&self) -> Shift {
        let none = Shift {
            at: self.started_at,
            share: 0.0,
        };
        self.shifts.last().copied().unwrap_or(none)
    }

    /// The share of callers who are sent to the challenger. Once it is decided against, nobody is, before the endpoint has
    /// changed its weights.
    pub fn offered(&self) -> f64 {
        match self.end() {
            None | Some((End::Promoted, _)) => self.share().share,
            Some(_) => 0.0,
        }
    }

    /// The last look, where a batch was scored.
    pub fn last(&self) -> Option<&DatedLook> {
        self.looks.last()
    }

    /// Whether the record says something else of the endpoint than what is seen there now: the challenger's share, and the config
    /// with which it is live.
    pub fn is_outdated(&self, share: f64, config: Option<&str>) -> bool {
        let watching = self.watching.as_ref().map(|it| it.config.as_str());
        differ(share, self.share().share) || self.watchable(share, config) != watching
    }

    /// A shadow variant gets requests once it is there, a variant that answers once it has a share.
    fn watchable<'a>(&self, share: f64, config: Option<&'a str>) -> Option<&'a str> {
        config.filter(|_| share > 0.0 || self.strategy.place() == Some(Place::Shadow))
    }
}
