//! The report's values about a comparison with the champion.

mod traffic;

use report::{BandPoint, BandedCurve, CurvePanel, CurvePicture, Scale, Tone};
use rollout::{Counts, Rollout, sentence};

pub fn rollout(rollout: &Rollout) -> report::Rollout {
    let (challenger, champion) = (rollout.challenger.number, rollout.champion.number);
    let mut pictures: Vec<CurvePicture> = evidence(rollout).into_iter().collect();
    pictures.extend(traffic::pictures(rollout));
    report::Rollout {
        title: format!("Rollout: version {challenger} over version {champion}"),
        summary: format!("It is {}: {}.", sentence::stands(rollout), why(rollout)),
        pictures,
    }
}

fn why(rollout: &Rollout) -> String {
    match rollout.end() {
        Some((_, reason)) => reason.to_owned(),
        None => {
            let seen = sentence::seen(rollout);
            let next = sentence::missing(rollout);
            match sentence::served(rollout) {
                Some(served) => {
                    format!("{seen}. While it runs, {served}. It waits for this: {next}")
                }
                None => format!("{seen}. It waits for this: {next}"),
            }
        }
    }
}

/// How the confidence sequence closed in.
fn evidence(rollout: &Rollout) -> Option<CurvePicture> {
    if rollout.looks.len() < traffic::LEAST {
        return None;
    }
    let points = rollout.looks.iter().map(|dated| BandPoint {
        x: dated.look.rows as f64,
        low: dated.look.interval.low,
        middle: dated.look.difference,
        high: dated.look.interval.high,
    });
    let plan = rollout.trial.plan();
    let (of, x, y) = match rollout.strategy.counts() {
        Counts::Labels => (
            "Accuracy on labelled texts that neither was trained on",
            "labelled rows",
            "difference of accuracy",
        ),
        Counts::Rewards => (
            "Rewards in 100 requests",
            "requests with a reward",
            "difference of reward rates",
        ),
    };
    Some(CurvePicture {
        title: "Challenger minus champion".to_owned(),
        description: format!(
            "{of}. The band holds the true difference in 95 % of comparisons, however often it is looked at."
        ),
        x: x.to_owned(),
        y: y.to_owned(),
        scale: Scale::Share,
        panels: vec![CurvePanel {
            title: String::new(),
            curves: vec![BandedCurve {
                name: "difference, 95 % at every look".to_owned(),
                tone: Tone::Cool,
                is_dashed: false,
                points: points.collect(),
            }],
        }],
        mark: Some((
            format!("not worse: above {:.1} %", -100.0 * plan.margin),
            -plan.margin,
        )),
    })
}

#[cfg(test)]
mod tests {
    use contracts::moment::Moment;
    use rollout::guardrails::{Counted, Latency, Limits, errors, latency};
    use rollout::{Plan, Serving, Strategy};

    use super::*;
    use crate::fixture;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_challenger_with_a_share_is_drawn_with_its_guardrails() {
        let mut canary = fixture::rollout(&[(5, 92, 3), (14, 276, 10)]);
        canary.strategy = "canary:5@30".parse().unwrap();
        let begun = canary.started_at.0;
        canary = canary.shifted(0.05, Moment(begun + HOUR));
        for hours in 2..5 {
            let limits = Limits::default();
            let of = |milliseconds: f64| Latency {
                of: 200,
                low: Some(milliseconds),
                high: Some(milliseconds + 3.0),
            };
            let findings = vec![
                errors(&limits, Counted { count: 0, of: 200 }),
                latency(&limits, of(4.0), of(3.0)),
            ];
            let serving = Serving::Live {
                config: "pair".to_owned(),
                share: 0.05,
                findings,
            };
            canary = canary.watched(&serving, Moment(begun + hours * HOUR));
        }
        let page = rollout(&canary);
        let titles: Vec<&str> = page.pictures.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "Challenger minus champion",
                "The challenger's share",
                "Requests that failed",
                "The slowest answers"
            ]
        );
        let share = &page.pictures[1].panels[0].curves[0].points;
        let steps: Vec<(f64, f64)> = share.iter().map(|point| (point.x, point.middle)).collect();
        assert_eq!(steps, [(0.0, 0.0), (1.0, 0.0), (1.0, 0.05), (4.0, 0.05)]);
        assert_eq!(page.pictures[3].panels[0].curves.len(), 2, "both models");
        assert!(
            page.summary.contains("It waits for this: "),
            "{}",
            page.summary
        );
    }

    #[test]
    fn a_shadow_has_no_share_and_a_bandit_counts_rewards() {
        let mut of = fixture::rollout(&[(5, 92, 3), (14, 276, 10)]);
        assert_eq!(rollout(&of).pictures.len(), 1);
        let plan = Plan::rewarded(0.02, 1000);
        let deadline = of.deadline;
        of = of.under(Strategy::Bandit, plan, deadline).unwrap();
        let page = rollout(&of);
        assert!(page.pictures.is_empty());
        assert!(
            page.summary.contains("no request has a reward yet"),
            "{}",
            page.summary
        );
    }
}
