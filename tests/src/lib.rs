//! The loop as processes, the template, tidiness.
