//! `DataCaptureConfig`: which requests and answers of an endpoint are kept in S3, and in which spelling.
//!
//! Sources: the API reference, "DataCaptureConfig", and the SageMaker developer guide, "model-monitor-data-capture-endpoint".

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use local_containers::objects::S3Uri;
use local_core::wire::AwsError;

#[cfg(test)]
mod tests;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DataCaptureConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_capture: Option<bool>,
    initial_sampling_percentage: u32,
    #[serde(rename = "DestinationS3Uri")]
    destination_s3_uri: String,
    capture_options: Vec<CaptureOption>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capture_content_type_header: Option<CaptureContentTypeHeader>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CaptureOption {
    capture_mode: CaptureMode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum CaptureMode {
    Input,
    Output,
    InputAndOutput,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CaptureContentTypeHeader {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    csv_content_types: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    json_content_types: Vec<String>,
}

/// A body on its way, and its `Content-Type`.
#[derive(Debug, Clone, Copy)]
pub struct Payload<'p> {
    pub content_type: &'p str,
    pub body: &'p [u8],
}

impl DataCaptureConfig {
    pub fn check(&self) -> Result<(), AwsError> {
        S3Uri::parse(&self.destination_s3_uri)
            .map(drop)
            .map_err(AwsError::validation)
    }

    pub fn is_enabled(&self) -> bool {
        self.enable_capture != Some(false)
    }

    /// The part of the requests that is captured.
    pub fn share(&self) -> f64 {
        f64::from(self.initial_sampling_percentage) / 100.0
    }

    /// Without a slash at its end.
    pub fn destination(&self) -> &str {
        self.destination_s3_uri.trim_end_matches('/')
    }

    /// As `captureData`.
    pub fn data(&self, input: Payload, output: Payload) -> Value {
        let kept = |mode: CaptureMode| {
            let mut options = self.capture_options.iter();
            let kept = [mode, CaptureMode::InputAndOutput];
            options.any(|option| kept.contains(&option.capture_mode))
        };
        let mut data = json!({});
        if kept(CaptureMode::Input) {
            data["endpointInput"] = self.written(input, "INPUT");
        }
        if kept(CaptureMode::Output) {
            data["endpointOutput"] = self.written(output, "OUTPUT");
        }
        data
    }

    /// Text of a type that the headers name is written as it is, and the rest in base64.
    fn written(&self, payload: Payload, mode: &str) -> Value {
        let Payload { content_type, body } = payload;
        let base64 = || data_encoding::BASE64.encode(body);
        let text = std::str::from_utf8(body).ok();
        let (encoding, data) = match (self.encoding(content_type), text) {
            (Some(encoding), Some(text)) => (encoding, text.to_owned()),
            _ => ("BASE64", base64()),
        };
        json!({
            "observedContentType": content_type, "mode": mode, "data": data, "encoding": encoding,
        })
    }

    fn encoding(&self, content_type: &str) -> Option<&'static str> {
        let headers = self.capture_content_type_header.as_ref()?;
        // What follows a semicolon tells of the characters.
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let names = |types: &[String]| types.iter().any(|each| each.eq_ignore_ascii_case(essence));
        if names(&headers.csv_content_types) {
            Some("CSV")
        } else {
            names(&headers.json_content_types).then_some("JSON")
        }
    }

    /// As `DataCaptureConfigSummary`.
    pub fn summary(&self) -> Value {
        let status = if self.is_enabled() {
            "Started"
        } else {
            "Stopped"
        };
        json!({
            "EnableCapture": self.is_enabled(),
            "CaptureStatus": status,
            "CurrentSamplingPercentage": self.initial_sampling_percentage,
            "DestinationS3Uri": self.destination_s3_uri,
            // A key is refused in the request; the summary has the member all the same.
            "KmsKeyId": "",
        })
    }
}
