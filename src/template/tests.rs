//! Templates against small data.

use serde_json::{Value, json};

use super::*;
use crate::locale::Locale;

fn engine() -> Engine {
    Engine::new(ValueFormat {
        locale: Locale::of("en"),
        or: "or".to_owned(),
        and: "and".to_owned(),
        days: DayFormat::Words,
    })
}

fn render(text: &str, data: Value) -> Result<String, RenderFailure> {
    let template = Template::parse(text).unwrap();
    let pieces = template.render(&engine(), &Context::from(data))?;
    Ok(pieces.iter().map(|piece| &*piece.text).collect())
}

fn unknown(text: &str, data: &Value) -> Vec<String> {
    let names = Names {
        context: data,
        job_data: &[],
        declared: &[],
    };
    match Template::parse(text).unwrap().check(names) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes
            .into_iter()
            .map(|mistake| text[mistake.range].to_owned())
            .collect(),
    }
}

#[test]
fn every_piece_knows_its_source() {
    let text = "a \\{{b}} {{#if x}}c{{/if}}{{#each l}}{{this}}-{{/each}}";
    let template = Template::parse(text).unwrap();
    let data = json!({ "x": true, "l": [1, 2] });
    let pieces = template.render(&engine(), &Context::from(data)).unwrap();
    let shown: Vec<(&str, &str)> = pieces
        .iter()
        .map(|piece| (&*piece.text, &text[piece.range.clone()]))
        .collect();
    assert_eq!(
        shown[1..],
        [
            ("c", "c"),
            ("1", "{{this}}"),
            ("-", "-"),
            ("2", "{{this}}"),
            ("-", "-"),
        ]
    );
    assert_eq!(shown[0].0, "a {{b}} ");
}

#[test]
fn a_variable_may_be_called_like_a_helper() {
    let data = json!({ "date": "2026-11-21", "len": 3 });
    assert_eq!(
        render("{{date}} {{len}} {{#if (date)}}x{{/if}}", data).unwrap(),
        "21\u{a0}November 2026 3 x"
    );
}

#[test]
fn known_but_empty_values_are_false_and_print_nothing() {
    let data = json!({ "n": null, "l": [] });
    assert_eq!(
        render(
            "{{n}}{{#each n}}a{{/each}}{{#with n}}b{{/with}}{{#each l}}c{{else}}d{{/each}}",
            data
        )
        .unwrap(),
        "d"
    );
}

#[test]
fn names_from_outside_and_positions_are_known_in_blocks() {
    let data = json!({ "a": "A", "l": [{ "b": "x", "m": [1, 2] }, { "b": "y", "m": [3] }] });
    let text = "{{#each l as |item number|}}{{number}}{{item.b}}{{../a}}{{@root.a}}\
        {{#each m}}{{@../index}}{{@index}}{{this}}{{/each}}{{#with b}}{{@first}}{{this}}{{/with}};{{/each}}";
    assert!(unknown(text, &data).is_empty());
    assert_eq!(
        render(text, data).unwrap(),
        "0xAA001012truex;1yAA103falsey;"
    );
}

#[test]
fn unknown_names_are_found_in_every_position() {
    let data = json!({ "a": 1, "l": [{ "b": 1 }] });
    let text = "{{#if x1}}{{x2}}{{else if x3}}{{else}}{{x4}}{{/if}}{{list x5 x6}}{{plural a one=x7}}\
        {{#each l}}{{x8}}{{../x9}}{{@x}}{{/each}}{{#if (not (eq a y1))}}{{/if}}";
    assert_eq!(
        unknown(text, &data),
        [
            "x1", "x2", "", "x4", "x5", "x6", "x7", "x8", "../x9", "@x", "y1"
        ]
    );
}

#[test]
fn an_item_without_a_name_is_an_error_unless_it_is_asked_for() {
    let data = json!({ "l": [{ "b": 1 }, {}] });
    assert!(matches!(
        render("{{#each l}}{{b}}{{/each}}", data.clone()),
        Err(RenderFailure::MissingName(Some(name))) if name == "b"
    ));
    assert_eq!(
        render("{{#each l}}{{#if b}}{{b}}{{else}}-{{/if}}{{/each}}", data).unwrap(),
        "1-"
    );
}

#[test]
fn text_that_is_a_number_equals_the_number() {
    let data = json!({ "t": "2", "n": 2 });
    assert_eq!(
        render(
            "{{#if (eq t 2)}}a{{/if}}{{#if (eq n \"2\")}}b{{/if}}{{#if (eq t 3)}}c{{/if}}",
            data
        )
        .unwrap(),
        "ab"
    );
}

#[test]
fn loops_end() {
    let items: Vec<u32> = (0..1000).collect();
    for body in ["", "{{!}}", "x", "{{this}}", "{{@root.l}}"] {
        let open = "{{#each @root.l}}".repeat(6);
        let text = format!("{open}{body}{}", "{{/each}}".repeat(6));
        let result = render(&text, json!({ "l": items }));
        assert!(matches!(result, Err(RenderFailure::TooLarge)), "{body}");
    }
}

#[test]
fn nesting_cannot_hide_from_its_limit() {
    for opening in [
        "{{#if a}}",
        "{{#if a}}{{!-- {{/if}} --}}",
        "{{#if a}}\\{{/if}}",
        "{{#if a \"{{/if}}\"}}",
        "{{#if a \"}}{{/if}}\"}}",
        "{{#if a [x\"] \"}}{{/if}}\"}}",
        "{{#if a [x}}{{/if}}]}}",
        "{{#if a {\"b\":{\"c\":1}} \"{{/if}}\"}}",
        "{{{{raw}}}}{{/if}}{{{{/raw}}}}{{#if a}}",
        "{{~! {{/if}}~}}{{#if a}}",
        "{{#if a}}{{^}}",
        "{{ #if a}}",
        "{{#if a}}{{!--}}{{/if}}--}}",
        "{{#if a}}\\{{{{/if}}",
        "{{#if a [\"]\"] \"}}{{/if}}\"}}",
    ] {
        let text = opening.repeat(500) + &"{{/if}}".repeat(500);
        assert!(Template::parse(&text).is_err(), "{opening}");
    }
}

#[test]
fn usual_texts_are_far_from_the_limits() {
    let choice =
        "{{#if a}}x{{else if b}}y{{else}}z{{/if}} {{[patient's name]}} {{plural n \"o'clock\"}}";
    assert!(Template::parse(&choice.repeat(200)).is_ok());
    assert!(Template::parse("\\{{ \\{{{{ {{! {{#if }}{{!-- {{/if}} --}} \\\\{{a}}").is_ok());
}

#[test]
fn texts_that_the_parser_reads_many_times_are_refused() {
    for tag in ["{{!-- }}", "{{> [a]}}", "{{#> [a]}}{{/a}}", "{{a}}"] {
        assert!(Template::parse(&tag.repeat(10_000)).is_err(), "{tag}");
    }
}

#[test]
fn tags_end_at_their_braces_or_line() {
    let text = "a {{b}} {{{c}}} {{d\ne {{#if f}}";
    let found: Vec<&str> = tags(text).map(|tag| &text[tag]).collect();
    assert_eq!(found, ["{{b}}", "{{{c}}}", "{{d\ne {{#if f}}"]);
    let open: Vec<&str> = tags("{{g\nh").map(|tag| &"{{g\nh"[tag]).collect();
    assert_eq!(open, ["{{g"]);
}
