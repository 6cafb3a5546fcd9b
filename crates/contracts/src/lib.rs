//! Every JSON shape and S3 key that crosses a process boundary.
