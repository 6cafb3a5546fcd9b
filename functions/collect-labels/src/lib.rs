//! Turns a finished human loop into one label.
