//! What a comparison has found, in a sentence for people: the registry, `status` and the page show it.

use policy::hosting::Place;

use crate::counts::Counts;
use crate::guardrails::{Health, UNWATCHED};
use crate::record::{End, Rollout};
use crate::trial::{Doubt, Look, Verdict};

/// The difference and the rows that it was seen on.
pub fn seen(rollout: &Rollout) -> String {
    let Some(dated) = rollout.last().filter(|dated| dated.look.rows > 0) else {
        let none = match rollout.strategy.counts() {
            Counts::Labels => "no labelled row was compared yet",
            Counts::Rewards => "no request has a reward yet",
        };
        return none.to_owned();
    };
    let Look {
        rows,
        difference,
        interval,
        ..
    } = dated.look;
    let (challenger, champion) = (rollout.challenger.number, rollout.champion.number);
    let size = format!("{:.1}", 100.0 * difference.abs());
    let interval = format!(
        "({} to {}, 95 %)",
        points(interval.low),
        points(interval.high)
    );
    let compared = |equal: &str, unit: &str, more: &str, less: &str| match difference {
        _ if size == "0.0" => equal.to_owned(),
        difference if difference > 0.0 => format!("{size} {unit} {more}"),
        _ => format!("{size} {unit} {less}"),
    };
    match rollout.strategy.counts() {
        Counts::Labels => {
            let compared = compared(
                "as accurate as",
                "points",
                "more accurate than",
                "less accurate than",
            );
            format!(
                "on {rows} labelled rows version {challenger} is {compared} version {champion} {interval}"
            )
        }
        Counts::Rewards => {
            let compared = compared("as many rewards as", "rewards", "more than", "fewer than");
            format!(
                "of {rows} requests with a reward, version {challenger} gets {compared} version {champion} in 100 {interval}"
            )
        }
    }
}

/// Whether it runs, or how it ended.
pub fn stands(rollout: &Rollout) -> &'static str {
    let Some((end, _)) = rollout.end() else {
        return "undecided";
    };
    match end {
        End::Promoted => "promoted",
        End::RolledBack => "rejected",
        End::Inconclusive => "inconclusive",
        End::DecidedByPerson => "decided by a person",
        End::ChampionChanged => "ended with its champion",
        End::SwitchedOff => "switched off",
        End::GivenUp => "given up",
        End::NotDeployed => "not deployed",
    }
}

/// What an open comparison waits for.
pub fn missing(rollout: &Rollout) -> String {
    if let Some(batch) = &rollout.batch {
        return format!("a job scores {} labelled rows", batch.rows);
    }
    let mut findings = rollout.findings.iter();
    if let Some(finding) = findings.find(|finding| finding.health == Health::Unknown) {
        return format!("{}: {}", finding.guard, finding.reason);
    }
    let wanted = match rollout.strategy.counts() {
        Counts::Labels => "labels of the audit",
        Counts::Rewards => "rewards",
    };
    let more = match rollout.trial.verdict() {
        Verdict::Promote { .. } => "the last step of the shares".to_owned(),
        Verdict::Hold { more: Some(more) } => format!("about {more} more {wanted}"),
        _ => wanted.to_owned(),
    };
    format!("{more}; a person may decide at any time")
}

/// The same of a challenger at the endpoint, for which more than labels may be missing.
pub fn waiting(rollout: &Rollout, reason: &str) -> String {
    if rollout.strategy.place().is_none() || rollout.batch.is_some() {
        return missing(rollout);
    }
    format!("{reason}; {}", share(rollout, rollout.share().share))
}

fn share(rollout: &Rollout, share: f64) -> String {
    if rollout.strategy.place() == Some(Place::Shadow) {
        "a copy of every request goes to the challenger".to_owned()
    } else {
        let percent = 100.0 * share;
        format!("the challenger answers {percent:.0} % of the requests")
    }
}

/// A change that was asked of the endpoint.
pub fn shifting(share: f64) -> String {
    format!(
        "the endpoint shifts to {:.0} % of the requests",
        100.0 * share
    )
}

/// The challenger's share of the requests and its guardrails; `None` where it gets no requests of its own.
pub fn served(rollout: &Rollout) -> Option<String> {
    let share = match rollout.strategy.place()? {
        Place::Production => rollout.shifts.last()?.share,
        Place::Shadow => {
            rollout.watching.as_ref()?;
            0.0
        }
    };
    let share = self::share(rollout, share);
    let findings = rollout
        .findings
        .iter()
        .map(|finding| format!("{} {}", finding.guard, finding.health));
    let findings: Vec<String> = findings.collect();
    Some(match (&findings[..], &rollout.watching) {
        ([], None) => share,
        ([], Some(_)) => format!("{share}; {UNWATCHED}"),
        _ => format!("{share}; {}", findings.join(", ")),
    })
}

pub fn promoted(rollout: &Rollout) -> String {
    let is_superior = matches!(rollout.trial.verdict(), Verdict::Promote { superior: true });
    let shown = if is_superior {
        "better than the champion".to_owned()
    } else {
        let margin = format!("{:.2}", 100.0 * rollout.trial.plan().margin);
        let margin = margin.trim_end_matches('0').trim_end_matches('.');
        format!("at most {margin} points worse than the champion")
    };
    format!("{shown}: {}", seen(rollout))
}

pub fn rolled_back(rollout: &Rollout) -> String {
    format!("worse than the champion: {}", seen(rollout))
}

pub fn inconclusive(rollout: &Rollout) -> String {
    let why = match (rollout.trial.verdict(), rollout.strategy.counts()) {
        (
            Verdict::Inconclusive {
                doubt: Doubt::Moved,
            },
            _,
        ) => "the difference has changed since the comparison began",
        (_, Counts::Labels) => "all labelled rows of its budget were seen",
        (_, Counts::Rewards) => "all rewards of its budget were seen",
    };
    format!("{why}: {}", seen(rollout))
}

pub fn deadline(rollout: &Rollout) -> String {
    format!("its time is over: {}", seen(rollout))
}

fn points(share: f64) -> String {
    format!("{:+.1}", 100.0 * share)
}
