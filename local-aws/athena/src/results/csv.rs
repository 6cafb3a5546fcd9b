//! The CSV that Athena writes: every value is quoted, an empty text is `""`, and nothing between commas is null.

pub type Record = Vec<Option<String>>;

/// At most `size` records from the beginning of a text, and where they end.
pub fn records(text: &str, size: usize) -> (Vec<Record>, usize) {
    let (mut records, mut end) = (Vec::new(), 0);
    while records.len() < size && end < text.len() {
        let (record, length) = record(&text[end..]);
        records.push(record);
        end += length;
    }
    (records, end)
}

fn record(text: &str) -> (Record, usize) {
    let (mut record, mut at) = (Vec::new(), 0);
    loop {
        let (field, length) = field(&text[at..]);
        record.push(field);
        at += length;
        match text[at..].chars().next() {
            Some(',') => at += 1,
            Some(_) => return (record, at + 1),
            None => return (record, at),
        }
    }
}

/// A field and its length with its quotes. It ends at a comma, a line's end or the text's.
fn field(text: &str) -> (Option<String>, usize) {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find([',', '\n']).unwrap_or(text.len());
        let bare = &text[..end];
        return ((!bare.is_empty()).then(|| bare.to_owned()), end);
    };
    let mut value = String::new();
    loop {
        let end = rest.find('"').unwrap_or(rest.len());
        value.push_str(&rest[..end]);
        rest = rest.get(end + 1..).unwrap_or_default();
        match rest.strip_prefix('"') {
            Some(behind) => {
                value.push('"');
                rest = behind;
            }
            None => return (Some(value), text.len() - rest.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::records;

    #[test]
    fn null_is_nothing_and_empty_is_two_quotes() {
        let text = "\"a\",\"b\"\n\"1\",\n,\"\"\n\"x, \"\"y\"\"\nz\",\"é\"\n\n";
        let (found, end) = records(text, 10);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            found,
            [
                vec![some("a"), some("b")],
                vec![some("1"), None],
                vec![None, some("")],
                vec![some("x, \"y\"\nz"), some("é")],
                vec![None],
            ]
        );
        assert_eq!(end, text.len());
    }

    #[test]
    fn a_page_ends_where_the_next_one_begins() {
        let text = "\"a\"\n\"b\"\n\"c\"";
        let (first, end) = records(text, 2);
        assert_eq!(first.len(), 2);
        let (rest, last) = records(&text[end..], 2);
        assert_eq!(rest, [vec![Some("c".to_owned())]]);
        assert_eq!(end + last, text.len());
    }
}
