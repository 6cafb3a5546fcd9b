//! Lists and pairs in one text, as a template parameter or the command line has them.

use serde_json::Error;

/// `a,b,c`, or a JSON array where a text has a comma. Blanks around a text do not belong to it.
pub fn texts(text: &str) -> Result<Vec<String>, Error> {
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text);
    }
    Ok(text.split(',').map(|item| item.trim().to_owned()).collect())
}

/// `1=-1,2=-1`, or a JSON object where a name has an equals sign or a value a comma. A comma before the only equals
/// sign belongs to the name: `Cards, prepaid=cards`.
///
/// The error is the part that is no pair.
pub fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    if text.trim_start().starts_with('{') {
        let object = serde_json::from_str::<std::collections::BTreeMap<String, String>>(text);
        let object = object.map_err(|error| format!("no JSON object of texts: {error}"))?;
        return Ok(object.into_iter().collect());
    }
    let parts = text.split(',').map(|part| pair(part).ok_or(part));
    match parts.collect::<Result<_, _>>() {
        Ok(pairs) => Ok(pairs),
        Err(part) => match pair(text) {
            Some((name, value)) if !value.contains(',') => Ok(vec![(name, value)]),
            _ => Err(format!("{part:?} is not NAME=VALUE")),
        },
    }
}

fn pair(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let whole = !name.is_empty() && !value.is_empty();
    whole.then(|| (name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_separated_by_commas_or_is_a_json_array() {
        let listed = |text| texts(text).expect("a list");
        assert_eq!(listed("-1, 0,1"), ["-1", "0", "1"]);
        assert_eq!(
            listed(r#"["Cards, prepaid","Loans"]"#),
            ["Cards, prepaid", "Loans"]
        );
        assert!(texts("[Cards").is_err());
    }

    #[test]
    fn a_comma_may_belong_to_a_name_and_never_to_a_value() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mapped = |text| pairs(text).expect("pairs");
        assert_eq!(mapped("1=-1, 2 = 0"), [pair("1", "-1"), pair("2", "0")]);
        assert_eq!(
            mapped("Cards, prepaid=cards"),
            [pair("Cards, prepaid", "cards")]
        );
        assert_eq!(mapped(r#"{"a=b":"c, d"}"#), [pair("a=b", "c, d")]);
        for wrong in ["1", "1,2", "=x", "1=", "1=-1,2", "{1}"] {
            assert!(pairs(wrong).is_err(), "{wrong}");
        }
    }
}
