//! The style sheets, and the page that they are for.

use crate::markup::escape;

pub const PAGE: &str = concat!(
    include_str!("palette.css"),
    include_str!("style.css"),
    include_str!("drawing.css")
);

/// Of a drawing that is a file.
pub const ALONE: &str = concat!(
    include_str!("palette.css"),
    "svg { font: 13px system-ui, -apple-system, \"Segoe UI\", Roboto, sans-serif; font-variant-numeric: tabular-nums; }\n",
    include_str!("drawing.css")
);

/// A page that needs no other file. `main` is its markup, `style` what this page needs besides [`PAGE`].
pub fn document(title: &str, style: &str, main: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n{PAGE}{style}</style>\n</head>\n<body>\n<main>\n{main}</main>\n</body>\n</html>\n",
        escape(title)
    )
}
