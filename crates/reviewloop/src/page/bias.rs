//! One metric of bias of the data and one of the model's answers for each facet; their own pages have the others.

use bias::Metric;
use contracts::bias::Analysis;
use report::BiasSection;

pub fn sections(analysis: &Analysis) -> Vec<BiasSection> {
    bias_page::sections(analysis, |metric| {
        matches!(metric, Metric::DPL | Metric::DPPL)
    })
}
