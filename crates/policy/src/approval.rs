//! The decision of people about a model version: how many must approve it, and how long an approval counts.

use contracts::approval::{Approvals, Choice, DecisionAnswer, Vote};
use contracts::task::Moment;
use contracts::verdict::APPROVAL_DESCRIPTION_LIMIT;
use serde_json::Value;

/// An approval that found no second one counts so long: later on the evidence is old, and so is the first look at it.
pub const LASTS_DAYS: i64 = 7;

/// Of a reason: two of them and the names fit the package's description.
pub const MOST_LETTERS: usize = 400;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// So many approvals more.
    Open {
        missing: usize,
    },
    Decided(Choice),
}

/// Why a vote is not taken; the sentence is for the approver.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("choose whether to approve or to reject the model version")]
    NoChoice,
    #[error("say why: the reason stands beside the decision")]
    NoReason,
    #[error("a reason has at most {MOST_LETTERS} characters; this one has {letters}")]
    LongReason { letters: usize },
    #[error("others have decided about this model version")]
    Decided,
}

/// The choice and the reason of the form's answer.
pub fn read(answer: &Value) -> Result<(Choice, String), Refusal> {
    let answer: DecisionAnswer =
        serde_json::from_value(answer.clone()).map_err(|_| Refusal::NoChoice)?;
    let reason = answer.reason.trim();
    if reason.is_empty() {
        return Err(Refusal::NoReason);
    }
    let letters = reason.chars().count();
    if letters > MOST_LETTERS {
        return Err(Refusal::LongReason { letters });
    }
    Ok((answer.decision.label, reason.to_owned()))
}

/// With this vote in the place of the approver's former one. What is decided stays as it is.
pub fn with(before: &Approvals, vote: Vote, approvers: usize) -> Result<Approvals, Refusal> {
    let now = vote.at;
    let own = |it: &Vote| it.approver == vote.approver && counts(before, it, now);
    let is_same = |it: &Vote| (it.choice, &it.reason) == (vote.choice, &vote.reason);
    if before.votes.iter().any(|it| own(it) && is_same(it)) {
        return Ok(before.clone());
    }
    if matches!(standing(before, approvers, now), Standing::Decided(_)) {
        return Err(Refusal::Decided);
    }
    let mut after = before.clone();
    after.votes.retain(|it| !own(it));
    after.votes.push(vote);
    Ok(after)
}

/// One rejection decides; an approval needs so many people.
pub fn standing(approvals: &Approvals, approvers: usize, now: Moment) -> Standing {
    let votes = counting(approvals, now);
    if votes.iter().any(|vote| vote.choice == Choice::Reject) {
        return Standing::Decided(Choice::Reject);
    }
    match approvers.saturating_sub(votes.len()) {
        0 => Standing::Decided(Choice::Approve),
        missing => Standing::Open { missing },
    }
}

/// The votes that count now, one by each approver.
pub fn counting(approvals: &Approvals, now: Moment) -> Vec<&Vote> {
    let votes = approvals.votes.iter();
    votes.filter(|vote| counts(approvals, vote, now)).collect()
}

/// The package's description: who decided, and why.
pub fn description(approvals: &Approvals, choice: Choice, now: Moment) -> String {
    let did = match choice {
        Choice::Approve => "approved",
        Choice::Reject => "rejected",
    };
    let votes = counting(approvals, now).into_iter();
    let votes = votes.filter(|vote| vote.choice == choice);
    let votes = votes.map(|vote| format!("{did} by {}: {}", vote.username, vote.reason));
    let said = votes.collect::<Vec<_>>().join("; ");
    said.chars().take(APPROVAL_DESCRIPTION_LIMIT).collect()
}

fn counts(approvals: &Approvals, vote: &Vote, now: Moment) -> bool {
    let is_new = approvals.applied_at.is_none_or(|applied| vote.at > applied);
    is_new && now.0 - vote.at.0 < LASTS_DAYS * 24 * 3600 * 1000
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const DAY: i64 = 24 * 3600 * 1000;

    fn vote(approver: &str, choice: Choice, at: i64) -> Vote {
        Vote {
            approver: approver.to_owned(),
            username: format!("{approver}@example.org"),
            choice,
            reason: format!("{approver} says so"),
            at: Moment(at),
        }
    }

    fn voted(votes: &[(&str, Choice, i64)], approvers: usize) -> Approvals {
        let votes = votes.iter();
        votes.fold(Approvals::default(), |before, &(who, choice, at)| {
            with(&before, vote(who, choice, at), approvers).unwrap()
        })
    }

    #[test]
    fn two_people_approve_and_one_rejects() {
        use Choice::{Approve, Reject};
        let missing = |missing| Standing::Open { missing };
        let standing = |votes: &[_], now| standing(&voted(votes, 2), 2, Moment(now));
        assert_eq!(standing(&[], 0), missing(2));
        assert_eq!(standing(&[("ann", Approve, 1)], 2), missing(1));
        // The same person twice is one.
        let twice = [("ann", Approve, 1), ("ann", Approve, 2)];
        assert_eq!(standing(&twice, 3), missing(1));
        let both = [("ann", Approve, 1), ("bob", Approve, 2)];
        assert_eq!(standing(&both, 3), Standing::Decided(Approve));
        let against = [("ann", Approve, 1), ("bob", Reject, 2)];
        assert_eq!(standing(&against, 3), Standing::Decided(Reject));
        let changed = [("ann", Approve, 1), ("ann", Reject, 2)];
        assert_eq!(standing(&changed, 3), Standing::Decided(Reject));
        // A week later the first approval is too old.
        assert_eq!(standing(&[("ann", Approve, 0)], 7 * DAY - 1), missing(1));
        assert_eq!(standing(&[("ann", Approve, 0)], 7 * DAY), missing(2));
    }

    #[test]
    fn what_is_decided_stays_and_the_same_vote_may_come_again() {
        let decided = voted(&[("ann", Choice::Approve, 1)], 1);
        let late = with(&decided, vote("bob", Choice::Reject, 2), 1);
        assert_eq!(late, Err(Refusal::Decided));
        let other = with(&decided, vote("ann", Choice::Reject, 2), 1);
        assert_eq!(other, Err(Refusal::Decided));
        let again = with(&decided, vote("ann", Choice::Approve, 2), 1);
        assert_eq!(again.as_ref(), Ok(&decided));
    }

    #[test]
    fn a_version_that_is_pending_again_is_decided_anew() {
        let mut applied = voted(&[("ann", Choice::Approve, 1)], 1);
        applied.applied_at = Some(Moment(2));
        assert_eq!(
            standing(&applied, 1, Moment(3)),
            Standing::Open { missing: 1 }
        );
        let anew = with(&applied, vote("ann", Choice::Reject, 3), 1).unwrap();
        assert_eq!(anew.votes.len(), 2, "the former vote is history");
        assert_eq!(
            description(&anew, Choice::Reject, Moment(3)),
            "rejected by ann@example.org: ann says so"
        );
    }

    #[test]
    fn the_description_names_who_decided_and_fits() {
        let long = |who: &str| Vote {
            reason: "ö".repeat(MOST_LETTERS),
            ..vote(who, Choice::Approve, 1)
        };
        let one = with(&Approvals::default(), long("ann"), 2).unwrap();
        let both = with(&one, long("bob"), 2).unwrap();
        let said = description(&both, Choice::Approve, Moment(2));
        assert!(said.contains("approved by ann@") && said.contains("; approved by bob@"));
        assert!(said.chars().count() <= APPROVAL_DESCRIPTION_LIMIT, "{said}");
    }

    #[test]
    fn a_form_without_a_choice_or_a_reason_is_refused_with_what_is_missing() {
        let form =
            |label: &str, reason: &str| json!({"decision": {"label": label}, "reason": reason});
        let read = |form: Value| read(&form);
        assert_eq!(
            read(form("approve", " good ")),
            Ok((Choice::Approve, "good".to_owned()))
        );
        assert_eq!(read(form("maybe", "x")), Err(Refusal::NoChoice));
        assert_eq!(read(json!({"reason": "x"})), Err(Refusal::NoChoice));
        assert_eq!(read(form("reject", " \n")), Err(Refusal::NoReason));
        let long = form("reject", &"x".repeat(MOST_LETTERS + 1));
        assert_eq!(read(long), Err(Refusal::LongReason { letters: 401 }));
    }
}
