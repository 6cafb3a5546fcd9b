//! A dead letter: the event, its target, and why it did not get there.

use anyhow::Context;
use aws_sdk_sqs::types::Message;
use serde_json::Value;

#[derive(Debug, PartialEq)]
pub struct Letter {
    /// A function's ARN, or the topic's.
    pub target_arn: String,
    pub event: Value,
    pub error: String,
}

/// The two queues of dead letters, by the end of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// EventBridge could not deliver the event.
    UndeliveredEvents,
    /// The function failed on the event for good.
    FailedInvocations,
}

impl Queue {
    pub const ALL: [Self; 2] = [Self::UndeliveredEvents, Self::FailedInvocations];

    pub fn name(self) -> &'static str {
        match self {
            Self::UndeliveredEvents => "undelivered-events",
            Self::FailedInvocations => "failed-invocations",
        }
    }

    /// Reads a message of this queue.
    pub fn letter(self, message: &Message) -> anyhow::Result<Letter> {
        let body = message.body().unwrap_or_default();
        let body: Value = serde_json::from_str(body).context("the message is no JSON")?;
        Ok(match self {
            Self::UndeliveredEvents => undelivered(message, body),
            Self::FailedInvocations if body.get("ResponseURL").is_some() => request(message, body),
            Self::FailedInvocations => failed(body),
        })
    }
}

/// EventBridge sends the event itself, and the rest as message attributes.
/// Source: the EventBridge user guide, "Using dead-letter queues to process undelivered events".
fn undelivered(message: &Message, event: Value) -> Letter {
    let error = ["ERROR_CODE", "ERROR_MESSAGE"].map(|name| attribute(message, name));
    let error: Vec<&str> = error.into_iter().flatten().collect();
    let target = attribute(message, "TARGET_ARN");
    Letter {
        target_arn: target.unwrap_or_default().to_owned(),
        event,
        error: error.join(": "),
    }
}

/// A function's dead-letter queue gets the event itself, here CloudFormation's request, and the error as an attribute.
/// Source: the Lambda developer guide, "Adding a dead-letter queue".
fn request(message: &Message, request: Value) -> Letter {
    let function_arn = request["ServiceToken"].as_str().unwrap_or_default();
    let error = attribute(message, "ErrorMessage").unwrap_or_default();
    Letter {
        target_arn: function_arn.to_owned(),
        error: error.to_owned(),
        event: request,
    }
}

fn attribute<'m>(message: &'m Message, name: &str) -> Option<&'m str> {
    let attributes = message.message_attributes()?;
    attributes.get(name)?.string_value()
}

/// Lambda sends an invocation record.
/// Source: the Lambda developer guide, "Capturing records of asynchronous invocations".
fn failed(mut record: Value) -> Letter {
    let context = &record["requestContext"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let error = match text(&record["responsePayload"]["errorMessage"]) {
        message if message.is_empty() => text(&context["condition"]),
        message => message,
    };
    Letter {
        target_arn: text(&context["functionArn"]),
        event: record["requestPayload"].take(),
        error,
    }
}

impl Letter {
    /// `judge-model` of `arn:…:function:reviewloop-judge-model:$LATEST`; an error for another target.
    pub fn function(&self, stack: &str) -> anyhow::Result<&str> {
        let name = self.target_arn.split_once(":function:");
        let name = name.and_then(|(_, name)| name.split(':').next());
        let ours = name.and_then(|name| name.strip_prefix(stack)?.strip_prefix('-'));
        ours.with_context(|| format!("{:?} is no function of the stack {stack}", self.target_arn))
    }

    /// A notice that did not reach the topic.
    pub fn is_notice(&self) -> bool {
        self.target_arn.contains(":sns:")
    }

    /// What kind of event it is, for a person.
    pub fn kind(&self) -> &str {
        let kind = self.event["detail-type"].as_str();
        kind.unwrap_or(if self.is_custom_resource() {
            "CloudFormation request"
        } else {
            "Invoke"
        })
    }

    /// CloudFormation no longer waits for the answer, and repeats its own requests.
    pub fn is_custom_resource(&self) -> bool {
        self.event.get("ResponseURL").is_some()
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sqs::types::MessageAttributeValue;
    use serde_json::json;

    use super::*;

    fn attribute(value: &str) -> MessageAttributeValue {
        let attribute = MessageAttributeValue::builder().data_type("String");
        attribute.string_value(value).build().expect("an attribute")
    }

    #[test]
    fn an_undelivered_event_names_its_function_in_the_attributes() {
        let message = Message::builder()
            .body(json!({ "detail-type": "Object Created" }).to_string())
            .message_attributes(
                "TARGET_ARN",
                attribute("arn:aws:lambda:r:1:function:reviewloop-register-dataset"),
            )
            .message_attributes("ERROR_CODE", attribute("NO_PERMISSIONS"))
            .build();
        let letter = Queue::UndeliveredEvents.letter(&message).expect("a letter");
        assert_eq!(
            letter.function("reviewloop").expect("ours"),
            "register-dataset"
        );
        assert_eq!(
            (letter.kind(), letter.error.as_str()),
            ("Object Created", "NO_PERMISSIONS")
        );
        assert!(letter.function("review").is_err(), "another stack's");
        let other = Message::builder().body("{}").build();
        let other = Queue::UndeliveredEvents.letter(&other).expect("a letter");
        assert!(other.function("reviewloop").is_err(), "it has no target");
    }

    #[test]
    fn a_request_of_cloudformation_in_the_dead_letter_queue_is_a_letter_of_its_function() {
        let request = json!({
            "ResponseURL": "https://s3",
            "ServiceToken": "arn:aws:lambda:r:1:function:reviewloop-provision-stack",
        });
        let message = Message::builder()
            .body(request.to_string())
            .message_attributes("ErrorMessage", attribute("timed out"))
            .build();
        let letter = Queue::FailedInvocations.letter(&message).expect("a letter");
        assert_eq!(
            letter.function("reviewloop").expect("ours"),
            "provision-stack"
        );
        assert!(letter.is_custom_resource());
        assert_eq!(letter.error, "timed out");
    }

    #[test]
    fn a_failed_invocation_holds_the_event_and_the_functions_error() {
        let record = json!({
            "requestContext": { "functionArn": "arn:aws:lambda:r:1:function:reviewloop-judge-model:$LATEST",
                "condition": "RetriesExhausted" },
            "requestPayload": { "ResponseURL": "https://s3" },
            "responsePayload": { "errorMessage": "no evaluation" },
        });
        let message = Message::builder().body(record.to_string()).build();
        let letter = Queue::FailedInvocations.letter(&message).expect("a letter");
        assert_eq!(letter.function("reviewloop").expect("ours"), "judge-model");
        assert_eq!(letter.error, "no evaluation");
        assert!(letter.is_custom_resource());
        assert_eq!(letter.event, json!({ "ResponseURL": "https://s3" }));
    }
}
