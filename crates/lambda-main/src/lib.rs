//! What all the Lambda mains share.
