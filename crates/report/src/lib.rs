//! Values in, one self-contained HTML page with plots out.
