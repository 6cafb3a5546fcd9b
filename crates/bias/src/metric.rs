//! The metrics by name.

mod after;
mod before;
mod shares;

use crate::error::Undefined;
use crate::rows::{Rows, Split};

/// When a metric can be computed: from labels alone, or with the model's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    PreTraining,
    PostTraining,
}

/// In the order of their names, which is that of analysis.json.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::upper_case_acronyms, reason = "Clarify's names")]
pub enum Metric {
    AD,
    CDDL,
    CDDPL,
    CI,
    DAR,
    DCA,
    DCR,
    DI,
    DPL,
    DPPL,
    DRR,
    FT,
    GE,
    JS,
    KL,
    KS,
    LP,
    RD,
    SD,
    TE,
    TVD,
}

use Metric::*;

impl Metric {
    pub const ALL: [Metric; 21] = [
        AD, CDDL, CDDPL, CI, DAR, DCA, DCR, DI, DPL, DPPL, DRR, FT, GE, JS, KL, KS, LP, RD, SD, TE,
        TVD,
    ];

    /// All of a stage.
    pub fn of_stage(stage: Stage) -> impl Iterator<Item = Metric> {
        Metric::ALL
            .into_iter()
            .filter(move |metric| metric.stage() == stage)
    }

    pub fn named(name: &str) -> Option<Metric> {
        Metric::ALL.into_iter().find(|metric| metric.name() == name)
    }

    pub fn stage(self) -> Stage {
        match self {
            CDDL | CI | DPL | JS | KL | KS | LP | TVD => Stage::PreTraining,
            AD | CDDPL | DAR | DCA | DCR | DI | DPPL | DRR | FT | GE | RD | SD | TE => {
                Stage::PostTraining
            }
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            AD => "AD",
            CDDL => "CDDL",
            CDDPL => "CDDPL",
            CI => "CI",
            DAR => "DAR",
            DCA => "DCA",
            DCR => "DCR",
            DI => "DI",
            DPL => "DPL",
            DPPL => "DPPL",
            DRR => "DRR",
            FT => "FT",
            GE => "GE",
            JS => "JS",
            KL => "KL",
            KS => "KS",
            LP => "LP",
            RD => "RD",
            SD => "SD",
            TE => "TE",
            TVD => "TVD",
        }
    }

    /// The name in full.
    pub fn title(self) -> &'static str {
        match self {
            AD => "Accuracy Difference",
            CDDL => "Conditional Demographic Disparity in Labels",
            CDDPL => "Conditional Demographic Disparity in Predicted Labels",
            CI => "Class Imbalance",
            DAR => "Difference in Acceptance Rates",
            DCA => "Difference in Conditional Acceptance",
            DCR => "Difference in Conditional Rejection",
            DI => "Disparate Impact",
            DPL => "Difference in Positive Proportions in Labels",
            DPPL => "Difference in Positive Proportions in Predicted Labels",
            DRR => "Difference in Rejection Rates",
            FT => "Flip Test",
            GE => "Generalized Entropy",
            JS => "Jensen-Shannon Divergence",
            KL => "Kullback-Leibler Divergence",
            KS => "Kolmogorov-Smirnov Distance",
            LP => "L-p Norm",
            RD => "Recall Difference",
            SD => "Specificity Difference",
            TE => "Treatment Equality",
            TVD => "Total Variation Distance",
        }
    }

    /// The value without bias.
    pub fn neutral(self) -> f64 {
        if self == DI { 1.0 } else { 0.0 }
    }

    /// The metric of a facet's rows beside all others. The flip test is not a function of counts: see
    /// [`crate::FlipTest`].
    ///
    /// # Errors
    /// Where the formula has no value.
    pub fn of(self, split: &Split) -> Result<f64, Undefined> {
        let Split { facet, others, .. } = split;
        if self != GE && facet.all() == 0.0 {
            return Err("the facet has no rows");
        }
        if self != GE && others.all() == 0.0 {
            return Err("there are no rows outside the facet");
        }
        match self {
            CI => Ok(before::class_imbalance(facet, others)),
            DPL => Ok(before::difference_of_positive_labels(facet, others)),
            KL => before::kullback_leibler(facet, others),
            JS => before::jensen_shannon(facet, others),
            LP => before::euclidean(facet, others),
            TVD => before::total_variation(facet, others),
            KS => before::kolmogorov_smirnov(facet, others),
            CDDL => shares::conditional_disparity(split, Rows::labelled),
            CDDPL => shares::conditional_disparity(split, Rows::predicted),
            DPPL => Ok(after::difference_of_positive_predictions(facet, others)),
            DI => Ok(after::disparate_impact(facet, others)),
            DCA => Ok(after::conditional_acceptance(facet, others)),
            DCR => Ok(after::conditional_rejection(facet, others)),
            DAR => Ok(after::acceptance_rates(facet, others)),
            DRR => Ok(after::rejection_rates(facet, others)),
            RD => Ok(after::recall(facet, others)),
            SD => Ok(after::specificity(facet, others)),
            AD => Ok(after::accuracy(facet, others)),
            TE => Ok(after::treatment_equality(facet, others)),
            GE => after::generalized_entropy(*facet + *others),
            FT => Err("the flip test needs the rows"),
        }
    }

    /// Whether it measures a distance, which chance alone makes positive: its interval never holds the value without
    /// bias. All but GE are distances between the shares whose difference is DPL.
    pub fn is_distance(self) -> bool {
        matches!(self, GE | JS | KL | KS | LP | TVD)
    }

    /// The fewest rows of which the metric takes a share, on the smaller side: what its precision hangs on.
    pub fn support(self, split: &Split) -> f64 {
        let least = |rows: fn(&Rows) -> f64| rows(&split.facet).min(rows(&split.others));
        match self {
            CI | GE => split.facet.all() + split.others.all(),
            DCA | DAR => least(|rows| rows.predicted(true)),
            DCR | DRR => least(|rows| rows.predicted(false)),
            RD => least(|rows| rows.labelled(true)),
            SD => least(|rows| rows.labelled(false)),
            TE => least(|rows| rows.false_positive + rows.false_negative),
            _ => least(Rows::all),
        }
    }
}

#[cfg(test)]
mod tests;
