//! Looks for what no event told, and re-sends it.
