//! Arguments that are more than a text.

use std::path::PathBuf;

/// One argument that holds several values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T>(pub Vec<T>);

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

/// `NAME` or `NAME=RANGE`; a range that cannot be read is refused here already.
pub fn range(argument: &str) -> Result<(String, String), String> {
    let (name, range) = argument.split_once('=').unwrap_or((argument, ""));
    if name.is_empty() {
        return Err("the name before = is missing".to_owned());
    }
    if argument.contains('=') {
        policy::tuning::range(name, range)?;
    }
    Ok((name.to_owned(), range.to_owned()))
}

/// A file to write, refused before the work whose result it is to hold. `-` is stdout where a command has it.
pub fn output(argument: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(argument);
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|it| !it.is_dir()) {
        return Err(format!("there is no folder {}", folder.display()));
    }
    if path.is_dir() {
        return Err("it is a folder".to_owned());
    }
    Ok(path)
}

/// The number of an AWS account.
pub fn account(argument: &str) -> Result<String, String> {
    if argument.len() == 12 && argument.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(argument.to_owned())
    } else {
        Err("an AWS account's number has 12 digits".to_owned())
    }
}

pub fn pairs(argument: &str) -> Result<Listed<(String, String)>, String> {
    let pairs = policy::lists::pairs(argument).map(Listed);
    pairs.map_err(|reason| format!("{reason}; write VALUE=LABEL, for instance 1=-1,2=-1,3=0"))
}

pub fn texts(argument: &str) -> Result<Listed<String>, String> {
    let texts = policy::lists::texts(argument);
    let texts = texts.map_err(|error| format!("no JSON array of texts: {error}"))?;
    if texts.iter().any(String::is_empty) {
        return Err("one of the texts is empty".to_owned());
    }
    Ok(Listed(texts))
}
