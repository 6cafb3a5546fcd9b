//! Converges the endpoint on the desired model version.
