//! The decision of people about a model version: how many must approve it, and how long an approval counts.

use contracts::approval::{Approvals, Choice, Decided, DecisionAnswer, Vote};
use contracts::task::Moment;
use contracts::verdict::APPROVAL_DESCRIPTION_LIMIT;
use serde_json::Value;

/// An approval that found no second one counts so long: later on the evidence is old, and so is the first look at it.
pub const LASTS_DAYS: i64 = 7;

/// Of a reason: two of them and the names fit the package's description.
pub const MOST_LETTERS: usize = 400;

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

/// The choice and the reason of the form's answer; the registry takes a reason of one line.
pub fn read(answer: &Value) -> Result<(Choice, String), Refusal> {
    let answer: DecisionAnswer =
        serde_json::from_value(answer.clone()).map_err(|_| Refusal::NoChoice)?;
    let is_between_words = |letter: char| letter.is_whitespace() || letter.is_control();
    let words = answer.reason.split(is_between_words);
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let reason = words.join(" ");
    if reason.is_empty() {
        return Err(Refusal::NoReason);
    }
    let letters = reason.chars().count();
    if letters > MOST_LETTERS {
        return Err(Refusal::LongReason { letters });
    }
    Ok((answer.decision.label, reason))
}

/// With this vote in the place of the approver's former one, and the decision where the vote makes one: one rejection, or
/// the approvals of so many people. `since`: when the registry last changed the version. What came before counts no more.
pub fn with(
    before: &Approvals,
    vote: Vote,
    approvers: usize,
    since: Moment,
) -> Result<Approvals, Refusal> {
    let now = vote.at;
    let own = |it: &Vote| it.approver == vote.approver && counts(it, since, now);
    let is_same = |it: &Vote| (it.choice, &it.reason) == (vote.choice, &vote.reason);
    if before.votes.iter().any(|it| own(it) && is_same(it)) {
        return Ok(before.clone());
    }
    if decided(before, since).is_some() {
        return Err(Refusal::Decided);
    }
    let mut after = before.clone();
    after.votes.retain(|it| !own(it));
    after.votes.push(vote);
    let counting = counting(&after, since, now);
    let rejecting = counting.iter().filter(|it| it.choice == Choice::Reject);
    let rejecting: Vec<&Vote> = rejecting.copied().collect();
    let decision = if rejecting.is_empty() {
        (counting.len() >= approvers).then_some((Choice::Approve, counting))
    } else {
        Some((Choice::Reject, rejecting))
    };
    after.decided = decision.map(|(choice, votes)| Decided {
        choice,
        at: now,
        description: description(choice, &votes),
    });
    Ok(after)
}

/// The decision that the registry does not have yet.
pub fn decided(approvals: &Approvals, since: Moment) -> Option<&Decided> {
    let decided = approvals.decided.as_ref();
    decided.filter(|decided| decided.at >= since)
}

/// The votes that count now, one by each approver.
pub fn counting(approvals: &Approvals, since: Moment, now: Moment) -> Vec<&Vote> {
    let votes = approvals.votes.iter();
    votes.filter(|vote| counts(vote, since, now)).collect()
}

fn description(choice: Choice, votes: &[&Vote]) -> String {
    let did = match choice {
        Choice::Approve => "approved",
        Choice::Reject => "rejected",
    };
    let votes = votes.iter();
    let votes = votes.map(|vote| format!("{did} by {}: {}", vote.username, vote.reason));
    let said = votes.collect::<Vec<_>>().join("; ");
    said.chars().take(APPROVAL_DESCRIPTION_LIMIT).collect()
}

fn counts(vote: &Vote, since: Moment, now: Moment) -> bool {
    vote.at >= since && now.0 - vote.at.0 < LASTS_DAYS * 24 * 3600 * 1000
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
            with(&before, vote(who, choice, at), approvers, Moment(0)).unwrap()
        })
    }

    #[test]
    fn two_people_approve_and_one_rejects() {
        use Choice::{Approve, Reject};
        let choice = |votes: &[_]| {
            let voted = voted(votes, 2);
            decided(&voted, Moment(0)).map(|decided| decided.choice)
        };
        assert_eq!(choice(&[("ann", Approve, 1)]), None);
        // The same person twice is one.
        assert_eq!(choice(&[("ann", Approve, 1), ("ann", Approve, 2)]), None);
        let both = choice(&[("ann", Approve, 1), ("bob", Approve, 2)]);
        assert_eq!(both, Some(Approve));
        let against = choice(&[("ann", Approve, 1), ("bob", Reject, 2)]);
        assert_eq!(against, Some(Reject));
        let changed = choice(&[("ann", Approve, 1), ("ann", Reject, 2)]);
        assert_eq!(changed, Some(Reject));
        // A week later the first approval is too old.
        let week = 7 * DAY;
        let in_time = choice(&[("ann", Approve, 1), ("bob", Approve, week)]);
        assert_eq!(in_time, Some(Approve));
        let late = choice(&[("ann", Approve, 1), ("bob", Approve, week + 1)]);
        assert_eq!(late, None);
    }

    #[test]
    fn what_is_decided_stays_and_the_same_vote_may_come_again() {
        let since = Moment(0);
        let known = voted(&[("ann", Choice::Approve, 1)], 1);
        for who in ["ann", "bob"] {
            let late = with(&known, vote(who, Choice::Reject, 2), 1, since);
            assert_eq!(late, Err(Refusal::Decided), "{who}");
        }
        let again = with(&known, vote("ann", Choice::Approve, 2), 1, since);
        assert_eq!(again.as_ref(), Ok(&known));
        // Years later, and if two were asked by then.
        let decided = decided(&known, since).map(|decided| decided.choice);
        assert_eq!(decided, Some(Choice::Approve));
        let open = voted(&[("ann", Choice::Approve, 1)], 2);
        assert_eq!(super::decided(&open, since), None, "a look decides nothing");
    }

    #[test]
    fn a_version_that_is_pending_again_is_decided_anew() {
        let known = voted(&[("ann", Choice::Approve, 1)], 1);
        // The registry has it, and was set to pending again.
        let since = Moment(2);
        assert_eq!(decided(&known, since), None);
        let anew = with(&known, vote("ann", Choice::Reject, 3), 1, since).unwrap();
        assert_eq!(anew.votes.len(), 2, "the former vote is history");
        let decided = decided(&anew, since).unwrap();
        assert_eq!(
            decided.description,
            "rejected by ann@example.org: ann says so"
        );
    }

    #[test]
    fn the_description_names_who_decided_and_fits() {
        let long = |who: &str| Vote {
            reason: "ö".repeat(MOST_LETTERS),
            ..vote(who, Choice::Approve, 1)
        };
        let since = Moment(0);
        let one = with(&Approvals::default(), long("ann"), 2, since).unwrap();
        let both = with(&one, long("bob"), 2, since).unwrap();
        let said = &decided(&both, since).unwrap().description;
        assert!(said.contains("approved by ann@") && said.contains("; approved by bob@"));
        assert!(said.chars().count() <= APPROVAL_DESCRIPTION_LIMIT, "{said}");
    }

    #[test]
    fn a_form_without_a_choice_or_a_reason_is_refused_with_what_is_missing() {
        let form =
            |label: &str, reason: &str| json!({"decision": {"label": label}, "reason": reason});
        let read = |form: Value| read(&form);
        assert_eq!(
            read(form("approve", " recalls\r\nare \u{1}good ")),
            Ok((Choice::Approve, "recalls are good".to_owned()))
        );
        assert_eq!(read(form("maybe", "x")), Err(Refusal::NoChoice));
        assert_eq!(read(json!({"reason": "x"})), Err(Refusal::NoChoice));
        assert_eq!(read(form("reject", " \n")), Err(Refusal::NoReason));
        let long = form("reject", &"x".repeat(MOST_LETTERS + 1));
        assert_eq!(read(long), Err(Refusal::LongReason { letters: 401 }));
    }
}
