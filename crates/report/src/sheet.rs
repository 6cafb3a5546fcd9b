//! The style sheets: colours, the page, what is drawn.

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
