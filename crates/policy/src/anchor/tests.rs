use contracts::evaluation::{Incumbent, Interval, PairedDifference, Scores};
use contracts::verdict::{Check, Decision};
use proptest::prelude::*;

use super::*;
use crate::gate::tests::evaluation as good;
use crate::gate::{self, Gate, Incumbents};

/// The loop without its I/O: each generation has a true quality, is measured to within `half`, and
/// is approved where the gate's checks of champion and anchor approve.
struct Loop {
    half: f64,
    lineage: String,
    packages: Vec<Package>,
    qualities: Vec<f64>,
    evaluations: Vec<Evaluation>,
}

impl Loop {
    fn new(half: f64) -> Self {
        Self {
            half,
            lineage: "a".into(),
            packages: Vec::new(),
            qualities: Vec::new(),
            evaluations: Vec::new(),
        }
    }

    fn champion(&self) -> Option<&Package> {
        self.packages.iter().rfind(|package| package.approved)
    }

    fn quality(&self, package: &Package) -> f64 {
        self.qualities[package.version as usize]
    }

    /// Of the version that comes next.
    fn anchor(&self) -> Option<&Package> {
        let champion = self.champion()?;
        let evaluation = &self.evaluations[champion.version as usize];
        version(&self.packages, champion, Some(evaluation), &self.lineage)
    }

    fn measure(&self, package: &Package, quality: f64) -> Incumbent {
        let value = quality - self.quality(package);
        let (low, high) = (value - self.half, value + self.half);
        Incumbent {
            model_package_arn: package.arn.clone(),
            other_text_columns: Vec::new(),
            scores: Scores::default(),
            difference: PairedDifference {
                value,
                interval: Interval { low, high },
                ..PairedDifference::default()
            },
        }
    }

    /// Registers and judges one more version.
    fn turn(&mut self, quality: f64) -> Vec<Check> {
        let (champion, anchor) = (self.champion(), self.anchor());
        let apart = anchor.filter(|anchor| Some(*anchor) != champion);
        let evaluation = Evaluation {
            lineage: self.lineage.clone(),
            champion: champion.map(|champion| self.measure(champion, quality)),
            anchor_model_package_arn: anchor.map(|anchor| anchor.arn.clone()),
            anchor: apart.map(|anchor| self.measure(anchor, quality)),
            ..good(&[140, 120, 150], 200)
        };
        let version = i32::try_from(self.packages.len()).expect("few versions");
        let arn = format!("arn/{version}");
        let incumbents = Incumbents {
            champion: Ok(champion.map(|package| package.arn.as_str())),
            anchor: Ok(anchor.map(|package| package.arn.as_str())),
        };
        let checks = gate::judge(&Gate::default(), Ok(&evaluation), incumbents);
        let approved = gate::decision(&checks) == Decision::Approved;
        self.packages.push(Package {
            version,
            arn,
            created: 0,
            approved,
        });
        self.qualities.push(quality);
        self.evaluations.push(evaluation);
        checks
    }

    fn anchor_version(&self) -> Option<i32> {
        self.anchor().map(|anchor| anchor.version)
    }
}

#[test]
fn quality_that_creeps_down_by_less_than_the_margin_is_stopped_by_the_anchor() {
    let mut generations = Loop::new(0.004);
    generations.turn(0.800);
    let second = generations.turn(0.785);
    assert_eq!(gate::decision(&second), Decision::Approved, "{second:#?}");
    for turn in 2..9 {
        let checks = generations.turn(0.800 - 0.015 * f64::from(turn));
        let [.., champion, anchor] = checks.as_slice() else {
            panic!("{checks:#?}")
        };
        if turn == 2 {
            assert_eq!(champion.decision, Decision::Approved, "{champion:#?}");
        }
        assert_eq!(anchor.decision, Decision::Rejected, "{anchor:#?}");
    }
    assert_eq!(
        generations.champion().map(|package| package.version),
        Some(1)
    );
}

#[test]
fn the_anchor_moves_to_a_version_that_was_shown_to_be_better_than_it() {
    let mut generations = Loop::new(0.004);
    assert_eq!(generations.anchor_version(), None);
    for (quality, anchor) in [
        (0.800, 0),
        (0.802, 0), // not shown
        (0.790, 0),
        (0.796, 0), // better than the last champion, not than the anchor
        (0.810, 4),
        (0.700, 4), // rejected
        (0.800, 4),
    ] {
        generations.turn(quality);
        assert_eq!(generations.anchor_version(), Some(anchor), "{quality}");
    }
}

#[test]
fn another_lineage_begins_with_its_first_approved_version_as_the_anchor() {
    let mut generations = Loop::new(0.004);
    generations.turn(0.800);
    generations.turn(0.790);
    generations.lineage = "b".into();
    assert_eq!(generations.anchor_version(), None);
    generations.turn(0.780);
    assert_eq!(generations.anchor_version(), Some(2));
    generations.turn(0.775);
    assert_eq!(generations.anchor_version(), Some(2));
}

#[test]
fn an_anchor_that_a_person_rejects_leaves_the_champion_as_the_anchor() {
    let mut generations = Loop::new(0.004);
    generations.turn(0.800);
    generations.turn(0.790);
    generations.packages[0].approved = false;
    assert_eq!(generations.anchor_version(), Some(1));
}

#[test]
fn a_champion_that_nobody_evaluated_has_no_anchor() {
    let champion = Package {
        version: 1,
        arn: "arn/1".into(),
        created: 0,
        approved: true,
    };
    assert_eq!(version(&[], &champion, None, "a"), None);
}

proptest! {
    /// The champion is never worse by the margin than the best version that was an anchor, and
    /// the anchor never gets worse.
    #[test]
    fn no_sequence_of_versions_leads_below_the_best_anchor_by_the_margin(
        half in 0.001f64..0.03,
        steps in proptest::collection::vec(-0.03f64..0.03, 1..40),
    ) {
        let mut generations = Loop::new(half);
        let (mut quality, mut best) = (0.8, f64::MIN);
        for step in steps {
            // A version is trained beside the champion, better or worse than it.
            quality = generations.champion().map_or(quality, |c| generations.quality(c)) + step;
            generations.turn(quality);
            let anchor = generations.anchor().expect("the first version is approved");
            let anchor = generations.quality(anchor);
            prop_assert!(anchor >= best, "the anchor fell from {best} to {anchor}");
            best = anchor;
            let champion = generations.champion().expect("the first version is approved");
            prop_assert!(generations.quality(champion) > best - 0.02);
        }
    }
}
