//! Where labelled rows come from.

use policy::random::{SplitMix64, seed_of};
use rollout::{Evidence, Kind, Plan, Row};

use crate::{BUDGET, MARGIN};

/// Of negative, neutral and positive reviews: their shares in the traffic, about those of the public data set,
/// and of how many the model is unsure.
const CLASSES: [(f64, f64); 3] = [(0.11, 0.5), (0.13, 0.6), (0.76, 0.3)];

const AUDIT: f64 = 0.1;
const RATE: f64 = 0.5;

/// How often the two models differ in correctness: on 12 % of the rows, the assumption of all figures.
const DIFFER: f64 = 0.12;

/// Where the labelled rows are a selection, the models differ mostly on what they are unsure of.
const DIFFER_UNSURE: f64 = 0.26;
const DIFFER_SURE: f64 = 0.05;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    /// Each row counts the same.
    Even,
    /// A random audit of one in ten, and half of the texts of which the model is unsure.
    Selected,
    /// Each class counts the same.
    Balanced,
    /// Both.
    SelectedBalanced,
}

impl World {
    pub const ALL: [World; 4] = [
        World::Even,
        World::Selected,
        World::Balanced,
        World::SelectedBalanced,
    ];

    pub fn name(self) -> &'static str {
        match self {
            World::Even => "at random",
            World::Selected => "selected",
            World::Balanced => "at random, balanced",
            World::SelectedBalanced => "selected, balanced",
        }
    }

    fn is_selected(self) -> bool {
        matches!(self, World::Selected | World::SelectedBalanced)
    }

    fn class_weight(self, class: usize) -> f64 {
        match self {
            World::Even | World::Selected => 1.0,
            World::Balanced | World::SelectedBalanced => 1.0 / (3.0 * CLASSES[class].0),
        }
    }

    pub fn plan(self) -> Plan {
        let mut kinds = Vec::new();
        for (class, (share, unsure_share)) in CLASSES.into_iter().enumerate() {
            for (unsure, of_class) in [(true, unsure_share), (false, 1.0 - unsure_share)] {
                kinds.push(Kind {
                    share: share * of_class,
                    inclusion_probability: self.inclusion_probability(unsure),
                    class_weight: self.class_weight(class),
                });
            }
        }
        Plan::paired(MARGIN, BUDGET, &kinds)
    }

    fn inclusion_probability(self, unsure: bool) -> f64 {
        match (self.is_selected(), unsure) {
            (false, _) => 1.0,
            (true, false) => AUDIT,
            (true, true) => 1.0 - (1.0 - AUDIT) * (1.0 - RATE),
        }
    }

    /// Kish's effective rows by rows.
    pub fn effective_share(self) -> f64 {
        let mut rows = Rows::new(self, 0.0, 0);
        let mut evidence = Evidence::default();
        (0..20_000).for_each(|_| evidence.add(rows.draw()));
        evidence.effective_rows() / evidence.rows() as f64
    }
}

/// The labelled rows of a run, without end.
pub struct Rows {
    world: World,
    difference: f64,
    random: SplitMix64,
}

impl Rows {
    pub fn new(world: World, difference: f64, seed: u64) -> Self {
        Self {
            world,
            difference,
            random: SplitMix64(seed_of(20_261_129, seed)),
        }
    }

    pub fn draw(&mut self) -> Row {
        if self.world == World::Even {
            return self.row(DIFFER, self.difference, 1.0, 1.0);
        }
        loop {
            let at = self.fraction();
            let class =
                usize::from(at > CLASSES[0].0) + usize::from(at > CLASSES[0].0 + CLASSES[1].0);
            let unsure_share = CLASSES[class].1;
            let unsure = self.fraction() < unsure_share;
            let inclusion = self.world.inclusion_probability(unsure);
            if self.fraction() >= inclusion {
                continue;
            }
            let class_weight = self.world.class_weight(class);
            // All of a class's difference lies in the unsure texts: labels without their probabilities would mislead.
            return if unsure {
                let difference = self.difference / unsure_share;
                self.row(DIFFER_UNSURE, difference, inclusion, class_weight)
            } else {
                self.row(DIFFER_SURE, 0.0, inclusion, class_weight)
            };
        }
    }

    fn row(&mut self, differ: f64, difference: f64, inclusion: f64, class_weight: f64) -> Row {
        assert!(difference.abs() <= differ, "they differ on too few rows");
        let at = self.fraction();
        let challenger = at < f64::midpoint(differ, difference);
        let champion = !challenger && at < differ;
        Row::paired(champion, challenger, inclusion, class_weight).expect("it is sound")
    }

    fn fraction(&mut self) -> f64 {
        fraction(&mut self.random)
    }
}

/// From 0 to 1.
pub fn fraction(random: &mut SplitMix64) -> f64 {
    (random.draw() >> 11) as f64 / (1u64 << 53) as f64
}
