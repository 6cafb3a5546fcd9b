//! Templates that would end or block the process.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::budget::Budget;
use super::error::TemplateError;
use super::filters::GrantReadAccess;
use super::render::render;

/// With time enough for a busy machine: here the other bounds are meant.
fn html(template: &str, input: &Value) -> Result<String, TemplateError> {
    let globals = json!({"task": {"input": input}});
    let budget = Budget::new(Duration::from_secs(600), Arc::default());
    render(template, &globals, &GrantReadAccess::none(), budget)
}

fn check_refused(template: &str, input: &Value, expected: &str) {
    let shown = &template[..template.len().min(100)];
    match html(template, input) {
        Ok(html) => panic!("{shown} gives {} bytes", html.len()),
        Err(error) => assert!(error.to_string().contains(expected), "{shown}: {error}"),
    }
}

fn nested(count: usize, start: &str, end: &str) -> String {
    format!("{}{}", start.repeat(count), end.repeat(count))
}

#[test]
fn what_the_parser_would_recurse_into_is_refused_by_name() {
    let none = json!({});
    for (start, end) in [
        ("{% if 1 %}", "{% endif %}"),
        ("{% unless 0 %}", "{% endunless %}"),
        ("{% for i in (1..1) %}", "{% endfor %}"),
        ("{% case 1 %}{% when 1 %}", "{% endcase %}"),
        ("{% capture x %}", "{% endcapture %}"),
    ] {
        assert!(html(&nested(100, start, end), &none).is_ok(), "{start}");
        let too_deep = nested(600, start, end);
        check_refused(&too_deep, &none, "more than 100 blocks");
    }
    let chain = format!("{{% if a %}}{}{{% endif %}}", "{% elsif a %}".repeat(1_000));
    check_refused(&chain, &none, "more than 100 blocks and elsif");
    let conditions = format!("{{% if 1 {} %}}x{{% endif %}}", "and 1 ".repeat(20_000));
    check_refused(&conditions, &none, "more than 100 `and` and `or`");
    let indexes = format!("{{{{ {}a{} }}}}", "a[".repeat(1_000), "]".repeat(1_000));
    check_refused(&indexes, &none, "more than 20 indexes");
}

#[test]
fn everything_that_is_allowed_at_once_fits_a_threads_stack() {
    let condition = format!("'' {}", "or 0 == 1 ".repeat(100));
    let indexes = format!("{}a{}", "a[".repeat(20), "]".repeat(20));
    let start = format!("{{% for i in (1..1) %}}{{% if {condition} %}}");
    let middle = format!("{{{{ {indexes} | divided_by: 0 }}}}");
    let template = format!(
        "{}{middle}{}",
        start.repeat(50),
        "{% endif %}{% endfor %}".repeat(50)
    );
    assert!(html(&template, &json!({})).is_err());
}

#[test]
fn a_range_is_walked_and_never_collected() {
    let none = json!({});
    let first = "{% for i in (1..1000000000) %}{{ i }}{% break %}{% endfor %}";
    assert_eq!(html(first, &none).unwrap(), "1");
    let part = "{% for i in (1..9000000000) reversed limit: 2 offset: 3 %}{{ i }} {% endfor %}";
    assert_eq!(html(part, &none).unwrap(), "5 4 ");
    let cube = "{% for i in (1..1000) %}".repeat(3) + &"{% endfor %}".repeat(3);
    check_refused(&cube, &none, "more than 1000000 tags");
}

#[test]
fn what_is_written_is_bounded_also_into_a_variable() {
    let text = "x".repeat(100_000);
    let loops = format!("{{% for i in (1..1000) %}}{text}{{% endfor %}}");
    check_refused(&loops, &json!({}), "writes more than 16777216 bytes");
    let captured = format!("{{% capture c %}}{loops}{{% endcapture %}}");
    check_refused(&captured, &json!({}), "writes more than 16777216 bytes");
    let output = "{% for i in (1..1000) %}{{ task.input.x }}{% endfor %}";
    check_refused(output, &json!({"x": text}), "bytes");
}

#[test]
fn filters_that_multiply_their_input_are_bounded_before_they_do() {
    let long = "a".repeat(1 << 20);
    let input =
        json!({"x": long, "list": vec!["a"; 10_000], "numbers": (0..20_000).collect::<Vec<_>>()});
    let bytes = "variables and filters take more than 67108864 bytes";
    check_refused(
        "{{ task.input.x | replace: 'a', task.input.x }}",
        &input,
        bytes,
    );
    check_refused(
        "{{ task.input.x | replace: '', task.input.x }}",
        &input,
        bytes,
    );
    check_refused("{{ task.input.list | join: task.input.x }}", &input, bytes);
    let longer = json!({"x": "a".repeat(4 << 20)});
    check_refused("{{ task.input.x | split: '' | size }}", &longer, bytes);
    check_refused(
        "{{ task.input.numbers | uniq | size }}",
        &input,
        "more than 1000000 tags",
    );
    let doubled = format!(
        "{{% assign a = 'a' %}}{}",
        "{% assign a = a | append: a %}".repeat(40)
    );
    check_refused(&doubled, &input, bytes);
    let list = "{% assign a = 'a b' | split: ' ' %}".to_owned();
    let doubled = list + &"{% assign a = a | concat: a %}".repeat(40);
    check_refused(&doubled, &input, bytes);
}

#[test]
fn reading_a_large_input_again_and_again_is_bounded() {
    let input = json!({"x": "a".repeat(1 << 20)});
    for read in [
        "{% assign y = task.input %}",
        "{% if task.input.x == 'b' %}{% endif %}",
    ] {
        let template = format!("{{% for i in (1..100000) %}}{read}{{% endfor %}}");
        check_refused(&template, &input, "variables and filters take more than");
    }
}

#[test]
fn a_variable_does_not_nest_in_itself_turn_by_turn() {
    let template = "{% assign x = 1 %}{% for k in (1..10000) %}{% assign l = x | sort %}\
        {% for forloop in l %}{% for i in (1..1) %}{% assign x = forloop %}{% endfor %}{% endfor %}\
        {% endfor %}{{ x }}";
    assert!(html(template, &json!({})).is_ok());
    let template = "{% for k in (1..10000) %}{% assign forloop = forloop %}{% endfor %}";
    assert!(html(template, &json!({})).is_ok());
}

#[test]
fn a_run_of_blanks_takes_no_time() {
    for blank in [" ", "\n"] {
        let blanks = blank.repeat(100_000);
        let template = format!("a{blanks}{{{{ 1 }}}}{{%{blanks}if 1{blanks}%}}b{{% endif %}}");
        let html = html(&template, &json!({})).expect("it renders");
        assert_eq!(html, format!("a{blanks}1b"));
    }
}

#[test]
fn what_the_parser_or_a_filter_would_panic_on_is_refused() {
    let none = json!({});
    check_refused(
        "a\n{{ 99999999999999999999 }}",
        &none,
        "line 2: more than 18 digits",
    );
    check_refused(
        "{% if 99999999999999999999 %}{% endif %}",
        &none,
        "more than 18 digits",
    );
    let no_tag = "{% assign a = '\n{% x ' %}{% $ ' %}'%}";
    check_refused(no_tag, &none, "line 2: expected Identifier");
    let least = json!({"x": i64::MIN});
    check_refused(
        "{{ task.input.x | divided_by: -1 }}",
        &least,
        "quotient is too large",
    );
    check_refused(
        "{{ task.input.x | modulo: -1 }}",
        &least,
        "quotient is too large",
    );
    let mixed: Vec<Value> = (0..100)
        .map(|i| {
            if i % 3 == 0 {
                json!(i.to_string())
            } else {
                json!((i * 37) % 101)
            }
        })
        .collect();
    check_refused(
        "{{ task.input | sort }}",
        &json!(mixed),
        "sort orders values of one kind",
    );
}

#[test]
fn a_reason_is_short_however_long_the_input() {
    let input = json!({"x": "a".repeat(1 << 20)});
    let error = html("{{ task.input.x | divided_by: 2 }}", &input).expect_err("no number");
    assert!(error.to_string().len() < 3_000);
}
