//! Arguments that hold more than one text.

use super::Listed;

pub fn pair(argument: &str) -> Result<(String, String), String> {
    let Some((name, value)) = argument.split_once('=') else {
        return Err("write NAME=VALUE".to_owned());
    };
    if name.is_empty() {
        return Err("the name before = is missing".to_owned());
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// `NAME=VALUE`; start-pipeline's own parameters are refused here already, with the reason.
pub fn parameter(argument: &str) -> Result<(String, String), String> {
    let (name, value) = pair(argument)?;
    if contracts::pipeline::RESERVED.contains(&name.as_str()) {
        return Err(format!(
            "{name} is set by start-pipeline from the dataset and the champion"
        ));
    }
    Ok((name, value))
}

/// The number of an AWS account.
pub fn account(argument: &str) -> Result<String, String> {
    if argument.len() == 12 && argument.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(argument.to_owned())
    } else {
        Err("an AWS account's number has 12 digits".to_owned())
    }
}

/// `1=-1,2=-1`; where a part has no equals sign its comma belongs to a value, and the whole is one pair.
pub fn pairs(argument: &str) -> Result<Listed<(String, String)>, String> {
    let own = |(value, label): (&str, &str)| (value.trim().to_owned(), label.trim().to_owned());
    let parts: Vec<&str> = argument.split(',').collect();
    let pairs: Option<Vec<_>> = parts
        .iter()
        .map(|part| part.split_once('=').map(own))
        .collect();
    let pairs = pairs.or_else(|| Some(vec![argument.rsplit_once('=').map(own)?]));
    match pairs {
        Some(pairs)
            if pairs
                .iter()
                .all(|(value, label)| !value.is_empty() && !label.is_empty()) =>
        {
            Ok(Listed(pairs))
        }
        _ => Err("write VALUE=LABEL, for instance 1=-1,2=-1,3=0".to_owned()),
    }
}

/// `a,b,c`, or a JSON array where a text has a comma.
pub fn texts(argument: &str) -> Result<Listed<String>, String> {
    let texts: Vec<String> = if argument.trim_start().starts_with('[') {
        serde_json::from_str(argument)
            .map_err(|error| format!("not a JSON array of texts: {error}"))?
    } else {
        argument
            .split(',')
            .map(|text| text.trim().to_owned())
            .collect()
    };
    if texts.iter().any(String::is_empty) {
        return Err("one of the texts is empty".to_owned());
    }
    Ok(Listed(texts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_may_belong_to_a_value() {
        let pair = |value: &str, label: &str| (value.to_owned(), label.to_owned());
        let mapped = |argument| pairs(argument).expect("pairs").0;
        assert_eq!(mapped("1=-1, 2 = 0"), [pair("1", "-1"), pair("2", "0")]);
        assert_eq!(
            mapped("Cards, prepaid=cards"),
            [pair("Cards, prepaid", "cards")]
        );
        assert!(pairs("1,2").is_err() && pairs("=x").is_err() && pairs("1=").is_err());
        assert_eq!(texts("a, b").expect("texts").0, ["a", "b"]);
        assert_eq!(texts(r#"["a, b","c"]"#).expect("texts").0, ["a, b", "c"]);
        assert!(texts("a,,b").is_err());
    }
}
