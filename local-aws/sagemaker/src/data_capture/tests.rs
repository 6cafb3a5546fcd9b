use super::*;

fn config(options: &[&str], headers: Value) -> DataCaptureConfig {
    let options = options.iter().map(|mode| json!({ "CaptureMode": mode }));
    let config = json!({
        "InitialSamplingPercentage": 25,
        "DestinationS3Uri": "s3://data/captured/",
        "CaptureOptions": options.collect::<Vec<_>>(),
        "CaptureContentTypeHeader": headers,
    });
    serde_json::from_value(config).unwrap()
}

#[test]
fn what_the_headers_name_is_text_and_the_rest_is_base64() {
    let headers =
        json!({ "CsvContentTypes": ["text/csv"], "JsonContentTypes": ["application/json"] });
    let config = config(&["Input", "Output"], headers);
    let check = |content_type, body: &[u8], encoding: &str, data: &str| {
        let payload = Payload { content_type, body };
        let captured = config.data(payload, payload);
        let of = |end: &str, mode: &str| {
            let expected = json!({
                "observedContentType": content_type, "mode": mode, "data": data, "encoding": encoding,
            });
            assert_eq!(captured[end], expected);
        };
        of("endpointInput", "INPUT");
        of("endpointOutput", "OUTPUT");
    };
    check("text/csv; charset=utf-8", b"1,2", "CSV", "1,2");
    check("application/json", b"{}", "JSON", "{}");
    check("application/jsonlines", b"{}", "BASE64", "e30=");
    check("text/csv", b"\xff", "BASE64", "/w==");
}

#[test]
fn only_what_the_options_name_is_captured() {
    let payload = Payload {
        content_type: "text/plain",
        body: b"x",
    };
    for (options, expected) in [
        (&["Input"][..], [true, false]),
        (&["Output"], [false, true]),
        (&["InputAndOutput"], [true, true]),
    ] {
        let captured = config(options, json!({})).data(payload, payload);
        let found = ["endpointInput", "endpointOutput"].map(|end| captured.get(end).is_some());
        assert_eq!(found, expected, "{options:?}");
    }
}
