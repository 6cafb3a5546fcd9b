//! Attention of one text: every head's queries against its keys (arXiv:1706.03762).

use super::Settings;
use crate::model::kernels::matmul::{Into, View, matmul};
use crate::model::kernels::rows::{Dropout, softmax, softmax_backward};

/// One text's rows, [queries or keys, hidden] each; a head is a range of columns.
#[derive(Clone, Copy)]
pub struct Projected<'a> {
    pub query: &'a [f32],
    pub key: &'a [f32],
    pub value: &'a [f32],
}

/// Gradients of the same.
pub struct ProjectedMut<'a> {
    pub query: &'a mut [f32],
    pub key: &'a mut [f32],
    pub value: &'a mut [f32],
}

/// Fills `probabilities` [heads, queries, keys], before dropout, and `context` [queries, hidden].
pub fn forward(
    settings: &Settings,
    projected: Projected,
    dropout: Dropout,
    probabilities: &mut [f32],
    context: &mut [f32],
) {
    let heads = Heads::new(settings, projected.query, projected.key);
    let (queries, keys) = (heads.queries, heads.keys);
    let mut dropped = vec![0f32; queries * keys];
    let of_heads = probabilities.chunks_exact_mut(queries * keys).enumerate();
    for (head, probabilities) in of_heads {
        let query = heads.view(projected.query, head);
        let key = heads.view(projected.key, head);
        matmul(probabilities, keys, query, key.transposed(), Into::Replace);
        softmax(probabilities, keys, heads.scale);
        dropped.copy_from_slice(probabilities);
        dropout.apply(&mut dropped, head * queries * keys);
        let value = heads.view(projected.value, head);
        matmul(
            &mut context[head * heads.width..],
            heads.hidden,
            View::new(&dropped, keys),
            value,
            Into::Replace,
        );
    }
}

/// Fills `gradients` from that of `context`.
pub fn backward(
    settings: &Settings,
    projected: Projected,
    dropout: Dropout,
    probabilities: &[f32],
    context: &[f32],
    gradients: &mut ProjectedMut,
) {
    let heads = Heads::new(settings, projected.query, projected.key);
    let (queries, keys, hidden) = (heads.queries, heads.keys, heads.hidden);
    let (mut dropped, mut scores) = (vec![0f32; queries * keys], vec![0f32; queries * keys]);
    for (head, probabilities) in probabilities.chunks_exact(queries * keys).enumerate() {
        let (column, place) = (head * heads.width, head * queries * keys);
        let context = heads.view(context, head);
        dropped.copy_from_slice(probabilities);
        dropout.apply(&mut dropped, place);
        matmul(
            &mut gradients.value[column..],
            hidden,
            View::new(&dropped, keys).transposed(),
            context,
            Into::Replace,
        );
        let value = heads.view(projected.value, head);
        matmul(
            &mut scores,
            keys,
            context,
            value.transposed(),
            Into::Replace,
        );
        dropout.apply(&mut scores, place);
        softmax_backward(&mut scores, probabilities, keys, heads.scale);
        matmul(
            &mut gradients.query[column..],
            hidden,
            View::new(&scores, keys),
            heads.view(projected.key, head),
            Into::Replace,
        );
        matmul(
            &mut gradients.key[column..],
            hidden,
            View::new(&scores, keys).transposed(),
            heads.view(projected.query, head),
            Into::Replace,
        );
    }
}

struct Heads {
    hidden: usize,
    width: usize,
    queries: usize,
    keys: usize,
    scale: f32,
}

impl Heads {
    fn new(settings: &Settings, query: &[f32], key: &[f32]) -> Heads {
        let (hidden, width) = (settings.hidden, settings.hidden / settings.heads);
        Heads {
            hidden,
            width,
            queries: query.len() / hidden,
            keys: key.len() / hidden,
            scale: 1.0 / (width as f32).sqrt(),
        }
    }

    fn view<'a>(&self, rows: &'a [f32], head: usize) -> View<'a> {
        View::strided(
            &rows[head * self.width..],
            rows.len() / self.hidden,
            self.width,
            self.hidden,
        )
    }
}
