//! Texts: what `LIKE`, `TRIM` and a cast to a length mean.

use datafusion::sql::sqlparser::ast::{CharacterLength, DataType, Expr, Value};

use super::expressions::named;
use super::literals::cast;
use crate::error::{AthenaError, Result};

/// Arrow's pattern has an escape character always, Trino's only where the statement names one.
pub fn like(expr: &mut Expr) -> Result<()> {
    let Expr::Like {
        pattern,
        escape_char,
        any,
        ..
    } = expr
    else {
        return Ok(());
    };
    if *any {
        return Err(AthenaError::not_supported("LIKE ANY"));
    }
    let Some(escape) = escape_char.take() else {
        let text = |text: &str| Expr::value(Value::SingleQuotedString(text.to_owned()));
        let escaped = vec![pattern.as_ref().clone(), text("\\"), text("\\\\")];
        **pattern = named("replace", escaped);
        return Ok(());
    };
    match (&escape.value, pattern.as_ref()) {
        (Value::SingleQuotedString(escape), Expr::Value(literal))
            if escape.chars().count() == 1 =>
        {
            let Value::SingleQuotedString(text) = &literal.value else {
                return Err(AthenaError::not_supported("LIKE with ESCAPE"));
            };
            let (mut arrows, mut letters) = (String::new(), text.chars());
            while let Some(letter) = letters.next() {
                if escape.starts_with(letter) {
                    arrows.push('\\');
                    arrows.extend(letters.next());
                } else if letter == '\\' {
                    arrows.push_str("\\\\");
                } else {
                    arrows.push(letter);
                }
            }
            **pattern = Expr::value(Value::SingleQuotedString(arrows));
            Ok(())
        }
        _ => Err(AthenaError::not_supported("LIKE with ESCAPE")),
    }
}

/// Without letters to trim, Trino's takes all white space.
pub fn trim(expr: &mut Expr) {
    if let Expr::Trim {
        trim_where,
        trim_what: None,
        expr: text,
        trim_characters: None,
    } = expr
    {
        use datafusion::sql::sqlparser::ast::TrimWhereField::{Both, Leading, Trailing};
        let function = match trim_where {
            None | Some(Both) => "trim",
            Some(Leading) => "ltrim",
            Some(Trailing) => "rtrim",
        };
        *expr = named(function, vec![text.as_ref().clone()]);
    }
}

/// A cast to `VARCHAR(n)` cuts.
pub fn cut(expr: &Expr) -> Result<Option<Expr>> {
    let Expr::Cast {
        expr: inner,
        data_type,
        kind,
        ..
    } = expr
    else {
        return Ok(None);
    };
    let length = match data_type {
        DataType::Varchar(Some(CharacterLength::IntegerLength { length, .. })) => *length,
        DataType::Char(_) | DataType::Character(_) => {
            return Err(AthenaError::not_supported("CAST to CHAR"));
        }
        _ => return Ok(None),
    };
    let number = |number: u64| Expr::value(Value::Number(number.to_string(), false));
    let mut whole = cast(inner.as_ref().clone(), DataType::Varchar(None));
    if let Expr::Cast { kind: whole, .. } = &mut whole {
        whole.clone_from(kind);
    }
    Ok(Some(named(
        "substr",
        vec![whole, number(1), number(length)],
    )))
}
