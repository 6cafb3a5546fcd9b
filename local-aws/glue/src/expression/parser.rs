//! From words to a condition: OR of ANDs of NOTs.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::condition::{Condition, Key, Operator};
use super::tokens::Token;
use crate::storage::Column;

struct Parser<'a> {
    tokens: Peekable<IntoIter<Token>>,
    keys: &'a [Column],
}

pub fn parse(tokens: Vec<Token>, keys: &[Column]) -> Result<Condition, String> {
    let tokens = tokens.into_iter().peekable();
    let mut parser = Parser { tokens, keys };
    let parsed = parser.any()?;
    match parser.tokens.next() {
        None => Ok(parsed),
        Some(token) => Err(format!("Unsupported expression at {token:?}")),
    }
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.all()?];
        while self.takes("OR") {
            parts.push(self.all()?);
        }
        Ok(Condition::Any(parts))
    }

    fn all(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.one()?];
        while self.takes("AND") {
            parts.push(self.one()?);
        }
        Ok(Condition::All(parts))
    }

    fn one(&mut self) -> Result<Condition, String> {
        if self.takes("NOT") {
            return Ok(Condition::Not(Box::new(self.one()?)));
        }
        if self.takes_sign("(") {
            let inner = self.any()?;
            self.expect(")")?;
            return Ok(inner);
        }
        self.condition()
    }

    fn condition(&mut self) -> Result<Condition, String> {
        let key = self.key()?;
        if self.takes("IS") {
            let is_not = self.takes("NOT");
            if !self.takes("NULL") {
                return Err("Unsupported expression: IS needs NULL".to_owned());
            }
            return Ok(negated(is_not, Condition::IsNull(key)));
        }
        let is_not = self.takes("NOT");
        let condition = if self.takes("IN") {
            self.list(key)?
        } else if self.takes("BETWEEN") {
            let least = self.literal()?;
            if !self.takes("AND") {
                return Err("Unsupported expression: BETWEEN needs AND".to_owned());
            }
            Condition::All(vec![
                Condition::Compare(key, Operator::GreaterOrEqual, least),
                Condition::Compare(key, Operator::LessOrEqual, self.literal()?),
            ])
        } else if self.takes("LIKE") {
            Condition::Like(key, like(&self.literal()?)?)
        } else {
            let operator = self.operator()?;
            Condition::Compare(key, operator, self.literal()?)
        };
        Ok(negated(is_not, condition))
    }

    fn list(&mut self, key: Key) -> Result<Condition, String> {
        self.expect("(")?;
        let mut parts = Vec::new();
        loop {
            parts.push(Condition::Compare(key, Operator::Equal, self.literal()?));
            if !self.takes_sign(",") {
                self.expect(")")?;
                return Ok(Condition::Any(parts));
            }
        }
    }

    fn key(&mut self) -> Result<Key, String> {
        let Some(Token::Word(name)) = self.tokens.next() else {
            return Err("Unsupported expression: a partition key is missing".to_owned());
        };
        let place = self
            .keys
            .iter()
            .position(|key| key.name.eq_ignore_ascii_case(&name));
        let place =
            place.ok_or_else(|| format!("Unsupported expression: {name} is no partition key"))?;
        let kind = self.keys[place].kind.as_deref().unwrap_or("string");
        let numbers = [
            "tinyint", "smallint", "int", "integer", "bigint", "long", "float", "double",
        ];
        let is_number = numbers.contains(&kind) || kind.starts_with("decimal");
        Ok(Key { place, is_number })
    }

    fn operator(&mut self) -> Result<Operator, String> {
        let operator = match self.tokens.next() {
            Some(Token::Sign("=")) => Operator::Equal,
            Some(Token::Sign("<>" | "!=")) => Operator::NotEqual,
            Some(Token::Sign("<")) => Operator::Less,
            Some(Token::Sign("<=")) => Operator::LessOrEqual,
            Some(Token::Sign(">")) => Operator::Greater,
            Some(Token::Sign(">=")) => Operator::GreaterOrEqual,
            other => {
                return Err(format!(
                    "Unsupported expression: {other:?} compares nothing"
                ));
            }
        };
        Ok(operator)
    }

    fn literal(&mut self) -> Result<String, String> {
        match self.tokens.next() {
            Some(Token::Literal(text)) => Ok(text),
            // `DATE '2020-01-01'`
            Some(Token::Word(word)) if ["DATE", "TIMESTAMP"].contains(&&*word.to_uppercase()) => {
                self.literal()
            }
            other => Err(format!("Unsupported expression: {other:?} is no literal")),
        }
    }

    fn takes(&mut self, keyword: &str) -> bool {
        let is_it = |token: &Token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(keyword));
        self.tokens.next_if(is_it).is_some()
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        self.tokens
            .next_if(|token| matches!(token, Token::Sign(one) if *one == sign))
            .is_some()
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.takes_sign(sign) {
            return Ok(());
        }
        Err(format!("Unsupported expression: {sign} is missing"))
    }
}

fn negated(is_not: bool, condition: Condition) -> Condition {
    if is_not {
        Condition::Not(Box::new(condition))
    } else {
        condition
    }
}

/// `%` is any text and `_` any letter.
fn like(pattern: &str) -> Result<regex::Regex, String> {
    let letters = pattern.chars().map(|letter| match letter {
        '%' => ".*".to_owned(),
        '_' => ".".to_owned(),
        other => regex::escape(&other.to_string()),
    });
    let whole = format!("(?s)^{}$", letters.collect::<String>());
    regex::Regex::new(&whole).map_err(|error| error.to_string())
}
