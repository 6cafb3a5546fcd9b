//! A comparison in lines of text: each look's interval on one axis.

use policy::hosting::Place;
use rollout::{Counts, DatedLook, Rollout, Totals, sentence};
use time::OffsetDateTime;
use time::macros::format_description;

/// Columns of the axis.
const WIDTH: usize = 61;
/// Looks that are drawn, the newest ones.
const MOST: usize = 20;

pub fn text(rollout: &Rollout) -> String {
    let plan = rollout.trial.plan();
    let mut text = format!(
        "rollout      version {} over version {}, {}, {}\n",
        rollout.challenger.number,
        rollout.champion.number,
        rollout.strategy,
        sentence::stands(rollout)
    );
    let until = if rollout.is_active() {
        format!(", until {}", day(rollout.deadline.0))
    } else {
        String::new()
    };
    let counts = rollout.strategy.counts();
    text += &format!(
        "{counts:<12} {} of {} compared{until}\n",
        rollout.trial.evidence().rows(),
        plan.budget
    );
    if let Some(Totals {
        champion,
        challenger,
    }) = rollout.rewards
    {
        for (slot, of) in [("champion", champion), ("challenger", challenger)] {
            text += &format!(
                "{:<12} {slot}: {} of {} requests rewarded\n",
                "",
                of.rewarded,
                of.requests()
            );
        }
    }
    if let Some(refused) = &rollout.refused {
        text += &format!(
            "             {} not counted: {}\n",
            refused.rows, refused.reason
        );
    }
    text += &format!("evidence     {}\n", sentence::seen(rollout));
    text += &variant(rollout);
    if let Some((_, reason)) = rollout.end() {
        text += &format!("ended        {reason}\n");
    } else {
        text += &format!("next         {}\n", sentence::missing(rollout));
    }
    if !rollout.looks.is_empty() {
        text += &looks(rollout);
    }
    text
}

/// The challenger's share of the requests, or since when it gets copies of them, and its guardrails.
fn variant(rollout: &Rollout) -> String {
    let mut text = String::new();
    for (number, shift) in rollout.shifts.iter().enumerate() {
        let label = if number == 0 { "share" } else { "" };
        let (percent, at) = (100.0 * shift.share, day(shift.at.0));
        text += &format!("{label:<12} {percent:.0} % of the requests since {at}\n");
    }
    let is_copied = rollout.strategy.place() == Some(Place::Shadow);
    if let Some(watching) = rollout.watching.as_ref().filter(|_| is_copied) {
        let since = day(watching.since.0);
        text += &format!("{:<12} of every request since {since}\n", "copies");
    }
    for finding in &rollout.findings {
        text += &format!(
            "{:<12} {}: {}\n",
            finding.guard, finding.health, finding.reason
        );
    }
    text
}

/// The axis is symmetric and has room for the margin and for what is drawn.
fn looks(rollout: &Rollout) -> String {
    let shown = &rollout.looks[rollout.looks.len().saturating_sub(MOST)..];
    let margin = rollout.trial.plan().margin;
    let bounds = shown.iter().flat_map(|dated| {
        let interval = dated.look.interval;
        [interval.low.abs(), interval.high.abs()]
    });
    let reach = bounds.fold(2.0 * margin, f64::max).min(1.0);
    let counts = rollout.strategy.counts();
    let mut text = format!("\n{counts:>7}  {}\n", scale(reach));
    for dated in shown {
        text += &format!("{:>7}  {}\n", dated.look.rows, line(dated, reach, margin));
    }
    let points = match counts {
        Counts::Labels => "points: of 100 texts, how many more the challenger is right for",
        Counts::Rewards => "points: of 100 requests, how many more the challenger has rewarded",
    };
    text += &format!("{:>9}{points}; ¦ not worse, | equal\n", "");
    text
}

fn scale(reach: f64) -> String {
    let end = format!("{:+.1}", 100.0 * reach);
    let start = format!("{:+.1}", -100.0 * reach);
    let room = WIDTH - start.len() - end.len() - 1;
    format!("{start}{:^room$}{end}", "0")
}

fn line(dated: &DatedLook, reach: f64, margin: f64) -> String {
    let look = dated.look;
    let mut columns = vec![' '; WIDTH];
    let (low, high) = (
        column(look.interval.low, reach),
        column(look.interval.high, reach),
    );
    columns[low..=high].fill('─');
    columns[column(-margin, reach)] = '¦';
    columns[column(0.0, reach)] = '|';
    columns[low] = '├';
    columns[high] = '┤';
    columns[column(look.difference, reach)] = '●';
    let drawn: String = columns.into_iter().collect();
    format!("{drawn}  {:+.1}", 100.0 * look.difference)
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of the axis, clamped"
)]
fn column(value: f64, reach: f64) -> usize {
    let share = (f64::midpoint(value / reach, 1.0)).clamp(0.0, 1.0);
    (share * (WIDTH - 1) as f64).round() as usize
}

fn day(milliseconds: i64) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    let at = OffsetDateTime::from_unix_timestamp(milliseconds / 1000).ok();
    at.and_then(|at| at.format(format).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use contracts::moment::Moment;
    use rollout::guardrails;

    use super::*;
    use crate::fixture;

    #[test]
    fn the_intervals_close_in_line_by_line() {
        let text = text(&fixture::rollout(&[
            (5, 92, 3),
            (14, 276, 10),
            (33, 648, 19),
        ]));
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[0].starts_with("rollout      version 3 over version 2, shadow, "),
            "{text}"
        );
        assert!(
            lines[1].starts_with("labels       1100 of 5000 compared, until 2026-12-07"),
            "{text}"
        );
        let drawn: Vec<&&str> = lines.iter().filter(|line| line.contains('●')).collect();
        assert_eq!(drawn.len(), 3, "{text}");
        let width = |line: &str| {
            let at = |mark: char| line.chars().position(|found| found == mark).expect("drawn");
            at('┤') - at('├')
        };
        assert!(
            width(drawn[0]) > width(drawn[1]) && width(drawn[1]) > width(drawn[2]),
            "{text}"
        );
        assert!(
            drawn[0].starts_with("    100  ") && drawn[0].ends_with("  +2.0"),
            "{text}"
        );
    }

    #[test]
    fn a_variant_shows_its_shares_and_its_guardrails() {
        let mut rollout = fixture::rollout(&[(5, 92, 3)]).shifted(0.05, Moment(0));
        rollout = rollout.shifted(0.5, Moment(3_600_000));
        rollout.findings = vec![guardrails::errors(
            &guardrails::Limits::default(),
            guardrails::Counted { count: 0, of: 40 },
        )];
        let text = text(&rollout);
        for line in [
            "share        5 % of the requests since 1970-01-01 00:00 UTC\n",
            "             50 % of the requests since 1970-01-01 01:00 UTC\n",
            "errors       unknown: too few to say: 40 requests of 100\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }

    #[test]
    fn a_shadow_variant_shows_since_when_it_gets_copies() {
        let mut rollout = fixture::rollout(&[(5, 92, 3)]);
        rollout.strategy = "shadow-variant".parse().unwrap();
        let text = text(&rollout.noted(0.0, Some("pair"), Moment(0)));
        let line = "copies       of every request since 1970-01-01 00:00 UTC\n";
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn a_comparison_without_labels_says_what_it_waits_for() {
        let text = text(&fixture::rollout(&[]));
        assert!(
            text.contains("evidence     no labelled row was compared yet\n"),
            "{text}"
        );
        assert!(text.contains("next         labels of the audit"), "{text}");
        assert!(!text.contains('●'), "{text}");
    }
}
