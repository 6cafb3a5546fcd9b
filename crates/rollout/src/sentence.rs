//! What a comparison has found, in a sentence for people: the registry, `status` and the page show it.

use crate::record::{End, Rollout, State};
use crate::trial::{Doubt, Look, Verdict};

/// The difference and the rows that it was seen on.
pub fn seen(rollout: &Rollout) -> String {
    let Some(dated) = rollout.last() else {
        return "no labelled row was compared yet".to_owned();
    };
    let Look {
        rows,
        difference,
        interval,
        ..
    } = dated.look;
    let (challenger, champion) = (rollout.challenger.number, rollout.champion.number);
    let size = format!("{:.1}", 100.0 * difference.abs());
    let compared = match difference {
        _ if size == "0.0" => "as accurate as".to_owned(),
        difference if difference > 0.0 => format!("{size} points more accurate than"),
        _ => format!("{size} points less accurate than"),
    };
    format!(
        "on {rows} labelled rows version {challenger} is {compared} version {champion} ({} to {}, 95 %)",
        points(interval.low),
        points(interval.high),
    )
}

/// Whether it runs, or how it ended.
pub fn stands(rollout: &Rollout) -> String {
    let end = match &rollout.state {
        State::Active => return "undecided".to_owned(),
        State::Decided { end, .. } | State::Ended { end, .. } => end,
    };
    let word = match end {
        End::Promoted => "promoted",
        End::RolledBack => "rejected",
        End::Inconclusive => "inconclusive",
        End::DecidedByPerson => "ended, because a person decided",
        End::ChampionChanged => "ended, because another version is the champion",
        End::GivenUp => "given up, because its labels could not be scored",
    };
    word.to_owned()
}

/// What an open comparison waits for.
pub fn missing(rollout: &Rollout) -> String {
    if let Some(batch) = &rollout.batch {
        return format!("a job scores {} labelled rows", batch.rows);
    }
    let more = match rollout.trial.verdict() {
        Verdict::Hold { more: Some(more) } => format!("about {more} more labels of the audit"),
        _ => "labels of the audit".to_owned(),
    };
    format!("{more}; a person may decide at any time")
}

pub fn promoted(rollout: &Rollout) -> String {
    let is_superior = matches!(rollout.trial.verdict(), Verdict::Promote { superior: true });
    let shown = if is_superior {
        "better than the champion".to_owned()
    } else {
        let margin = 100.0 * rollout.trial.plan().margin;
        format!("not worse than the champion by {margin} points")
    };
    format!("{shown}: {}", seen(rollout))
}

pub fn rolled_back(rollout: &Rollout) -> String {
    format!("worse than the champion: {}", seen(rollout))
}

pub fn inconclusive(rollout: &Rollout) -> String {
    let why = match rollout.trial.verdict() {
        Verdict::Inconclusive {
            doubt: Doubt::Moved,
        } => "the difference has changed since the comparison began",
        _ => "all labelled rows of its budget were seen",
    };
    format!("{why}: {}", seen(rollout))
}

pub fn deadline(rollout: &Rollout) -> String {
    format!("its time is over: {}", seen(rollout))
}

fn points(share: f64) -> String {
    format!("{:+.1}", 100.0 * share)
}
