//! What kind of statement a text is, before the engine has read it.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum StatementType {
    Ddl,
    Dml,
    Utility,
}

impl StatementType {
    /// By the first word behind comments and brackets. The engine knows better once it has run the statement.
    pub fn of(statement: &str) -> Self {
        let word = first_word(statement).to_uppercase();
        match word.as_str() {
            "CREATE" | "DROP" | "ALTER" | "MSCK" => Self::Ddl,
            "SHOW" | "DESCRIBE" | "DESC" | "EXPLAIN" => Self::Utility,
            _ => Self::Dml,
        }
    }

    /// The end of the name of the statement's result.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Dml => "csv",
            Self::Ddl | Self::Utility => "txt",
        }
    }
}

fn first_word(statement: &str) -> &str {
    let mut rest = statement.trim_start_matches(is_passed);
    loop {
        let end = match rest.get(..2) {
            Some("--") => "\n",
            Some("/*") => "*/",
            _ => break,
        };
        let behind = rest[2..].split_once(end).map_or("", |(_, behind)| behind);
        rest = behind.trim_start_matches(is_passed);
    }
    rest.split(|letter: char| !letter.is_alphanumeric())
        .next()
        .unwrap_or_default()
}

fn is_passed(letter: char) -> bool {
    letter.is_whitespace() || letter == '('
}

#[cfg(test)]
mod tests {
    use super::StatementType;

    #[test]
    fn a_statement_is_told_by_its_first_word() {
        for (statement, expected) in [
            ("SELECT 1", StatementType::Dml),
            ("  -- drop\n/* alter */ (select 1)", StatementType::Dml),
            ("unload (SELECT 1) TO 's3://b/'", StatementType::Dml),
            ("create table a as select 1", StatementType::Ddl),
            ("MSCK REPAIR TABLE a", StatementType::Ddl),
            ("/* é */ SHOW TABLES", StatementType::Utility),
            ("DESCRIBE a", StatementType::Utility),
            ("-- nothing", StatementType::Dml),
        ] {
            assert_eq!(StatementType::of(statement), expected, "{statement}");
        }
    }
}
