//! Passes over many texts, texts of similar length together.

use rayon::prelude::*;

/// Tokens of one pass: enough to keep a core busy, few enough that every core has some and that
/// they stay in its cache.
const TOKENS_PER_PASS: usize = 128;

/// The rows that `answer` returns for the texts of each pass, one per text, in the order of the
/// texts.
pub fn in_passes(
    encoded: &[Vec<u32>],
    answer: impl Fn(&[&[u32]]) -> Vec<Vec<f32>> + Sync,
) -> Vec<Vec<f32>> {
    let passes = passes(encoded);
    let of_pass = |places: &Vec<usize>| {
        let ids = places.iter().map(|place| encoded[*place].as_slice());
        answer(&ids.collect::<Vec<_>>())
    };
    let found: Vec<Vec<Vec<f32>>> = passes.par_iter().map(of_pass).collect();
    let mut answers = vec![Vec::new(); encoded.len()];
    for (place, row) in passes.concat().into_iter().zip(found.into_iter().flatten()) {
        answers[place] = row;
    }
    answers
}

/// Places of the rows, shortest first, in runs that fit into one pass.
fn passes(encoded: &[Vec<u32>]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..encoded.len()).collect();
    order.sort_by_key(|place| encoded[*place].len());
    let mut passes = Vec::new();
    let mut rest = order.as_slice();
    while !rest.is_empty() {
        let fits = |size: &usize| size * encoded[rest[size - 1]].len() <= TOKENS_PER_PASS;
        let size = (1..=rest.len()).take_while(fits).last().unwrap_or(1);
        let (pass, later) = rest.split_at(size);
        passes.push(pass.to_vec());
        rest = later;
    }
    passes
}
