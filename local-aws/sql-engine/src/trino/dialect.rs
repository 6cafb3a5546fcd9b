//! Trino's dialect for sqlparser.

use std::any::TypeId;

use datafusion::sql::sqlparser::ast::{Query, Statement};
use datafusion::sql::sqlparser::dialect::{Dialect, GenericDialect};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use crate::error::{AthenaError, Result, parser_error};

#[derive(Debug)]
struct Trino;

impl Dialect for Trino {
    /// Where the parser asks for a dialect by name (`UNNEST`, `WITH ORDINALITY`), it is the generic one.
    fn dialect(&self) -> TypeId {
        TypeId::of::<GenericDialect>()
    }

    fn is_delimited_identifier_start(&self, letter: char) -> bool {
        letter == '"'
    }

    fn is_identifier_start(&self, letter: char) -> bool {
        letter.is_alphabetic() || letter == '_'
    }

    fn is_identifier_part(&self, letter: char) -> bool {
        letter.is_alphanumeric() || letter == '_'
    }

    fn supports_lambda_functions(&self) -> bool {
        true
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }

    fn supports_within_after_array_aggregation(&self) -> bool {
        true
    }

    fn supports_group_by_expr(&self) -> bool {
        true
    }

    fn supports_window_clause_named_window_reference(&self) -> bool {
        true
    }

    fn supports_parens_around_table_factor(&self) -> bool {
        true
    }

    fn supports_values_as_table_factor(&self) -> bool {
        true
    }

    fn supports_unicode_string_literal(&self) -> bool {
        true
    }

    fn supports_select_wildcard_except(&self) -> bool {
        true
    }

    fn require_interval_qualifier(&self) -> bool {
        true
    }
}

pub fn tokens(text: &str) -> Result<Vec<TokenWithSpan>> {
    let tokens = Tokenizer::new(&Trino, text).tokenize_with_location();
    tokens.map_err(|error| parser_error(&error.into()))
}

/// A whole statement that is a query.
pub fn parse_query(text: &str) -> Result<Query> {
    let mut tokens = tokens(text)?;
    if let Some(backquoted) = tokens.iter().find(|token| token.token == Token::Char('`')) {
        let place = backquoted.span.start;
        return Err(AthenaError::syntax(format!(
            "line {}:{}: backquoted identifiers are not supported; use double quotes to quote identifiers",
            place.line, place.column
        )));
    }
    bracket_array_types(&mut tokens);
    let mut parser = Parser::new(&Trino).with_tokens_with_locations(tokens);
    let statement = parser
        .parse_statement()
        .map_err(|error| parser_error(&error))?;
    let _ = parser.consume_token(&Token::SemiColon);
    let rest = parser.peek_token();
    if rest.token != Token::EOF {
        let place = rest.span.start;
        return Err(AthenaError::syntax(format!(
            "line {}:{}: mismatched input '{}'",
            place.line, place.column, rest.token
        )));
    }
    match statement {
        Statement::Query(query) => Ok(*query),
        other => Err(AthenaError::not_supported(
            other
                .to_string()
                .split_whitespace()
                .next()
                .unwrap_or_default(),
        )),
    }
}

/// sqlparser reads the type `ARRAY(VARCHAR)` as `ARRAY<VARCHAR>` only; no function is called ARRAY.
fn bracket_array_types(tokens: &mut [TokenWithSpan]) {
    for at in 0..tokens.len() {
        let is_array =
            matches!(&tokens[at].token, Token::Word(word) if word.keyword == Keyword::ARRAY);
        if !is_array
            || tokens
                .get(at + 1)
                .is_none_or(|next| next.token != Token::LParen)
        {
            continue;
        }
        let mut depth = 0;
        for close in at + 1..tokens.len() {
            match tokens[close].token {
                Token::LParen => depth += 1,
                Token::RParen => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                tokens[at + 1].token = Token::Lt;
                tokens[close].token = Token::Gt;
                break;
            }
        }
    }
}
