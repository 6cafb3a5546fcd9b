//! The table and the picture.

use std::fmt::Write;

use report::{BandedCurve, CurvePanel, CurvePicture, Scale, Tone, render_curves};

use super::arms::{Arm, ERRORS, REFERENCE};
use super::asking::{Asking, DEFAULTS};
use super::crowd::Labelling;
use super::curves::Band;

/// Random labels whose score is the mark.
const MARK: f64 = 2000.0;
const COLUMNS: [f64; 5] = [200.0, 600.0, 1000.0, 1400.0, 2000.0];

pub fn table(measured: &[(Arm, Band)]) -> String {
    let mark = mark(measured);
    let mut table = String::from("| errors | asked | answers |");
    for answers in COLUMNS {
        let _ = write!(table, " after {answers} |");
    }
    let _ = writeln!(table, " reaches {mark:.3} after |");
    table.push_str("|---|---|---|---|---|---|---|---|---|\n");
    for (arm, band) in measured {
        let Arm {
            asking,
            labelling,
            errors,
        } = arm;
        let percent = errors * 100.0;
        let _ = write!(
            table,
            "| {percent:.0} % | {} | {} |",
            asked(*asking),
            answered(*labelling)
        );
        for answers in COLUMNS {
            let _ = write!(table, " {:.3} |", band.median(answers));
        }
        let _ = match band.reaches(mark) {
            Some(answers) => writeln!(table, " {answers:.0} |"),
            None => writeln!(table, " not |"),
        };
    }
    table
}

/// At random and by the product's rule.
pub fn picture(measured: &[(Arm, Band)]) -> String {
    let panels = ERRORS.map(|errors| CurvePanel {
        title: format!("reviewers err in {:.0} %", errors * 100.0),
        curves: measured
            .iter()
            .filter(|(arm, _)| (arm.errors - errors).abs() < 1e-9)
            .filter_map(|(arm, band)| curve(arm, band))
            .collect(),
    });
    let mark = mark(measured);
    render_curves(&CurvePicture {
        scale: Scale::Share,
        title: "Balanced accuracy by answers spent".to_owned(),
        description: format!("The score of {MARK} random labels is {mark:.3}."),
        x: "answers spent".to_owned(),
        y: "balanced accuracy, held-out rows".to_owned(),
        panels: panels.into(),
        mark: Some((format!("{MARK} random labels without errors"), mark)),
    })
}

fn curve(arm: &Arm, band: &Band) -> Option<BandedCurve> {
    let tone = match arm.asking {
        Asking::AtRandom => Tone::Warm,
        Asking::ByRule(budget) if budget == DEFAULTS => Tone::Cool,
        _ => return None,
    };
    Some(BandedCurve {
        name: format!("{}, {}", asked(arm.asking), answered(arm.labelling)),
        tone,
        is_dashed: arm.labelling == Labelling::AsTheProduct,
        points: band.0.clone(),
    })
}

fn mark(measured: &[(Arm, Band)]) -> f64 {
    let reference = measured.iter().find(|(arm, _)| *arm == REFERENCE);
    reference.expect("one of the arms").1.median(MARK)
}

fn asked(asking: Asking) -> String {
    match asking {
        Asking::AtRandom => "at random".to_owned(),
        Asking::ByRule(budget) => format!("by the rule, under {}", budget.threshold),
        Asking::ByDoubtAlone(_) => "by doubt alone".to_owned(),
        Asking::LeastCertainFirst(_) => "the least certain first".to_owned(),
        Asking::EvenlyOverPredictions => "evenly over the predicted labels".to_owned(),
        Asking::EvenlyOverTruth => "evenly over the true labels".to_owned(),
    }
}

fn answered(labelling: Labelling) -> &'static str {
    match labelling {
        Labelling::OneAnswer => "one answer",
        Labelling::AsTheProduct => "as the product",
    }
}
