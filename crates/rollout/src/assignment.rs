//! Which of the two answers a caller, the same one each time.

use policy::split::fraction;
use thiserror::Error;

use crate::row::Slot;

/// The weights of the two slots, as SageMaker's `InitialVariantWeight`: only their ratio counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    challenger_share: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum Unweighable {
    #[error("a weight of {0} is not a number from 0 on")]
    Weight(f64),
    #[error("both weights are 0: nobody would answer")]
    Nobody,
}

impl Weights {
    pub fn new(champion: f64, challenger: f64) -> Result<Self, Unweighable> {
        let wrong = |weight: &f64| !(*weight >= 0.0 && weight.is_finite());
        if let Some(weight) = [champion, challenger].into_iter().find(wrong) {
            return Err(Unweighable::Weight(weight));
        }
        let all = champion + challenger;
        if all == 0.0 {
            return Err(Unweighable::Nobody);
        }
        Ok(Self {
            challenger_share: challenger / all,
        })
    }

    /// The probability with which a caller gets the challenger.
    pub fn challenger_share(self) -> f64 {
        self.challenger_share
    }
}

/// How a challenger's share of the requests is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shares {
    /// The same caller meets the same model.
    ByCaller,
    /// Each request is drawn anew.
    ByRequest,
}

impl Shares {
    /// By the strategy's name; `None` where the challenger answers no requests.
    pub fn of(strategy: &str) -> Option<Shares> {
        match strategy {
            "canary" | "ab" => Some(Shares::ByCaller),
            "bandit" => Some(Shares::ByRequest),
            _ => None,
        }
    }
}

/// The hash of the caller's key decides (as SHA-256, see `policy::split`). While the challenger's share grows,
/// nobody who has it loses it; while it shrinks, nobody gets it. The name of the rollout is part of the hash:
/// the next one meets others first.
pub fn assign(rollout: &str, key: &str, weights: Weights) -> Slot {
    if fraction(&format!("rollout {rollout}"), key) < weights.challenger_share {
        Slot::Challenger
    } else {
        Slot::Champion
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challengers(rollout: &str, share: f64) -> Vec<usize> {
        let weights = Weights::new(1.0 - share, share).unwrap();
        let is = |key: &usize| assign(rollout, &format!("user-{key}"), weights) == Slot::Challenger;
        (0..20_000).filter(is).collect()
    }

    #[test]
    fn the_shares_are_the_weights() {
        for share in [0.0, 0.05, 0.5, 0.9, 1.0] {
            let found = challengers("a", share).len() as f64 / 20_000.0;
            // Four standard errors of 20,000 fair draws.
            assert!((found - share).abs() <= 0.0142, "{found} for {share}");
        }
        let weights = Weights::new(3.0, 1.0).unwrap();
        assert!((weights.challenger_share() - 0.25).abs() < 1e-12);
    }

    #[test]
    fn nobody_is_sent_to_and_fro() {
        let [few, many] = [0.1, 0.4].map(|share| challengers("a", share));
        assert!(few.iter().all(|key| many.contains(key)));
        let others = challengers("b", 0.1);
        let both = few.iter().filter(|key| others.contains(key)).count();
        assert!(both < few.len() / 5, "{both} of {} again", few.len());
    }

    #[test]
    fn weights_that_are_none_are_refused_by_name() {
        for wrong in [-1.0, f64::NAN, f64::INFINITY] {
            let refused = Weights::new(1.0, wrong).unwrap_err().to_string();
            assert!(refused.contains(&wrong.to_string()), "{refused}");
            assert!(Weights::new(wrong, 1.0).is_err());
        }
        assert_eq!(Weights::new(0.0, 0.0), Err(Unweighable::Nobody));
    }
}
