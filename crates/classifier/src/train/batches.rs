//! Which rows an epoch sees, and in which batches.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Batches that are sorted by length together: wide enough that a batch's texts are of like
/// length, narrow enough that batches stay a random draw.
const BATCHES_PER_BUCKET: usize = 16;

/// The rows of one epoch, equally many of each class: as many as the smallest has. Each class
/// comes in the order of its balancing fraction, and each epoch takes the next window of it, so
/// that over the epochs the large classes are seen whole.
pub fn balanced(classes: &[Vec<usize>], epoch: usize) -> Vec<usize> {
    let smallest = classes.iter().map(Vec::len).min().unwrap_or(0);
    let window = |rows: &Vec<usize>| -> Vec<usize> {
        rows.iter()
            .cycle()
            .skip(epoch * smallest % rows.len())
            .take(smallest)
            .copied()
            .collect()
    };
    classes
        .iter()
        .filter(|rows| !rows.is_empty())
        .flat_map(window)
        .collect()
}

/// Shuffled batches of rows of like length.
pub fn shuffled(
    mut rows: Vec<usize>,
    lengths: &[usize],
    batch_size: usize,
    seed: u64,
) -> Vec<Vec<usize>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rows.shuffle(&mut rng);
    let mut batches = Vec::new();
    for bucket in rows.chunks_mut(batch_size * BATCHES_PER_BUCKET) {
        bucket.sort_by_key(|row| lengths[*row]);
        batches.extend(bucket.chunks(batch_size).map(<[usize]>::to_vec));
    }
    batches.shuffle(&mut rng);
    batches
}
