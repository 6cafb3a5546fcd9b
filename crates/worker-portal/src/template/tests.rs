use serde_json::{Value, json};

use super::{GrantReadAccess, render_page, render_task, unsupported_elements};

fn check(template: &str, input: &Value, expected: &str) {
    let grant = GrantReadAccess::new(|uri| Ok(format!("https://files/?u={uri}&x=1")));
    let html = render_task(template, input, &grant).expect("the template renders");
    assert_eq!(html, expected, "{template}");
}

fn check_error(template: &str, expected: &str) {
    let error = render_task(template, &json!({}), &GrantReadAccess::none())
        .expect_err("the template is refused")
        .to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn outputs_are_escaped_unless_their_last_filter_says_otherwise() {
    let input = json!({"x": "<b a='1' c=\"2\">&amp;</b>", "list": ["<", {"k": "</script>&"}]});
    let escaped = "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;&lt;/b&gt;";
    check("{{ task.input.x }}", &input, escaped);
    check("{{task.input.x}}", &input, escaped);
    check("a {{- task.input.x -}} b", &input, &format!("a{escaped}b"));
    check("{{ task.input.x | escape }}", &input, escaped);
    check(
        "{{ task.input.x | skip_autoescape }}",
        &input,
        "<b a='1' c=\"2\">&amp;</b>",
    );
    check(
        "{{ task.input.x | escape_once }}",
        &input,
        "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;&lt;/b&gt;",
    );
    check(
        "{{ task.input.x | skip_autoescape | append: '<i>' }}",
        &json!({"x": "<"}),
        "&lt;&lt;i&gt;",
    );
    check(
        "{{ '<' | append: '| skip_autoescape' }}",
        &input,
        "&lt;| skip_autoescape",
    );
    check("{{ '}}<' }}", &input, "}}&lt;");
    check(
        "{% for y in task.input.list limit: 1 %}{{ y }}{% endfor %}",
        &input,
        "&lt;",
    );
    check(
        "{% assign y = task.input.x | slice: 0 %}{{ y }}",
        &input,
        "&lt;",
    );
}

#[test]
fn json_is_fit_for_scripts_and_with_escape_for_attributes() {
    let input = json!({"labels": ["-1", "0", "1"], "o": {"b": 1, "a": "</script>&"}});
    check(
        "{{ task.input.labels | to_json }}",
        &input,
        r#"["-1","0","1"]"#,
    );
    check(
        "{{ task.input.labels | to_json | escape }}",
        &input,
        "[&quot;-1&quot;,&quot;0&quot;,&quot;1&quot;]",
    );
    check(
        "{{ task.input.o | to_json }}",
        &input,
        r#"{"a":"\u003c/script\u003e\u0026","b":1}"#,
    );
    check("{{ task.input.missing | to_json }}", &input, "null");
}

#[test]
fn a_missing_variable_is_nil_wherever_it_stands() {
    let input = json!({"rows": [{"a": 1}]});
    check("[{{ task.input.nothing }}]", &input, "[]");
    check("[{{ nothing.at.all }}]", &input, "[]");
    check("[{{ task.input.nothing.deeper[0].x }}]", &input, "[]");
    check("{{ task.input.nothing | default: 'x' }}", &input, "x");
    check(
        "{% if task.input.nothing %}yes{% else %}no{% endif %}",
        &input,
        "no",
    );
    check(
        "{% if task.input.nothing == 'x' %}yes{% else %}no{% endif %}",
        &input,
        "no",
    );
    check(
        "{% for x in task.input.nothing %}x{% endfor %}.",
        &input,
        ".",
    );
    check(
        "{% for r in task.input.rows %}[{{ r.b }}]{% if r.b == 1 %}y{% endif %}{% endfor %}",
        &input,
        "[]",
    );
    check(
        "{% assign a = task.input.nothing %}[{{ a.b }}]",
        &input,
        "[]",
    );
    check(
        "{% case task.input.nothing %}{% when 'x' %}x{% else %}e{% endcase %}",
        &input,
        "e",
    );
}

#[test]
fn the_tasks_template_shows_a_review_below_its_escaped_fields_or_alone() {
    let template = include_str!("../../../../templates/sentiment-review.liquid.html");
    let target = |input: &Value| {
        let html = render_task(template, input, &GrantReadAccess::none()).expect("it renders");
        let (_, rest) = html
            .split_once("<classification-target>")
            .expect("a target");
        rest.split_once("</classification-target>")
            .expect("its end")
            .0
            .to_owned()
    };
    assert_eq!(
        target(&json!({"taskObject": "It fits & lasts"})),
        "It fits &amp; lasts"
    );
    let context =
        json!([{"name": "Title", "value": "<b>Nice</b>"}, {"name": "Class", "value": "Knits"}]);
    assert_eq!(
        target(&json!({"taskObject": "It fits", "context": context})),
        "<p><strong>Title:</strong> &lt;b&gt;Nice&lt;/b&gt;</p>\
         <p><strong>Class:</strong> Knits</p>It fits"
    );
}

#[test]
fn files_get_an_address_which_is_escaped_like_any_value() {
    check(
        "<img src=\"{{ task.input.f | grant_read_access }}\">",
        &json!({"f": "s3://b/k.png"}),
        "<img src=\"https://files/?u=s3://b/k.png&amp;x=1\">",
    );
    check_error(
        "{{ task.input.f | grant_read_access }}",
        "grant_read_access is not offered here",
    );
}

#[test]
fn comments_may_hold_anything() {
    check(
        "a{% comment %} it's {{ ' {% {% endcomment %}b",
        &json!({}),
        "ab",
    );
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    check_error("{{ task.input.x", "{{ is never closed");
    check_error("{{ }}", "a value is expected");
    check_error("{{ 'x' | shout }}", "shout");
    check_error("{% raw %}{{ x }}{% endraw %}", "raw");
    check_error("{% cycle 'a', 'b' %}", "cycle");
    check_error("{% if x %}", "endif");
    check_error("{{ 'x' | to_json: 1 }}", "to_json takes no parameters");
}

#[test]
fn elements_that_the_portal_lacks_are_named() {
    let template = "<crowd-form><crowd-bounding-box a=1></crowd-bounding-box>\
                    <CROWD-Classifier name=x></CROWD-Classifier><crowd-tab></crowd-tab></crowd-form>";
    assert_eq!(
        unsupported_elements(template),
        ["crowd-bounding-box", "crowd-tab"]
    );
}

#[tokio::test]
async fn pages_render_over_their_own_globals() {
    let html = render_page("{{ a.b }}", json!({"a": {"b": "<"}})).await;
    assert_eq!(html.expect("renders"), "&lt;");
}
