//! The rules of the loop: values in, decisions out.
