//! How much of a file is held and searched.

/// A row that is longer is an error, and a broken row ends at this length at the latest: so much,
/// twice, is held in memory.
pub const MAXIMUM_ROW_BYTES: usize = 1 << 20;

/// Bytes that are parsed to find the end of one broken row. Only a file made for the purpose needs
/// more; such a row ends at [`MAXIMUM_ROW_BYTES`], or with the array.
pub const MAXIMUM_SEARCH_BYTES: usize = 32 * MAXIMUM_ROW_BYTES;
