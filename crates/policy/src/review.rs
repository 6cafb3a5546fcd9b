//! Which predictions people are asked about.
//!
//! The audit is a random sample of the traffic: a hash of the text draws it, independent of what the model
//! says, so every text has the same known probability of being in it. Three rules keep the sample
//! unbiased: (1) its own share of the cap; (2) once the share is used, the audit closes for the day;
//! (3) a selected text is never asked as uncertain: otherwise the hard texts would be labelled early
//! and be missing from later audits.
//!
//! What the audit's places leave is for texts that teach: those of which the model is unsure, but none of a label that
//! the model gives often. Of such labels people have met enough texts, in the audit alone; rare labels are what training
//! lacks (`peers/learning_curve` measures it).

use std::collections::{BTreeMap, BTreeSet};

use contracts::dataset::Origin;
use contracts::review::{ContextField, HumanLoopInput, ReviewDay};
use time::OffsetDateTime;

use crate::split::fraction;
use crate::text::{MAXIMUM_CHARACTERS, Reviewed, TextColumns, characters, row_hash};

/// What people can be asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Confidence under this is uncertain.
    pub threshold: f64,
    /// Share of uncertain texts that may be asked, drawn by hash: the same text always falls
    /// the same way.
    pub rate: f64,
    /// Share of all texts that are asked at any confidence, drawn by another hash.
    pub audit_rate: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ask {
    No,
    /// Uncertain, but of a label that is frequent.
    Frequent,
    /// Drawn at random, with this probability.
    Audit {
        inclusion_probability: f64,
    },
    Uncertain,
    /// Uncertain, but not drawn.
    OverBudget,
}

/// A text drawn for the audit counts as audited also where the model was unsure: its being here
/// does not depend on the model, so it may join the gate's test set.
pub fn ask(budget: &Budget, frequent: &Frequent, text: &str, label: &str, confidence: f64) -> Ask {
    if is_audited(budget.audit_rate, text) {
        Ask::Audit {
            inclusion_probability: budget.audit_rate,
        }
    } else if confidence >= budget.threshold {
        Ask::No
    } else if frequent.has(label) {
        Ask::Frequent
    } else if fraction("review", text) < budget.rate {
        Ask::Uncertain
    } else {
        Ask::OverBudget
    }
}

/// The labels that the model gives more often than each label on average.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frequent(BTreeSet<String>);

impl Frequent {
    /// As the audit of these days met them, of so many labels. Without an audit none is known to be frequent.
    pub fn of(days: &[ReviewDay], labels: usize) -> Frequent {
        let mut met: BTreeMap<&str, usize> = BTreeMap::new();
        for (label, texts) in days.iter().flat_map(|day| &day.audited_as) {
            *met.entry(label).or_default() += texts;
        }
        let all: usize = met.values().sum();
        let frequent = met.iter().filter(|(_, texts)| **texts * labels > all);
        Frequent(frequent.map(|(label, _)| (*label).to_owned()).collect())
    }

    pub fn has(&self, label: &str) -> bool {
        self.0.contains(label)
    }
}

/// Whether the audit draws this text where it meets it.
pub fn is_audited(audit_rate: f64, text: &str) -> bool {
    fraction("audit", text) < audit_rate
}

/// What reviewers are given: nothing of what the model said, because answers would lean to it.
pub fn input(
    review: &Reviewed,
    columns: &TextColumns,
    labels: &[String],
    origin: Origin,
) -> HumanLoopInput {
    let fields = columns.ordered(&review.context);
    let field = |(name, value): (&str, &str)| ContextField {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    HumanLoopInput {
        task_object: review.text.clone(),
        context: fields.map(field).collect(),
        initial_value: String::new(),
        labels: labels.to_vec(),
        origin,
        text_hash: row_hash(&review.text),
    }
}

/// Why people cannot be asked about a review, if so.
pub fn unreadable(review: &Reviewed) -> Option<String> {
    let length = characters(&review.context, &review.text);
    (length > MAXIMUM_CHARACTERS).then(|| {
        format!(
            "the text has {length} characters; people are asked about {MAXIMUM_CHARACTERS} at most"
        )
    })
}

/// Human loops a day: all of them, and those that are kept for the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    pub all: usize,
    pub audit: usize,
}

impl Caps {
    /// `audit_share` of the cap, rounded up: a cap of one question is the audit's. Nothing is
    /// reserved if `audit_rate` is 0; a rate without a share is refused, because the texts that the
    /// audit selects would never be asked.
    pub fn new(all: usize, audit_share: f64, audit_rate: f64) -> Result<Self, String> {
        if audit_rate > 0.0 && audit_share <= 0.0 {
            return Err(format!(
                "AuditShare is {audit_share} and AuditRate is {audit_rate}: nothing that the audit \
                 selects could be asked; raise AuditShare, or set AuditRate to 0"
            ));
        }
        let share = if audit_rate > 0.0 {
            audit_share.clamp(0.0, 1.0)
        } else {
            0.0
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and the cap"
        )]
        let audit = (all as f64 * share).ceil() as usize;
        Ok(Self { all, audit })
    }

    /// The part of the cap that a question asked again takes its place from. A question of the audit
    /// was counted when it was selected, so that it takes no place of a text selected today; only if
    /// the audit has the whole cap, there is no other place.
    pub fn again(&self) -> Origin {
        if self.audit < self.all {
            Origin::Uncertain
        } else {
            Origin::Audit
        }
    }

    /// What the day leaves for questions of this origin.
    pub fn left(&self, day: &ReviewDay, origin: Origin) -> usize {
        match origin {
            Origin::Audit if day.audit_closed_at.is_some() => 0,
            Origin::Audit => self.audit.saturating_sub(day.audited),
            Origin::Upload | Origin::Uncertain => {
                let asked = day.asked.saturating_sub(day.audited);
                (self.all - self.audit).saturating_sub(asked)
            }
        }
    }

    /// Grants questions of one origin in the order in which their texts came. The first drawn
    /// text that finds no place ends the audit of the day: those before it are a random sample of
    /// the traffic until then.
    pub fn grant(
        &self,
        day: &mut ReviewDay,
        origin: Origin,
        wanted: usize,
        now: OffsetDateTime,
    ) -> usize {
        let granted = wanted.min(self.left(day, origin));
        day.asked += granted;
        if origin == Origin::Audit {
            day.audited += granted;
            if granted < wanted {
                day.audit_closed_at.get_or_insert(now);
            }
        }
        granted
    }
}

/// Whether a text is asked again: of its loops, those that brought no answer of another reviewer are bounded.
pub fn ask_again(attempts: u32, answers: usize, maximum_attempts: u32) -> bool {
    let answers = u32::try_from(answers).unwrap_or(u32::MAX);
    attempts.saturating_sub(answers) < maximum_attempts
}

/// Who stopped a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopper<'a> {
    /// That is a decision: nobody is asked any more.
    Person,
    /// The stack asks others now than those `asked`, whose open loops it stopped. A deletion of the stack deletes
    /// collect-labels first, so it is no deletion.
    Update { asked: &'a str },
}

/// `asked` is the loop's reviewers, if that is known, and `reviewers` the stack's.
pub fn stopper<'a>(asked: Option<&'a str>, reviewers: &str) -> Stopper<'a> {
    match asked {
        Some(asked) if asked != reviewers => Stopper::Update { asked },
        _ => Stopper::Person,
    }
}

#[cfg(test)]
mod tests;
