//! What goes wrong with files, in the share of the rows that each fault names.

use contracts::dataset::Row;
use policy::random::SplitMix64;

use super::file::below;

pub struct Fault {
    pub name: &'static str,
    /// Where it is to be found; empty for whole rows.
    pub column: &'static str,
    pub inject: fn(&mut Vec<Row>, &mut SplitMix64),
}

pub const ALL: &[Fault] = &[
    Fault {
        name: "a value missing in one row of fifty",
        column: "Age",
        inject: |rows, random| {
            each(rows, random, 50, |row| {
                row.columns.remove("Age");
            })
        },
    },
    Fault {
        name: "missing values doubled: one row of six more",
        column: "Title",
        inject: |rows, random| each(rows, random, 6, |row| row.context.clear()),
    },
    Fault {
        name: "a new category in one row of fifty",
        column: "category",
        inject: |rows, random| {
            each(rows, random, 50, |row| {
                row.category = Some("Swimwear".to_owned());
            })
        },
    },
    Fault {
        name: "a category twice as frequent",
        column: "category",
        inject: |rows, random| {
            let of = |row: &Row| row.category.as_deref() == Some("Dresses");
            each_other(rows, random, 3, of, |row, other| {
                row.category = other.category
            });
        },
    },
    Fault {
        name: "a unit times 100 in one row of fifty",
        column: "Age",
        inject: |rows, random| {
            each(rows, random, 50, |row| {
                edit(row, "Age", |age| format!("{age}00"));
            })
        },
    },
    Fault {
        name: "all numbers 10 % greater",
        column: "Age",
        inject: |rows, random| {
            each(rows, random, 1, |row| {
                edit(row, "Age", |age| {
                    let age: u32 = age.parse().expect("an age");
                    (age + age / 10).to_string()
                });
            })
        },
    },
    Fault {
        name: "numbers with a word in one row of fifty",
        column: "Age",
        inject: |rows, random| {
            each(rows, random, 50, |row| {
                edit(row, "Age", |age| format!("{age} years"));
            })
        },
    },
    Fault {
        name: "a sign turned in one row of fifty",
        column: "Age",
        inject: |rows, random| {
            each(rows, random, 50, |row| {
                edit(row, "Age", |age| format!("-{age}"));
            })
        },
    },
    Fault {
        name: "lengths shifted: a fifth of each text cut",
        column: "text",
        inject: |rows, random| {
            each(rows, random, 1, |row| {
                let length = row.text.chars().count();
                row.text = row.text.chars().take(length - length / 5).collect();
            })
        },
    },
    Fault {
        name: "one row of fifty repeated",
        column: "text",
        inject: |rows, random| each_other(rows, random, 50, |_| true, |row, other| *row = other),
    },
    Fault {
        name: "two columns swapped in one row of twenty",
        column: "Division Name",
        inject: |rows, random| {
            each(rows, random, 20, |row| {
                let division = row.columns.remove("Division Name");
                let category = std::mem::replace(&mut row.category, division);
                row.columns
                    .extend(category.map(|name| ("Division Name".to_owned(), name)));
            })
        },
    },
    Fault {
        name: "text and title swapped",
        column: "text",
        inject: |rows, random| {
            each(rows, random, 1, |row| {
                if let Some(title) = row.context.get_mut("Title") {
                    std::mem::swap(title, &mut row.text);
                }
            })
        },
    },
    Fault {
        name: "negative labels doubled",
        column: "label",
        inject: |rows, random| {
            let of = |row: &Row| row.label == "-1";
            each_other(rows, random, 9, of, |row, other| row.label = other.label);
        },
    },
    Fault {
        name: "a column gone",
        column: "Class Name",
        inject: |rows, random| {
            each(rows, random, 1, |row| {
                row.columns.remove("Class Name");
            })
        },
    },
];

/// Every row with a chance of one in so many.
fn each(rows: &mut [Row], random: &mut SplitMix64, one_in: u64, fault: impl Fn(&mut Row)) {
    for row in rows {
        if random.below(one_in) == 0 {
            fault(row);
        }
    }
}

/// Likewise, with another row of a kind; none where the file has none of that kind.
fn each_other(
    rows: &mut [Row],
    random: &mut SplitMix64,
    one_in: u64,
    is_of_kind: impl Fn(&Row) -> bool,
    fault: impl Fn(&mut Row, Row),
) {
    let kind: Vec<Row> = rows.iter().filter(|row| is_of_kind(row)).cloned().collect();
    if kind.is_empty() {
        return;
    }
    for row in rows {
        if random.below(one_in) == 0 {
            fault(row, kind[below(random, kind.len())].clone());
        }
    }
}

fn edit(row: &mut Row, column: &str, changed: impl Fn(&str) -> String) {
    if let Some(value) = row.columns.get_mut(column) {
        *value = changed(value);
    }
}
