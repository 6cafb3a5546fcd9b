//! Which of a table's columns are the wanted ones, and which separator it has.

/// The separators that are looked for; the first wins where two do as well.
pub const SEPARATORS: &[u8] = b",;\t|";

/// Names of a file without a header may be a review's words, and a refusal ends in a log.
const MAXIMUM_NAME_CHARACTERS: usize = 40;
const MAXIMUM_NAME_WORDS: usize = 5;
const MAXIMUM_NAMES: usize = 30;

/// Which columns are read.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// A file without one of these is refused.
    pub needed: Vec<String>,
    /// A file without these is as good.
    pub optional: Vec<String>,
}

impl Columns {
    /// Every column, under its own name.
    pub fn all() -> Self {
        Self::default()
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        self.needed.iter().chain(&self.optional)
    }

    fn is_all(&self) -> bool {
        self.needed.is_empty() && self.optional.is_empty()
    }
}

/// The names in a table's first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Each wanted column that is there, and its place.
    pub places: Vec<(String, usize)>,
    /// The other columns. One without a name, or with another's, cannot be asked for and is left out.
    pub others: Vec<(String, usize)>,
}

impl Header {
    /// Finds the wanted columns, or says why one of them is not there.
    pub fn find(names: &[String], separator: u8, columns: &Columns) -> Result<Self, String> {
        let mut places = Vec::new();
        for column in &columns.needed {
            match place(names, column)? {
                Some(place) => places.push((column.clone(), place)),
                None => {
                    let any_wanted = fit(names, columns).0 > 0;
                    return Err(missing(names, separator, column, any_wanted));
                }
            }
        }
        for column in &columns.optional {
            let found = place(names, column)?;
            places.extend(found.map(|place| (column.clone(), place)));
        }
        if columns.is_all() {
            for name in names.iter().filter(|name| !name.is_empty()) {
                let found = place(names, name)?;
                places.extend(found.map(|place| (name.clone(), place)));
            }
        }
        let wanted = |place: &usize| places.iter().any(|(_, wanted)| wanted == place);
        let named = names.iter().enumerate().filter(|(place, name)| {
            !name.is_empty() && !wanted(place) && alike(names, name).len() == 1
        });
        let others = named.map(|(place, name)| (name.clone(), place)).collect();
        Ok(Self { places, others })
    }
}

/// How many of the wanted columns the header has, and how many columns at all: of two separators
/// the one that finds more is the file's.
pub fn fit(names: &[String], columns: &Columns) -> (usize, usize) {
    let wanted = columns.names();
    let found = wanted.filter(|column| !alike(names, column).is_empty());
    (found.count(), names.len())
}

/// The place of a key among names: its own, or that of the only name that differs in nothing but
/// case and blanks. "review text" names the column "Review Text".
pub fn place<S: AsRef<str>>(names: &[S], column: &str) -> Result<Option<usize>, String> {
    let exact = |name: &&(usize, &S)| name.1.as_ref() == column;
    let alike: Vec<(usize, &S)> = alike(names, column);
    let exact: Vec<&(usize, &S)> = alike.iter().filter(exact).collect();
    match (exact.as_slice(), alike.as_slice()) {
        ([only], _) => Ok(Some(only.0)),
        ([], [only]) => Ok(Some(only.0)),
        ([], []) => Ok(None),
        ([], several) => {
            let names: Vec<&str> = several.iter().map(|(_, name)| name.as_ref()).collect();
            Err(format!(
                "{names:?} could all be the column {column:?}: rename all but one"
            ))
        }
        (several, _) => Err(format!(
            "{} columns have the name {column:?}: rename all but one",
            several.len()
        )),
    }
}

fn alike<'a, S: AsRef<str>>(names: &'a [S], column: &str) -> Vec<(usize, &'a S)> {
    let wanted = folded(column);
    let names = names.iter().enumerate();
    names
        .filter(|(_, name)| folded(name.as_ref()) == wanted)
        .collect()
}

fn folded(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// A name that differs from the column's in more than case and blanks, but not in its letters.
pub fn near<'a, S: AsRef<str>>(names: &'a [S], column: &str) -> Option<&'a str> {
    let letters = |name: &str| {
        let letters = name.chars().filter(|c| c.is_alphanumeric());
        letters.collect::<String>().to_lowercase()
    };
    let wanted = letters(column);
    let mut names = names.iter().map(AsRef::as_ref);
    names.find(|name| letters(name) == wanted)
}

/// Says what the header has instead, and what was probably meant.
fn missing(names: &[String], separator: u8, column: &str, any_wanted: bool) -> String {
    let mut said = format!("there is no column {column:?}");
    if let Some(near) = near(names, column) {
        said += &format!(": there is {near:?}; rename it");
        return said;
    }
    if names
        .iter()
        .any(|name| name.contains(char::REPLACEMENT_CHARACTER))
    {
        said += ": the header is not UTF-8; save the file as CSV UTF-8";
        return said;
    }
    let number = |name: &String| name.parse::<f64>().is_ok();
    if !any_wanted && names.iter().any(number) {
        said += ": the line has numbers in it and looks like a row; a header with the columns' names is needed";
        return said;
    }
    let listed: Vec<String> = names
        .iter()
        .take(MAXIMUM_NAMES)
        .map(|name| named(name))
        .collect();
    let more = match names.len().saturating_sub(MAXIMUM_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let listed = listed.join(", ");
    said += &match names.len() {
        1 => format!(
            ": the only one is {listed}. Columns are separated by ',', ';', '|' or a tab, \
             and a JSON file has one object a line or is an array of objects"
        ),
        _ => format!(
            " among {listed}{more} (separated by {:?})",
            char::from(separator)
        ),
    };
    said
}

fn named(name: &str) -> String {
    let characters = name.chars().count();
    if characters > MAXIMUM_NAME_CHARACTERS || name.split_whitespace().count() > MAXIMUM_NAME_WORDS
    {
        return format!("a text of {characters} characters");
    }
    format!("{name:?}")
}
