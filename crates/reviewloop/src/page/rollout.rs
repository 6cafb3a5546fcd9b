//! The report's values about a comparison with the champion.

use report::{BandPoint, BandedCurve, CurvePanel, CurvePicture, Tone};
use rollout::{Rollout, sentence};

/// Two points make the first line.
const LEAST_LOOKS: usize = 2;

pub fn rollout(rollout: &Rollout) -> report::Rollout {
    let (challenger, champion) = (rollout.challenger.number, rollout.champion.number);
    report::Rollout {
        title: format!("Rollout: version {challenger} over version {champion}"),
        summary: format!("It is {}: {}.", sentence::stands(rollout), why(rollout)),
        picture: (rollout.looks.len() >= LEAST_LOOKS).then(|| picture(rollout)),
    }
}

fn why(rollout: &Rollout) -> String {
    match rollout.end() {
        Some((_, reason)) => reason.to_owned(),
        None => match sentence::served(rollout) {
            Some(served) => format!("{}. While it runs, {served}", sentence::seen(rollout)),
            None => sentence::seen(rollout),
        },
    }
}

fn picture(rollout: &Rollout) -> CurvePicture {
    let points = rollout.looks.iter().map(|dated| BandPoint {
        x: dated.look.rows as f64,
        low: dated.look.interval.low,
        middle: dated.look.difference,
        high: dated.look.interval.high,
    });
    let margin = rollout.trial.plan().margin;
    CurvePicture {
        title: "Challenger minus champion".to_owned(),
        description: "Accuracy on labelled texts that neither was trained on. The band holds the true difference in 95 % of comparisons, however often it is looked at.".to_owned(),
        x: "labelled rows".to_owned(),
        y: "difference of accuracy".to_owned(),
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
            format!("not worse: above {:.1} %", -100.0 * margin),
            -margin,
        )),
    }
}
