//! Attention of one head within one text: its queries against its keys (arXiv:1706.03762).

use std::iter::repeat_n;

use kernels::product::{Left, Onto, Panels, Strips, columns, product_here};
use kernels::rows::{Dropout, softmax, softmax_backward};

use super::texts::{split, split_mut};
use super::{Settings, Texts};

/// Rows of a layer's texts, and how heads share their columns.
#[derive(Clone, Copy)]
pub struct Shape<'a> {
    settings: &'a Settings,
    texts: &'a Texts,
    first_only: bool,
}

/// One head of one text. Its rows are columns of the text's, which are `hidden` wide.
pub struct Head<'a> {
    pub text: usize,
    place: usize,
    width: usize,
    hidden: usize,
    queries: usize,
    keys: usize,
    query: &'a [f32],
    key: &'a [f32],
    value: &'a [f32],
}

/// Gradients of one head's rows.
pub struct HeadMut<'a> {
    pub query: Vec<&'a mut [f32]>,
    pub key: Vec<&'a mut [f32]>,
    pub value: Vec<&'a mut [f32]>,
}

impl<'a> Shape<'a> {
    pub fn new(settings: &'a Settings, texts: &'a Texts, first_only: bool) -> Shape<'a> {
        Shape {
            settings,
            texts,
            first_only,
        }
    }

    fn keys(self) -> impl Iterator<Item = usize> + 'a {
        self.texts.lengths.iter().copied()
    }

    fn queries(self) -> impl Iterator<Item = usize> + 'a {
        self.keys()
            .map(move |keys| if self.first_only { 1 } else { keys })
    }

    /// Text by text, head by head.
    pub fn heads(
        self,
        query: &'a [f32],
        key: &'a [f32],
        value: &'a [f32],
    ) -> impl Iterator<Item = Head<'a>> {
        let (hidden, heads) = (self.settings.hidden, self.settings.heads);
        let width = hidden / heads;
        let of_texts = split(query, self.queries().map(move |rows| rows * hidden))
            .into_iter()
            .zip(split(key, self.keys().map(move |rows| rows * hidden)))
            .zip(split(value, self.keys().map(move |rows| rows * hidden)));
        of_texts
            .enumerate()
            .flat_map(move |(text, ((query, key), value))| {
                (0..heads).map(move |place| Head {
                    text,
                    place,
                    width,
                    hidden,
                    queries: query.len() / hidden,
                    keys: key.len() / hidden,
                    query: &query[place * width..],
                    key: &key[place * width..],
                    value: &value[place * width..],
                })
            })
    }

    fn pairs(self) -> impl Iterator<Item = usize> {
        let pairs = self.queries().zip(self.keys());
        pairs.flat_map(move |(queries, keys)| repeat_n(queries * keys, self.settings.heads))
    }

    /// How many probabilities all texts and heads have.
    pub fn probabilities(self) -> usize {
        self.pairs().sum()
    }

    /// [queries, keys] of each head.
    pub fn split_probabilities(self, values: &mut [f32]) -> Vec<&mut [f32]> {
        split_mut(values, self.pairs())
    }

    /// The same for reading.
    pub fn read_probabilities(self, values: &[f32]) -> Vec<&[f32]> {
        split(values, self.pairs())
    }

    /// For each head, its text's rows that have a query.
    pub fn read_context(self, values: &[f32]) -> impl Iterator<Item = &[f32]> {
        let (hidden, heads) = (self.settings.hidden, self.settings.heads);
        let texts = split(values, self.queries().map(move |rows| rows * hidden)).into_iter();
        texts.flat_map(move |rows| repeat_n(rows, heads))
    }

    /// Each head's columns of its text's rows that have a query.
    pub fn split_queries(self, values: &mut [f32]) -> impl Iterator<Item = Vec<&mut [f32]>> {
        self.split_heads(values, self.queries())
    }

    /// Each head's columns of all of its text's rows.
    pub fn split_keys(self, values: &mut [f32]) -> impl Iterator<Item = Vec<&mut [f32]>> {
        self.split_heads(values, self.keys())
    }

    fn split_heads(
        self,
        values: &mut [f32],
        rows: impl Iterator<Item = usize>,
    ) -> impl Iterator<Item = Vec<&mut [f32]>> {
        let (hidden, heads) = (self.settings.hidden, self.settings.heads);
        let texts = split_mut(values, rows.map(|rows| rows * hidden)).into_iter();
        texts.flat_map(move |rows| columns(rows, hidden, hidden / heads))
    }
}

impl<'a> Head<'a> {
    fn scale(&self) -> f32 {
        1.0 / (self.width as f32).sqrt()
    }

    /// The place of the head's first probability among the text's.
    fn first_probability(&self) -> usize {
        self.place * self.queries * self.keys
    }

    fn rows(&self, rows: usize, values: &'a [f32]) -> Left<'a> {
        Left::strided(values, rows, self.width, self.hidden)
    }
}

/// Fills `probabilities` [queries, keys], before dropout, and `context` [queries, width].
pub fn forward(
    head: &Head,
    dropout: Dropout,
    probabilities: &mut [f32],
    context: &mut [&mut [f32]],
) {
    let keys = Panels::columns(head.key, head.keys, head.width, head.hidden);
    let query = head.rows(head.queries, head.query);
    let mut rows: Vec<&mut [f32]> = probabilities.chunks_exact_mut(head.keys).collect();
    product_here(query, &keys, &mut rows, Onto::Replace);
    softmax(probabilities, head.keys, head.scale());
    let dropped = dropped(head, dropout, probabilities);
    let values = Panels::rows(head.value, head.width, head.hidden);
    let weights = Left::rows(dropped.as_deref().unwrap_or(probabilities), head.keys);
    product_here(weights, &values, context, Onto::Replace);
}

/// Fills `gradients` from the gradient with respect to the context.
pub fn backward(
    head: &Head,
    dropout: Dropout,
    probabilities: &[f32],
    context: &[f32],
    gradients: &mut HeadMut,
) {
    let (queries, keys) = (head.queries, head.keys);
    let context = &context[head.place * head.width..];
    let dropped = dropped(head, dropout, probabilities);
    let weights = dropped.as_deref().unwrap_or(probabilities);
    let of_context = Panels::rows(context, head.width, head.hidden);
    let weights = Strips::transposed(weights, keys);
    product_here(
        weights.left(),
        &of_context,
        &mut gradients.value,
        Onto::Replace,
    );

    let mut scores = vec![0f32; queries * keys];
    let values = Panels::columns(head.value, keys, head.width, head.hidden);
    let mut rows: Vec<&mut [f32]> = scores.chunks_exact_mut(keys).collect();
    product_here(
        head.rows(queries, context),
        &values,
        &mut rows,
        Onto::Replace,
    );
    dropout.apply(&mut scores, head.first_probability());
    softmax_backward(&mut scores, probabilities, keys, head.scale());

    let key = Panels::rows(head.key, head.width, head.hidden);
    product_here(
        Left::rows(&scores, keys),
        &key,
        &mut gradients.query,
        Onto::Replace,
    );
    let query = Panels::rows(head.query, head.width, head.hidden);
    let scores = Strips::transposed(&scores, keys);
    product_here(scores.left(), &query, &mut gradients.key, Onto::Replace);
}

fn dropped(head: &Head, dropout: Dropout, probabilities: &[f32]) -> Option<Vec<f32>> {
    dropout.is_on().then(|| {
        let mut dropped = probabilities.to_vec();
        dropout.apply(&mut dropped, head.first_probability());
        dropped
    })
}
