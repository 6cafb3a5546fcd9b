//! Sizes of chunks, row groups and shards. They bound memory and change no row.

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Rows whose features are computed side by side.
    pub rows_per_chunk: usize,
    /// Rows that are held until they are written column by column.
    pub rows_per_group: usize,
    /// Some ten megabytes of reviews: several instances can share a channel by its files.
    pub rows_per_shard: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            rows_per_chunk: 4096,
            rows_per_group: 4096,
            rows_per_shard: 50_000,
        }
    }
}
