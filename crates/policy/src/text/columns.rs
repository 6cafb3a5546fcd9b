//! The named text columns of a dataset, of a model and of a request, and the one text that a model
//! reads of them. Frozen with [`crate::split::VERSION`].

use contracts::dataset::{Context, Mapping};
use contracts::prediction::Fields;

/// Stands behind each context field. A full stop, so that the title is a sentence of its own.
const SEPARATOR: &str = ". ";

/// The last column is the review itself, which split and hashes see alone; those before it are its
/// context, put in front of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextColumns {
    context: Vec<String>,
    review: String,
}

/// A review taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviewed {
    pub context: Context,
    pub text: String,
}

impl From<String> for Reviewed {
    fn from(text: String) -> Reviewed {
        let context = Context::new();
        Reviewed { context, text }
    }
}

impl TextColumns {
    /// In order. The error says what is wrong with the list.
    pub fn new(names: Vec<String>) -> Result<TextColumns, String> {
        for (place, name) in names.iter().enumerate() {
            if name.trim().is_empty() {
                return Err(format!("a text column of {names:?} has no name"));
            }
            if names[..place].contains(name) {
                return Err(format!("the text column {name:?} is named twice"));
            }
        }
        let mut context = names;
        let review = context.pop().ok_or("no text column is named")?;
        Ok(TextColumns { context, review })
    }

    pub fn of(mapping: &Mapping) -> TextColumns {
        TextColumns {
            context: mapping.context_columns.clone(),
            review: mapping.text_column.clone(),
        }
    }

    /// All, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let all = self.context.iter().chain([&self.review]);
        all.map(String::as_str)
    }

    pub fn review(&self) -> &str {
        &self.review
    }

    pub fn context(&self) -> &[String] {
        &self.context
    }

    /// Takes named fields apart. A missing or empty context field is left out; the error names a
    /// missing review field, or a field that is none of the columns.
    pub fn apart(&self, mut fields: Fields) -> Result<Reviewed, String> {
        let text = fields.remove(&self.review).flatten();
        let mut context = Context::new();
        for name in &self.context {
            let value = fields.remove(name).flatten().unwrap_or_default();
            if let Some(value) = filled(&value) {
                context.insert(name.clone(), value.to_owned());
            }
        }
        let names: Vec<&str> = self.names().collect();
        if let Some(unknown) = fields.into_keys().next() {
            return Err(format!("{unknown:?} is none of the text columns {names:?}"));
        }
        let text = text.ok_or_else(|| format!("the field {:?} is missing", self.review))?;
        Ok(Reviewed { context, text })
    }

    /// A review by the names of its columns: what [`Self::apart`] takes.
    pub fn fields(&self, review: &Reviewed) -> Fields {
        let context = review.context.clone().into_iter();
        let text = (self.review.clone(), review.text.clone());
        let fields = context.chain([text]);
        fields.map(|(name, field)| (name, Some(field))).collect()
    }

    /// A context's fields in the columns' order.
    pub fn ordered<'a>(&'a self, context: &'a Context) -> impl Iterator<Item = (&'a str, &'a str)> {
        let names = self.context.iter();
        names.filter_map(|name| Some((name.as_str(), context.get(name)?.as_str())))
    }

    /// The text that a model reads: the context fields in the columns' order, each with the
    /// separator behind it, then the review as it is. Fields of other names are left out.
    pub fn joined(&self, context: &Context, review: &str) -> String {
        let fields = self.ordered(context).filter_map(|(_, field)| filled(field));
        joined(fields, review)
    }
}

/// The fields before a review, each with the separator behind it, and the review as it is.
pub fn joined<'a>(fields: impl Iterator<Item = &'a str>, review: &str) -> String {
    let mut joined = String::new();
    for field in fields {
        joined.push_str(field);
        joined.push_str(SEPARATOR);
    }
    joined.push_str(review);
    joined
}

/// A value without the blanks around it; none where nothing is left.
pub fn filled(value: &str) -> Option<&str> {
    Some(value.trim()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> TextColumns {
        TextColumns::new(names.iter().map(|name| (*name).to_owned()).collect()).unwrap()
    }

    fn context(fields: &[(&str, &str)]) -> Context {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        fields.iter().map(owned).collect()
    }

    #[test]
    fn golden_vectors_hold_the_joined_text_still() {
        let two = columns(&["Title", "Review Text"]);
        let three = columns(&["Title", "Class", "Review Text"]);
        let check =
            |columns: &TextColumns, fields: &[(&str, &str)], review: &str, expected: &str| {
                assert_eq!(columns.joined(&context(fields), review), expected);
            };
        check(&two, &[("Title", "Lovely")], "It fits.", "Lovely. It fits.");
        check(
            &two,
            &[("Title", " Wow! \n")],
            " It fits.\n",
            "Wow!.  It fits.\n",
        );
        check(&two, &[("Title", " ")], " It fits.\n", " It fits.\n");
        check(&two, &[], "It fits.", "It fits.");
        check(&two, &[("Other", "x")], "It fits.", "It fits.");
        // In the columns' order, not in the fields'.
        let both = [("Class", "Knits"), ("Title", "Nice")];
        check(&three, &both, "Soft", "Nice. Knits. Soft");
        check(&three, &both[..1], "Soft", "Knits. Soft");
        let one = columns(&["Review Text"]);
        assert_eq!(one.joined(&context(&[("Title", "x")]), " A\tb "), " A\tb ");
    }

    #[test]
    fn named_fields_come_apart_and_a_wrong_name_is_named() {
        let two = columns(&["Title", "Review Text"]);
        let apart = |fields: &[(&str, Option<&str>)]| {
            let owned = |(name, value): &(&str, Option<&str>)| {
                ((*name).to_owned(), value.map(str::to_owned))
            };
            two.apart(fields.iter().map(owned).collect())
        };
        let text = ("Review Text", Some("Soft "));
        assert_eq!(
            apart(&[("Title", Some(" Nice ")), text]),
            Ok(Reviewed {
                context: context(&[("Title", "Nice")]),
                text: "Soft ".to_owned()
            })
        );
        for empty in [None, Some(""), Some(" ")] {
            assert_eq!(
                apart(&[("Title", empty), text]).unwrap().context,
                context(&[])
            );
        }
        assert_eq!(
            apart(&[("Title", Some("Nice"))]).unwrap_err(),
            r#"the field "Review Text" is missing"#
        );
        assert_eq!(
            apart(&[("Titel", Some("Nice")), text]).unwrap_err(),
            r#""Titel" is none of the text columns ["Title", "Review Text"]"#
        );
    }

    #[test]
    fn a_list_of_columns_names_each_once() {
        let refused = |names: &[&str], reason: &str| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let error = TextColumns::new(names).unwrap_err();
            assert!(error.contains(reason), "{error}");
        };
        refused(&[], "no text column");
        refused(&["Title", " "], "no name");
        refused(&["Title", "Title"], r#""Title" is named twice"#);
        assert_eq!(columns(&["a", "b"]).context(), ["a"]);
    }
}
