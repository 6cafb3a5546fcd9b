//! The query protocol: form fields in, XML out.

use std::fmt::Write;

use serde_json::Value;

use super::error::AwsError;

/// `<ActionResponse><ActionResult>...`, from the members of a reply.
pub(crate) fn success(namespace: &str, action: &str, members: &Value, request_id: &str) -> String {
    let mut result = String::new();
    write_value(&mut result, members);
    format!(
        "<{action}Response xmlns=\"{namespace}\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{action}Response>"
    )
}

pub(super) fn error(namespace: &str, error: &AwsError, request_id: &str) -> String {
    let fault = if error.status < 500 {
        "Sender"
    } else {
        "Receiver"
    };
    format!(
        "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{fault}</Type><Code>{}</Code>\
         <Message>{}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>",
        escape(error.query_code.unwrap_or(&error.code)),
        escape(&error.message),
    )
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                element(out, name, member);
            }
        }
        Value::Array(items) => {
            for item in items {
                element(out, "member", item);
            }
        }
        Value::String(text) => out.push_str(&escape(text)),
        Value::Null => {}
        other => out.push_str(&other.to_string()),
    }
}

fn element(out: &mut String, name: &str, value: &Value) {
    // Writing to a String cannot fail.
    let _ = write!(out, "<{name}>");
    write_value(out, value);
    let _ = write!(out, "</{name}>");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
