//! The tokens of a statement, read one after the other. Names may be in backquotes, as Hive has them.

use std::collections::BTreeMap;

use datafusion::sql::sqlparser::dialect::HiveDialect;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use crate::error::{AthenaError, Result, parser_error};
use crate::request::Request;
use crate::trino;

pub struct Cursor<'a> {
    text: &'a str,
    tokens: Vec<TokenWithSpan>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str) -> Result<Self> {
        let tokens = Tokenizer::new(&HiveDialect {}, text)
            .tokenize_with_location()
            .map_err(|error| parser_error(&error.into()))?;
        let tokens = tokens
            .into_iter()
            .filter(|token| !matches!(token.token, Token::Whitespace(_) | Token::SemiColon))
            .collect();
        Ok(Self {
            text,
            tokens,
            at: 0,
        })
    }

    /// The next words in capitals, without reading them.
    pub fn words(&self, count: usize) -> Vec<String> {
        self.tokens[self.at..]
            .iter()
            .take(count)
            .map(|token| token.token.to_string().to_uppercase())
            .collect()
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|token| &token.token)
    }

    pub fn is_over(&self) -> bool {
        self.at == self.tokens.len()
    }

    /// Reads the words, if they are next.
    pub fn take(&mut self, words: &str) -> bool {
        let words: Vec<&str> = words.split(' ').collect();
        let found = self.words(words.len()) == words;
        self.at += if found { words.len() } else { 0 };
        found
    }

    pub fn expect(&mut self, words: &str) -> Result<()> {
        if self.take(words) {
            Ok(())
        } else {
            Err(self.mismatched())
        }
    }

    pub fn end(&self) -> Result<()> {
        if self.is_over() {
            Ok(())
        } else {
            Err(self.mismatched())
        }
    }

    pub fn mismatched(&self) -> AthenaError {
        match self.tokens.get(self.at) {
            Some(token) => AthenaError::syntax(format!(
                "line {}:{}: mismatched input '{}'",
                token.span.start.line, token.span.start.column, token.token
            )),
            None => AthenaError::syntax("line 1:1: mismatched input '<EOF>'"),
        }
    }

    pub fn name(&mut self) -> Result<String> {
        match self.peek() {
            Some(Token::Word(word)) => {
                let name = word.value.to_lowercase();
                self.at += 1;
                Ok(name)
            }
            // Hive's tokens have texts in double quotes.
            Some(Token::DoubleQuotedString(name)) => {
                let name = name.to_lowercase();
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.mismatched()),
        }
    }

    /// `table`, `database.table`, also `awsdatacatalog.database.table`; also in one pair of backquotes.
    pub fn table(&mut self, request: &Request) -> Result<(String, String)> {
        let mut names = vec![self.name()?];
        while self.peek() == Some(&Token::Period) {
            self.at += 1;
            names.push(self.name()?);
        }
        let table = names.pop().unwrap_or_default();
        if let (None, Some((database, table))) = (names.last(), table.split_once('.')) {
            return Ok((database.to_owned(), table.to_owned()));
        }
        Ok((
            names.pop().unwrap_or_else(|| request.database.clone()),
            table,
        ))
    }

    pub fn text(&mut self) -> Result<String> {
        match self.peek() {
            Some(Token::SingleQuotedString(text) | Token::DoubleQuotedString(text)) => {
                let text = text.clone();
                self.at += 1;
                Ok(text)
            }
            _ => Err(self.mismatched()),
        }
    }

    /// A literal that a property or a partition may have.
    pub fn literal(&mut self) -> Result<String> {
        match self.peek() {
            Some(Token::Number(number, _)) => {
                let number = number.clone();
                self.at += 1;
                Ok(number)
            }
            Some(Token::Word(word)) if word.quote_style.is_none() => {
                let word = word.value.clone();
                self.at += 1;
                Ok(word)
            }
            _ => self.text(),
        }
    }

    /// `('a' = 'b', …)`.
    pub fn properties(&mut self) -> Result<BTreeMap<String, String>> {
        let mut properties = BTreeMap::new();
        self.expect("(")?;
        while !self.take(")") {
            let name = self.literal()?;
            self.expect("=")?;
            properties.insert(name, self.literal()?);
            if !self.take(",") && self.words(1) != [")"] {
                return Err(self.mismatched());
            }
        }
        Ok(properties)
    }

    /// `ARRAY['a', 'b']`.
    pub fn array(&mut self) -> Result<Vec<String>> {
        self.expect("ARRAY [")?;
        let mut items = Vec::new();
        while !self.take("]") {
            items.push(self.text()?);
            self.take(",");
        }
        Ok(items)
    }

    /// The text up to the comma or bracket that no bracket holds: a type.
    pub fn until_comma(&mut self) -> Result<String> {
        let start = self.place();
        let mut depth = 0_i32;
        while let Some(token) = self.peek() {
            depth += match token {
                Token::LParen | Token::Lt => 1,
                Token::RParen if depth == 0 => break,
                Token::RParen | Token::Gt => -1,
                Token::ShiftRight => -2,
                Token::Comma if depth == 0 => break,
                Token::Word(word) if depth == 0 && word.value.eq_ignore_ascii_case("COMMENT") => {
                    break;
                }
                _ => 0,
            };
            self.at += 1;
        }
        let kind = self.text[start..self.place()].trim();
        if kind.is_empty() {
            Err(self.mismatched())
        } else {
            Ok(kind.split_whitespace().collect::<Vec<_>>().join(" "))
        }
    }

    /// All that follows, as the text has it.
    pub fn rest(&self) -> &'a str {
        self.text[self.place()..].trim().trim_end_matches(';')
    }

    /// What the next brackets hold, as the text has it.
    pub fn bracketed(&mut self) -> Result<&'a str> {
        self.expect("(")?;
        let (start, mut depth) = (self.place(), 1);
        while let Some(token) = self.peek() {
            depth += match token {
                Token::LParen => 1,
                Token::RParen => -1,
                _ => 0,
            };
            if depth == 0 {
                let inner = &self.text[start..self.place()];
                self.at += 1;
                return Ok(inner);
            }
            self.at += 1;
        }
        Err(self.mismatched())
    }

    fn place(&self) -> usize {
        let end = Location {
            line: u64::MAX,
            column: 1,
        };
        trino::offset(
            self.text,
            self.tokens
                .get(self.at)
                .map_or(end, |token| token.span.start),
        )
    }
}
