//! A training text by its vectors.

/// Slices of the vectors that threads own when they write. Their number is fixed, so that sums
/// are added in the same order on any number of threads.
pub const SHARDS: u32 = 16;

/// A text by the vectors that it has, which are numbered in the order in which the training
/// texts bring them up: what only one text has lies together in memory.
pub struct Text {
    /// Places within their shard, shard by shard.
    places: Vec<u32>,
    ends: [u32; SHARDS as usize],
    /// All rows, those that no training text has and that are zero included.
    pub rows: usize,
    pub class: usize,
}

impl Text {
    pub fn new(vectors: impl Iterator<Item = u32> + Clone, rows: usize, class: usize) -> Text {
        let mut counts = [0u32; SHARDS as usize];
        for vector in vectors.clone() {
            counts[(vector % SHARDS) as usize] += 1;
        }
        let mut next = [0u32; SHARDS as usize];
        for shard in 1..next.len() {
            next[shard] = next[shard - 1] + counts[shard - 1];
        }
        let mut places = vec![0; counts.iter().sum::<u32>() as usize];
        for vector in vectors {
            let next = &mut next[(vector % SHARDS) as usize];
            places[*next as usize] = vector / SHARDS;
            *next += 1;
        }
        Text {
            places,
            ends: next,
            rows,
            class,
        }
    }

    /// The text's places in one shard.
    pub fn places(&self, shard: usize) -> &[u32] {
        let start = if shard == 0 { 0 } else { self.ends[shard - 1] };
        &self.places[start as usize..self.ends[shard] as usize]
    }
}
