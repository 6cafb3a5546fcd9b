//! The explanation of one model's logit: of the whole answer, or of a member's of an ensemble.

use std::path::Path;

use anyhow::{Result, bail};
use contracts::explanation::Explanation;
use fasttext::FastText;
use fasttext::loss::Loss;
use ngrams::Ngrams;

use super::integrated_gradients::Differentiable;
use super::{linear, words};
use crate::trained_model::ensemble::Loaded;
use crate::trained_model::model::Model;

pub struct Part<'a> {
    how: How<'a>,
    /// What its logits are multiplied by in the whole answer's.
    share: f64,
    /// Whose outputs are in an order of their own.
    member: Option<&'a Loaded>,
}

enum How<'a> {
    Gradients(Box<Differentiable>),
    FastText(&'a FastText),
    Ngrams(&'a Ngrams),
}

impl<'a> Part<'a> {
    /// A model that answers alone. Its folder is where it was loaded from.
    pub fn new(model: &'a Model, folder: &Path) -> Result<Part<'a>> {
        let how = match model {
            Model::Bert(_) => How::Gradients(Box::new(Differentiable::load(folder)?)),
            Model::FastText(fasttext) if fasttext.args.loss == Loss::HierarchicalSoftmax => {
                bail!("a model trained with hierarchical softmax has no logit per label to explain")
            }
            Model::FastText(fasttext) => How::FastText(fasttext),
            Model::Ngrams(ngrams) => How::Ngrams(ngrams),
        };
        Ok(Part {
            how,
            share: 1.0,
            member: None,
        })
    }

    pub fn of_member(member: &'a Loaded) -> Result<Part<'a>> {
        let part = Part::new(&member.model, &member.folder)?;
        Ok(Part {
            share: member.weight / member.applied.temperature.value(),
            member: Some(member),
            ..part
        })
    }

    /// In multiply-accumulates.
    pub fn work(&self) -> u64 {
        match &self.how {
            How::Gradients(model) => model.work(),
            How::FastText(_) | How::Ngrams(_) => 0,
        }
    }

    /// What its logit adds to that of the whole answer's class, with the share.
    pub fn explain(&mut self, text: &str, class: usize) -> Result<(f64, Explanation)> {
        let class = self.member.map_or(class, |member| member.place(class));
        let explanation = match &mut self.how {
            How::FastText(model) => linear::of_fasttext(model, text, class).explain(text),
            How::Ngrams(model) => linear::of_ngrams(model, text, class).explain(text),
            How::Gradients(model) => {
                let tokens = model.tokens(text)?;
                let attributed = model.attribute(&tokens, class);
                Explanation {
                    method: "integrated_gradients".to_owned(),
                    words: words::merge(text, &tokens, &attributed.tokens),
                    truncated: tokens.truncated,
                    completeness: attributed.completeness,
                    ..Explanation::default()
                }
            }
        };
        Ok((self.share, explanation))
    }
}
