//! Curves with bands, panel beside panel.

/// Both axes are those of all panels.
#[derive(Clone, Debug, PartialEq)]
pub struct CurvePicture {
    pub title: String,
    pub description: String,
    pub x: String,
    pub y: String,
    pub scale: Scale,
    /// At least one, with at least one point; each with the same curves in the same order.
    pub panels: Vec<CurvePanel>,
    /// A value that is marked in all panels, and its name.
    pub mark: Option<(String, f64)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CurvePanel {
    pub title: String,
    pub curves: Vec<BandedCurve>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct BandedCurve {
    pub name: String,
    pub tone: Tone,
    pub is_dashed: bool,
    pub points: Vec<BandPoint>,
}

/// Of the values of `y`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Shown in percent.
    Share,
    Number,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Warm,
    Cool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandPoint {
    pub x: f64,
    pub low: f64,
    pub middle: f64,
    pub high: f64,
}
