//! The report's values about a comparison with the champion.

use report::{BandPoint, BandedCurve, CurvePanel, CurvePicture, Tone};
use rollout::{Rollout, sentence};

/// Two points make the first line.
const LEAST_LOOKS: usize = 2;

pub fn rollout(rollout: &Rollout) -> report::Rollout {
    let (challenger, champion) = (rollout.challenger.number, rollout.champion.number);
    report::Rollout {
        title: format!("Rollout: version {challenger} over version {champion}"),
        summary: format!(
            "{}; {}.",
            sentence::stands(rollout),
            sentence::seen(rollout)
        ),
        picture: (rollout.looks.len() >= LEAST_LOOKS).then(|| picture(rollout)),
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
        title: "How much more often the challenger is right".to_owned(),
        description: format!(
            "The difference with its 95 % confidence sequence by labelled rows: {}",
            sentence::seen(rollout)
        ),
        x: "labelled rows".to_owned(),
        y: "challenger minus champion".to_owned(),
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
