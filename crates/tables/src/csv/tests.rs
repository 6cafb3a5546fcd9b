use proptest::prelude::*;

use super::record::{Parsed, Parts, parse};
use super::{Broken, Records};
use crate::{Lines, MAXIMUM_ROW_BYTES};

/// Good records, or why there is none, with their lines.
type Found = Vec<(Lines, Result<Vec<Vec<u8>>, Broken>)>;

fn read(bytes: &[u8], separator: u8, width: Option<usize>) -> Found {
    let mut records = Records::of(crate::window::Window::new(bytes), separator, width);
    let mut found = Vec::new();
    while let Some(entry) = records.next_record().unwrap() {
        let record = entry
            .record
            .map(|record| record.iter().map(Vec::from).collect());
        found.push((entry.lines, record));
    }
    found
}

/// What was found, a record a line: its lines, and its fields or its mistake.
#[track_caller]
fn check(width: usize, text: &str, expected: &[&str]) {
    let found = read(text.as_bytes(), b',', Some(width)).into_iter();
    let found: Vec<String> = found
        .map(|(Lines { first, last }, record)| {
            let told = match record {
                Ok(fields) => {
                    let text = |field: Vec<u8>| String::from_utf8(field).unwrap();
                    let fields: Vec<String> = fields.into_iter().map(text).collect();
                    fields.join("|")
                }
                Err(broken) => broken.kind().to_owned(),
            };
            format!("{first}-{last} {told}")
        })
        .collect();
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn an_unclosed_quote_costs_its_own_record_and_no_other() {
    check(
        3,
        "\"Perfect, I love it,5,Dress\n\"Too tight; sent it back\",1,Coat\n\"fine\",3,Skirt\n",
        &[
            "1-1 unclosed quote",
            "2-2 Too tight; sent it back|1|Coat",
            "3-3 fine|3|Skirt",
        ],
    );
    // Nothing closes it.
    check(
        2,
        "\"a,1\nb,2\nc,3",
        &["1-1 unclosed quote", "2-2 b|2", "3-3 c|3"],
    );
    check(2, "b,2\n\"a,1", &["1-1 b|2", "2-2 unclosed quote"]);
    // Merged, the three would have another number of fields.
    check(
        3,
        "\"a,5,x\nb,1,\"y\",z\nc,3,w\n",
        &["1-2 unclosed quote", "3-3 c|3|w"],
    );
    check(
        2,
        "\"a,5\nb,1\n\",\",\",c\nd,4\n",
        &[
            "1-1 unclosed quote",
            "2-2 b|1",
            "3-3 unclosed quote",
            "4-4 d|4",
        ],
    );
}

#[test]
fn what_rfc_4180_forbids_is_an_error_of_its_record() {
    check(
        2,
        "a,1\n\"b\" and more,2\nc,3\n",
        &["1-1 a|1", "2-2 text after a closing quote", "3-3 c|3"],
    );
    // The tail of a field whose first quote was lost.
    check(
        2,
        "Nice,\nand warm\",5\nc,3\n",
        &[
            "1-1 Nice|",
            "2-2 an unpaired double quote in an unquoted field",
            "3-3 c|3",
        ],
    );
    check(
        2,
        "a\nb,2,3\nc,3\n",
        &[
            "1-1 another number of fields",
            "2-2 another number of fields",
            "3-3 c|3",
        ],
    );
    // Its own lines are no records.
    check(
        2,
        "\"He said \"no\" and\nleft\",5\nc,3\n",
        &["1-2 text after a closing quote", "3-3 c|3"],
    );
}

#[test]
fn pairs_of_quotes_in_an_unquoted_field_and_blanks_around_quotes_are_allowed() {
    check(2, "so \"nice\" it is,5\n", &["1-1 so \"nice\" it is|5"]);
    check(2, "\"a, b\" , \"5\"\t\n", &["1-1 a, b|5"]);
    check(2, " \"a \"\" b\",5", &["1-1 a \" b|5"]);
}

#[test]
fn lines_end_in_any_way_and_blank_ones_are_no_records() {
    check(2, "a,1\r\nb,2\r\n", &["1-1 a|1", "2-2 b|2"]);
    check(2, "a,1\rb,2", &["1-1 a|1", "2-2 b|2"]);
    check(2, "\n \t\na,1\n\n\nb,2\n\n", &["3-3 a|1", "6-6 b|2"]);
    check(2, "\"a\r\nb\rc\",1\r\nb,2", &["1-3 a\r\nb\rc|1", "4-4 b|2"]);
    check(1, "", &[]);
    check(1, "\n\r\n  ", &[]);
    check(2, ",\n", &["1-1 |"]);
}

#[test]
fn a_record_that_does_not_end_is_given_up_at_its_limit() {
    let line = "no quote in this line and no comma\n";
    let broken = line.repeat(MAXIMUM_ROW_BYTES / line.len() + 10);
    let found = read(format!("\"a,1\n{broken}b,2\n").as_bytes(), b',', Some(2));
    let first = found.first().unwrap();
    assert_eq!(first.1, Err(Broken::UnclosedQuote));
    assert_eq!(
        found.last().unwrap().1,
        Ok(vec![b"b".to_vec(), b"2".to_vec()])
    );
    lines_add_up(&found, broken.lines().count() as u64 + 2);

    let long = "x".repeat(3 * MAXIMUM_ROW_BYTES);
    for separator in ["\n", "\r\n", "\r"] {
        let text = format!("a,1{separator}{long}{separator}b,2{separator}");
        let found = read(text.as_bytes(), b',', Some(2));
        assert_eq!(found.len(), 3);
        assert_eq!(found[1], (Lines::one(2), Err(Broken::TooLong)));
        lines_add_up(&found, 3);
    }
}

#[track_caller]
fn lines_add_up(found: &Found, lines: u64) {
    let mut next = 1;
    for (Lines { first, last }, _) in found {
        assert_eq!((*first, first <= last), (next, true), "{found:?}");
        next = last + 1;
    }
    assert_eq!(next, lines + 1);
}

/// A field's value and how it is written.
fn field(separator: char) -> impl Strategy<Value = (String, String)> {
    let characters =
        prop::sample::select(vec!['a', 'b', 'é', ' ', ',', ';', '\t', '"', '\n', '\r']);
    let value = prop::collection::vec(characters, 0..6);
    (value, any::<bool>()).prop_map(move |(value, quoted)| {
        let value: String = value.into_iter().collect();
        let needed = value.contains([separator, '"', '\n', '\r']) || value.trim().is_empty();
        let written = if quoted || needed {
            format!("\"{}\"", value.replace('"', "\"\""))
        } else {
            value.clone()
        };
        (value, written)
    })
}

fn line_end() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["\n", "\r\n", "\r"])
}

/// A good record of two fields. A quoted field starts with a letter: after an unclosed quote,
/// `",` would read as the end of a field.
fn good() -> impl Strategy<Value = (Option<Vec<Vec<u8>>>, String)> {
    (field(','), field(',')).prop_map(|(one, two)| {
        let write = |(value, written): (String, String)| {
            let letter = |text: &str| format!("g{text}");
            let written = match written.strip_prefix('"') {
                Some(rest) => format!("\"{}", letter(rest)),
                None => letter(&written),
            };
            (letter(&value).into_bytes(), written)
        };
        let ((one, one_written), (two, two_written)) = (write(one), write(two));
        (Some(vec![one, two]), format!("{one_written},{two_written}"))
    })
}

/// A line that is no record of two fields.
fn broken() -> impl Strategy<Value = (Option<Vec<Vec<u8>>>, String)> {
    let lines = [
        "\"Perfect, I love it,5",
        "\"a\"b,c",
        "a\"b,c",
        "a",
        "a,b,c",
        "a,\"b",
    ];
    prop::sample::select(lines.to_vec()).prop_map(|line| (None, line.to_owned()))
}

proptest! {
    #[test]
    fn well_formed_input_reads_as_the_csv_crate_reads_it(
        rows in prop::collection::vec(prop::collection::vec(field(';'), 3), 1..6),
        end in line_end(),
        last in any::<bool>(),
    ) {
        let line = |row: &Vec<(String, String)>| {
            let fields: Vec<&str> = row.iter().map(|(_, written)| written.as_str()).collect();
            fields.join(";")
        };
        let mut text = rows.iter().map(line).collect::<Vec<_>>().join(end);
        text.push_str(if last { end } else { "" });
        let mut csv = csv::ReaderBuilder::new()
            .delimiter(b';')
            .has_headers(false)
            .from_reader(text.as_bytes());
        let theirs: Vec<Vec<Vec<u8>>> = csv
            .byte_records()
            .map(|record| record.unwrap().iter().map(Vec::from).collect())
            .collect();
        let ours: Vec<_> = read(text.as_bytes(), b';', None)
            .into_iter()
            .map(|(_, record)| record.unwrap())
            .collect();
        prop_assert_eq!(&ours, &theirs);
        let values = |row: &Vec<(String, String)>| -> Vec<Vec<u8>> {
            row.iter().map(|(value, _)| value.clone().into_bytes()).collect()
        };
        prop_assert_eq!(ours, rows.iter().map(values).collect::<Vec<_>>());
    }

    /// Whatever stands between them, no good record is lost, merged or made up.
    #[test]
    fn broken_lines_never_cost_a_good_record(
        chunks in prop::collection::vec(prop_oneof![good(), broken()], 1..12),
        end in line_end(),
    ) {
        let text: String = chunks.iter().map(|(_, line)| format!("{line}{end}")).collect();
        let found = read(text.as_bytes(), b',', Some(2));
        let good: Vec<_> = found.iter().filter_map(|(_, record)| record.clone().ok()).collect();
        let expected: Vec<_> = chunks.iter().filter_map(|(record, _)| record.clone()).collect();
        prop_assert_eq!(good, expected, "{:?}", text);
        let ends = text.replace("\r\n", "\n").replace('\r', "\n");
        lines_add_up(&found, ends.matches('\n').count() as u64);
    }

    /// Where the bytes are cut makes no difference, so chunks of input make none.
    #[test]
    fn a_record_is_the_same_however_much_is_read_ahead(
        text in prop::collection::vec(prop::sample::select(b"ab,\" \r\n".to_vec()), 1..30),
        cut in any::<prop::sample::Index>(),
    ) {
        let (mut ahead, mut all) = (Parts::default(), Parts::default());
        let cut = cut.index(text.len());
        let parsed = parse(&text[..cut], false, b',', &mut ahead);
        if parsed != Parsed::More {
            prop_assert_eq!(parsed, parse(&text, true, b',', &mut all));
        }
    }

    #[test]
    fn any_bytes_are_read_to_their_end(
        text in prop::collection::vec(prop::sample::select(b"ab,\"\n\r".to_vec()), 0..60),
        width in 1usize..3,
    ) {
        let found = read(&text, b',', Some(width));
        let text = String::from_utf8(text).unwrap().replace("\r\n", "\n").replace('\r', "\n");
        let lines: Vec<&str> = text.lines().collect();
        let mut next = 1;
        for (Lines { first, last }, _) in &found {
            prop_assert!(next <= *first && first <= last && *last <= lines.len() as u64);
            let skipped = &lines[next as usize - 1..*first as usize - 1];
            prop_assert!(skipped.iter().all(|line| line.is_empty()));
            next = last + 1;
        }
        prop_assert!(lines[next as usize - 1..].iter().all(|line| line.is_empty()));
    }
}

#[test]
fn a_quote_behind_a_backslash_is_named_as_the_cause() {
    check(
        2,
        "\"He said \\\"no\\\"\",5\nb,1\n\"a \\\"\",2\n",
        &[
            "1-1 a quote escaped by a backslash",
            "2-2 b|1",
            "3-3 a quote escaped by a backslash",
        ],
    );
    // A backslash at a value's end escapes nothing.
    check(2, "\"C:\\\",1\n", &["1-1 C:\\|1"]);
}

#[test]
fn a_value_with_a_line_end_of_another_kind_is_never_cut() {
    check(
        2,
        "a,1\r\nfirst\rsecond,5\r\nfirst\nsecond\nthird,5\r\nb,2\r\n",
        &[
            "1-1 a|1",
            "2-3 a line end in an unquoted field",
            "4-6 a line end in an unquoted field",
            "7-7 b|2",
        ],
    );
    // In the last column the first part has all of its fields.
    check(
        2,
        "1,a\n5,first\rsecond\n2,b\n",
        &["1-1 1|a", "2-3 a line end in an unquoted field", "4-4 2|b"],
    );
    // Files of several programs, one after the other.
    check(
        2,
        "a,1\r\nb,2\nc,3\rd,4\r\n",
        &["1-1 a|1", "2-2 b|2", "3-3 c|3", "4-4 d|4"],
    );
    check(1, "a\r\nb\nc\r\n", &["1-1 a", "2-2 b", "3-3 c"]);
}

#[test]
fn a_record_of_one_field_is_good_where_it_may_be_and_ends_a_broken_one() {
    let bytes = b"a,b\nc\nd,\"e\n\"f\"\ng,h,i\n";
    let mut records = Records::of_width_or_one(bytes.as_slice(), b',', 2);
    let mut found = Vec::new();
    while let Some(entry) = records.next_record().unwrap() {
        found.push(entry.record.map(|record| record.len()));
    }
    let (expected, unclosed) = (2, Err(Broken::UnclosedQuote));
    let fields = Err(Broken::Fields { found: 3, expected });
    assert_eq!(found, [Ok(2), Ok(1), unclosed, Ok(1), fields]);
}
