//! The report's values about a comparison with the champion.

mod traffic;

use report::{BandPoint, BandedCurve, CurvePanel, CurvePicture, Tone, Scale};
use rollout::{Rollout, sentence};

/// Two points make the first line.
const LEAST: usize = 2;

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
                Some(served) => format!("{seen}. While it runs, {served}. It waits for this: {next}"),
                None => format!("{seen}. It waits for this: {next}"),
            }
        }
    }
}

/// How the confidence sequence closed in.
fn evidence(rollout: &Rollout) -> Option<CurvePicture> {
    if rollout.looks.len() < LEAST {
        return None;
    }
    let points = rollout.looks.iter().map(|dated| BandPoint {
        x: dated.look.rows as f64,
        low: dated.look.interval.low,
        middle: dated.look.difference,
        high: dated.look.interval.high,
    });
    let plan = rollout.trial.plan();
    let (of, x, y) = if plan.is_rewarded() {
        (
            "Rewards in 100 requests",
            "requests with a reward",
            "difference of reward rates",
        )
    } else {
        (
            "Accuracy on labelled texts that neither was trained on",
            "labelled rows",
            "difference of accuracy",
        )
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
