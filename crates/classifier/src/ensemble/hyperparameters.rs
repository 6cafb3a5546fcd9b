//! The hyperparameters of `algorithm=automl`.

use anyhow::{Context, Result, ensure};

use crate::algorithm::Algorithm;
use crate::training::named::{self, AUTO, Values, hyperparameters};

/// The pipeline passes them to any algorithm. They mean something else to each candidate, which takes its own defaults.
const OF_CANDIDATES: [&str; 3] = ["epochs", "learning_rate", "train_batch_size"];

hyperparameters! {
    pub struct Hyperparameters {
        algorithm: String = "automl".to_owned(),
        /// The candidates, between commas. `auto` is `ngrams,fasttext`, and `bert` where there is a pretrained model; named, it starts from
        /// fresh weights where there is none.
        algorithms: String = AUTO.to_owned(),
        /// BERT gets as many epochs as fit into what is left of these seconds, and is left out where none does; 0 for no limit.
        max_runtime_in_seconds: u64 = 0,
        /// BERT's.
        max_seq_length: usize = 128,
        checkpoint_steps: usize = 0,
        seed: u64 = 42,
        /// As the candidates have it.
        balance: bool = true,
        text_column: String = "review_body".to_owned(),
        label_column: String = "sentiment".to_owned(),
    }
}

impl Hyperparameters {
    /// Errors name the hyperparameter.
    pub fn parse(values: &Values) -> Result<Hyperparameters> {
        let own = named::without(values, &OF_CANDIDATES, "automl")?;
        let hyperparameters: Hyperparameters = named::parse(&own)?;
        hyperparameters.candidates(false)?;
        Ok(hyperparameters)
    }

    /// The cheapest first, so that a short budget is not spent on one alone.
    pub fn candidates(&self, has_pretrained: bool) -> Result<Vec<Algorithm>> {
        let order = [Algorithm::Ngrams, Algorithm::FastText, Algorithm::Bert];
        if self.algorithms == AUTO {
            let suits = |one: &Algorithm| *one != Algorithm::Bert || has_pretrained;
            return Ok(order.into_iter().filter(suits).collect());
        }
        let named = |name: &str| {
            let algorithm = Algorithm::named(name.trim());
            let algorithm = algorithm.filter(|one| order.contains(one));
            algorithm.with_context(|| {
                let names = order.map(Algorithm::name).join(", ");
                format!("hyperparameter `algorithms`: {name:?} is none of {names}")
            })
        };
        let given: Vec<Algorithm> = self
            .algorithms
            .split(',')
            .map(named)
            .collect::<Result<_>>()?;
        let mut distinct: Vec<Algorithm> = order.to_vec();
        distinct.retain(|one| given.contains(one));
        ensure!(
            distinct.len() == given.len(),
            "hyperparameter `algorithms` names one of {} twice",
            self.algorithms
        );
        Ok(distinct)
    }

    /// What a candidate is given.
    pub fn of(&self, candidate: Algorithm) -> Values {
        let mut given = vec![
            ("algorithm", candidate.name().to_owned()),
            ("seed", self.seed.to_string()),
            ("balance", self.balance.to_string()),
            ("text_column", self.text_column.clone()),
            ("label_column", self.label_column.clone()),
        ];
        if candidate == Algorithm::Bert {
            given.push(("max_seq_length", self.max_seq_length.to_string()));
            given.push(("checkpoint_steps", self.checkpoint_steps.to_string()));
        }
        let given = given.into_iter();
        given
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}
