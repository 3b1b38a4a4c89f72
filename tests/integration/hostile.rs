//! Bad input gives a finding and exit code 1, writes no file, and never panics.

use std::collections::BTreeMap;
use std::fs;
#[cfg(target_os = "linux")]
use std::io::{Cursor, Write as _};

use crate::test_project::{PROGRAM, Run, TestProject};

const DEFINITION: &str = "library/visit/handout.yaml";
const TEXT: &str = "library/visit/text/en.yaml";
const SQUARE: &str = "library/visit/figures/square.svg";
const CLINIC: &str = "library/clinics/example/clinic.yaml";

/// Asserts that the run fails with this finding (any, if empty) at this place, and writes nothing.
fn refused(project: &TestProject, finding: &str, place: &str) -> Run {
    let run = project.generate(&["visit"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains(&format!("error[{finding}")),
        "{finding}: {}",
        run.stderr
    );
    assert!(run.stderr.contains(place), "{place}: {}", run.stderr);
    assert_eq!(project.made(), [""; 0], "{finding} leaves files");
    run
}

#[test]
fn small_library_is_sound() {
    let project = TestProject::new();
    let run = project.generate(&["visit", "--set", "patient.first_name=Ada"]);
    assert_eq!(
        (run.code, run.stderr.trim()),
        (Some(0), "visit.pdf (1 page)")
    );
    assert_eq!(project.made(), ["visit.pdf"]);
}

#[test]
fn bad_definition() {
    for (from, to, finding, line) in [
        ("version: 1.0.0", "version: [1", "yaml-syntax", ""),
        ("version: 1.0.0", "versoin: 1.0.0", "unknown-field", ":2:1"),
        ("id: visit\n", "", "missing-field", ""),
        ("2028-11-21", "2028-02-30", "invalid-value", ":4:12"),
        ("figures/square.svg", "5", "invalid-value", ":10:12"),
        (
            "role: main-message",
            "role: main-message\n  - section: welcome",
            "duplicate-key",
            ":9:",
        ),
        (
            "  - section: welcome\n    role: main-message\n",
            "  - section: goodbye\n",
            "unknown-text",
            ":7:",
        ),
    ] {
        let project = TestProject::new();
        project.change(DEFINITION, from, to);
        refused(&project, finding, &format!("handout.yaml{line}"));
    }
}

#[test]
fn bad_template() {
    for (body, finding) in [
        ("Dear {{patient.first_name}", "template-syntax"),
        ("{{#if patient.first_name}}open", "template-syntax"),
        ("{{patient.frist_name}}", "unknown-variable"),
        ("{{#if nothing}}x{{/if}}", "unknown-variable"),
        ("{{> welcome}}", "template-syntax"),
    ] {
        let project = TestProject::new();
        project.change(
            TEXT,
            "Dear {{patient.first_name}}, we are glad that you come.",
            body,
        );
        refused(&project, finding, "text/en.yaml:5:");
    }
}

#[test]
fn invalid_yaml_texts() {
    for (from, to, place, help) in [
        (
            "Your visit",
            "Your visit: a guide",
            "en.yaml:1:18",
            "in quotes",
        ),
        ("Dear", "De\u{b}ar", "en.yaml:5:7", "delete it"),
        ("  heading", "\theading", "en.yaml:3:", "spaces"),
    ] {
        let project = TestProject::new();
        project.change(TEXT, from, to);
        assert!(
            refused(&project, "yaml-syntax", place)
                .stderr
                .contains(help),
            "{to:?}"
        );
    }
}

#[test]
fn texts_with_thousands_of_errors() {
    for fault in ["[a]{.term} ", "[@nobody] ", "<b> ", "{{nobody}} "] {
        let project = TestProject::new();
        project.change(TEXT, "Dear {{patient.first_name}},", &fault.repeat(4_000));
        let run = refused(&project, "too-large", "this text has 4000 problems");
        assert!(run.stderr.contains("101 errors"), "{fault}");
    }
}

#[test]
fn endless_templates() {
    let deep = "{{#if handout.id}}".repeat(5_000) + "x" + &"{{/if}}".repeat(5_000);
    let loops = "{{#each handout.audience}}".repeat(12) + "x" + &"{{/each}}".repeat(12);
    for body in [deep, loops] {
        let project = TestProject::new();
        let audience = vec!["adults"; 40].join(", ");
        project.change(
            DEFINITION,
            "data:",
            &format!("audience: [{audience}]\ndata:"),
        );
        project.change(
            TEXT,
            "Dear {{patient.first_name}}, we are glad that you come.",
            &body,
        );
        let run = project.generate(&["visit"]);
        assert_eq!(run.code, Some(1), "{:.2000}", run.stderr);
        assert_eq!(project.made(), [""; 0]);
    }
}

#[test]
fn missing_logo() {
    let project = TestProject::new();
    project.write(
        CLINIC,
        "name: Small Clinic\nbrand: { logo: logo.svg, logo_alt: A leaf }\n",
    );
    refused(&project, "missing-file", "clinic.yaml:2:");
}

#[test]
fn pictures_outside_the_folder() {
    for path in [
        "../../etc/passwd",
        "/etc/passwd",
        "figures/../../../library.yaml",
        "..\\\\secret.png",
    ] {
        let project = TestProject::new();
        project.change(DEFINITION, "figures/square.svg", &format!("\"{path}\""));
        let run = refused(&project, "unsafe-path", "handout.yaml:10:");
        assert!(!run.stderr.contains("root:"), "{}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn pictures_behind_a_symbolic_link_out_of_the_folder() {
    let project = TestProject::new();
    project.write(
        "secret.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>",
    );
    fs::remove_file(project.path(SQUARE)).unwrap();
    std::os::unix::fs::symlink(project.path("secret.svg"), project.path(SQUARE)).unwrap();
    let run = project.generate(&["visit"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains("error[unsafe-path]"), "{}", run.stderr);
    assert_eq!(project.made(), ["secret.svg"]);
}

/// Each clinic has one error, reported at its line and column.
#[test]
fn bad_clinics() {
    for (clinic, finding, place) in [
        (
            "brand: { logo: ../../secret.svg, logo_alt: A leaf }",
            "unsafe-path",
            ":2:16",
        ),
        (
            "brand: { logo: /etc/passwd, logo_alt: A leaf }",
            "unsafe-path",
            ":2:16",
        ),
        ("brand: { logo: logo.svg }", "missing-alt-text", ":2:16"),
        ("brand: { colour: not-a-colour }", "invalid-value", ":2:18"),
        ("brand: { color: \"#12345\" }", "invalid-value", ":2:17"),
        (
            "brand: { colour: \"#123456\", color: \"#123456\" }",
            "duplicate-key",
            ":2:36",
        ),
        ("website: javascript:alert(1)", "invalid-value", ":2:10"),
        ("defaults: { paper: a3 }", "invalid-value", ":2:20"),
        ("defaults: { language: English }", "invalid-value", ":2:23"),
        (
            "defaults: { language: sv }",
            "unavailable-language",
            ":2:23",
        ),
        (
            "sections:\n  visit:\n    insert: [{ section: ours, after: wellcome }]",
            "unknown-section",
            ":4:38",
        ),
        (
            "sections:\n  visit:\n    move: [{ key: square, before: nothing }]",
            "unknown-section",
            ":4:35",
        ),
        (
            "sections:\n  visit:\n    remove: [sqare]",
            "unknown-section",
            ":4:14",
        ),
        (
            "text:\n  en:\n    visit:\n      welcome:\n        body: |\n          Hi <br> you.",
            "unsupported-markdown",
            ":7:14",
        ),
        (
            "text:\n  en:\n    visit:\n      welcome:\n        body: |\n          {{#if clinic.phone}}Call.",
            "template-syntax",
            ":7:11",
        ),
        (
            "text:\n  en:\n    visit:\n      welcome:\n        body: |\n          {{> base}}\n\n          {{> base}}",
            "repeated-base",
            ":9:11",
        ),
        (
            "text:\n  en:\n    visit:\n      subtitle: \"A {{> base}}\"",
            "unknown-text",
            ":5:20",
        ),
    ] {
        let project = TestProject::new();
        project.write(
            "library/clinics/example/logo.svg",
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><rect width='1' height='1'/></svg>",
        );
        project.write(CLINIC, format!("name: Small Clinic\n{clinic}\n"));
        let run = refused(&project, finding, &format!("clinic.yaml{place}\n"));
        assert_eq!(run.stderr.matches("error[").count(), 1, "{}", run.stderr);
    }
}

/// Asserts that a logo is refused, at the line of the clinic that names it.
fn logo_refused(contents: &[u8], finding: &str) {
    let project = TestProject::new();
    project.write(
        CLINIC,
        "name: Small Clinic\nbrand:\n  logo: mark\n  logo_alt: A leaf\n",
    );
    project.write("library/clinics/example/mark", contents);
    let run = refused(&project, finding, "clinic.yaml:3:9\n");
    assert_eq!(run.stderr.matches("error[").count(), 1, "{}", run.stderr);
}

#[test]
fn bad_logos() {
    // 8000 × 5000 white pixels in a file of a few kilobytes.
    logo_refused(&png(8_000, 5_000), "too-large");
    logo_refused(b"GIF89a", "unreadable-image");
    let bomb: String = ('b'..='j')
        .map(|name| {
            let before = char::from(name as u8 - 1);
            format!("<!ENTITY {name} \"{}\">", format!("&{before};").repeat(10))
        })
        .collect();
    let laughs = format!(
        "<!DOCTYPE svg [<!ENTITY a \"ha\">{bomb}]><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><text>&j;</text></svg>"
    );
    logo_refused(laughs.as_bytes(), "unsafe-image");
}

#[cfg(unix)]
#[test]
fn logo_behind_a_symbolic_link_out_of_the_folder() {
    let project = TestProject::new();
    project.write(
        CLINIC,
        "name: Small Clinic\nbrand: { logo: logo.svg, logo_alt: A leaf }\n",
    );
    let elsewhere = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><rect width='1' height='1'/></svg>";
    project.write("library/secret.svg", elsewhere);
    let link = project.path("library/clinics/example/logo.svg");
    std::os::unix::fs::symlink(project.path("library/secret.svg"), link).unwrap();
    refused(&project, "unsafe-path", "clinic.yaml:2:16\n");
}

#[test]
fn base_texts_that_multiply() {
    let many = "{{> base}} ".repeat(3_000);
    let project = TestProject::new();
    project.write(
        "library/text/en.yaml",
        format!("welcome: {{ body: \"{}\" }}\n", "word ".repeat(1_000)),
    );
    project.change(
        TEXT,
        "Dear {{patient.first_name}}, we are glad that you come.",
        &many,
    );
    let own = |layer: &str| format!("{layer}:\n  welcome:\n    body: \"{many}\"\n");
    project.write(
        "library/clinics/example/text/en.yaml",
        own("shared") + &own("visit"),
    );
    refused(&project, "repeated-base", "en.yaml:3:");
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = image::RgbImage::new(width, height);
    picture
        .write_to(
            &mut std::io::Cursor::new(&mut bytes),
            image::ImageFormat::Png,
        )
        .unwrap();
    bytes
}

#[test]
fn broken_pictures() {
    let whole = png(64, 64);
    let mut huge = whole.clone();
    // A header that promises 60,000 × 60,000 pixels.
    huge[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let cases: [(&[u8], &str); 4] = [
        (&whole[..whole.len() / 2], "unreadable-image"),
        (b"", "unreadable-image"),
        (b"GIF89a", "unreadable-image"),
        (&huge, ""),
    ];
    for (bytes, finding) in cases {
        let project = TestProject::new();
        project.change(DEFINITION, "square.svg", "square.png");
        project.write("library/visit/figures/square.png", bytes);
        let run = project.generate(&["visit"]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert!(
            run.stderr.contains(finding) && run.stderr.contains("error["),
            "{}",
            run.stderr
        );
        assert_eq!(project.made(), [""; 0]);
    }
}

#[test]
fn unsafe_drawings() {
    let bomb: String = ('b'..='j')
        .map(|name| {
            let before = char::from(name as u8 - 1);
            format!("<!ENTITY {name} \"{}\">", format!("&{before};").repeat(10))
        })
        .collect();
    let drawings = [
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>alert(1)</script></svg>"#.to_owned(),
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" onclick="alert(1)"/></svg>"#.to_owned(),
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><image href="https://elsewhere.example/a.png" width="1" height="1"/></svg>"#.to_owned(),
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 1 1"><use xlink:href="file:///etc/passwd#a"/></svg>"#.to_owned(),
        format!(r#"<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">{bomb}]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>&j;</text></svg>"#),
        r#"<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>&x;</text></svg>"#.to_owned(),
    ];
    for drawing in drawings {
        let project = TestProject::new();
        project.write(SQUARE, &drawing);
        let run = refused(&project, "unsafe-image", "");
        assert!(!run.stderr.contains("root:"), "{}", run.stderr);
    }
}

#[test]
fn deep_and_broken_drawings() {
    let deep = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\">{}{}</svg>",
        "<g>".repeat(100_000),
        "</g>".repeat(100_000)
    );
    for drawing in [&*deep, "<svg", "", "\u{0}\u{1}", "<html/>"] {
        let project = TestProject::new();
        project.write(SQUARE, drawing);
        let run = project.generate(&["visit"]);
        assert_eq!(run.code, Some(1), "{:.60}: {:.2000}", drawing, run.stderr);
        assert_eq!(project.made(), [""; 0]);
    }
}

#[test]
fn fifty_megabytes_of_yaml() {
    for file in [
        TEXT,
        DEFINITION,
        CLINIC,
        "library/library.yaml",
        "library/references.yaml",
    ] {
        let project = TestProject::new();
        project.write(file, "a: b\n".repeat(10 << 20));
        refused(&project, "too-large", "");
    }
}

#[test]
fn aliases_that_multiply() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    for file in [
        TEXT,
        DEFINITION,
        CLINIC,
        "library/library.yaml",
        "library/glossary.yaml",
    ] {
        let project = TestProject::new();
        let before = fs::read_to_string(project.path(file)).unwrap_or_default();
        project.write(file, format!("{before}{bomb}"));
        refused(&project, "", "");
    }
}

#[test]
fn aliases_of_long_texts_and_long_chains_of_aliases() {
    let long = format!(
        "x: &x {}\ny: [{}]\n",
        "w".repeat(200_000),
        "*x, ".repeat(4_000)
    );
    let chain: String = (1..50_000)
        .map(|number| format!("  x{number}: &x{number} [*x{}]\n", number - 1))
        .collect();
    let chain = format!("z:\n  x0: &x0 [1]\n{chain}");
    for file in [TEXT, DEFINITION, CLINIC] {
        for bomb in [&long, &chain] {
            let project = TestProject::new();
            let before = fs::read_to_string(project.path(file)).unwrap();
            project.write(file, format!("{before}{bomb}"));
            refused(&project, "too-large", "");
        }
    }
}

#[cfg(unix)]
#[test]
fn texts_behind_a_symbolic_link_out_of_the_folder() {
    let project = TestProject::new();
    let outside = project.path("elsewhere.yaml");
    fs::rename(project.path(TEXT), &outside).unwrap();
    std::os::unix::fs::symlink(&outside, project.path(TEXT)).unwrap();
    let run = project.generate(&["visit"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("error[unsafe-path]") && !run.stderr.contains("Dear"),
        "{}",
        run.stderr
    );
}

#[test]
fn problems_in_folded_text_point_at_their_line() {
    let project = TestProject::new();
    project.change(TEXT, "  body: |\n", "  body: >\n    Words [@nobody].\n");
    project.change(TEXT, "we are glad", "we [@none]");
    let run = refused(&project, "unknown-citation", "en.yaml:5:12");
    assert!(run.stderr.contains("en.yaml:6:"), "{}", run.stderr);
}

#[test]
fn deep_yaml() {
    for file in [TEXT, DEFINITION, CLINIC] {
        let project = TestProject::new();
        let before = fs::read_to_string(project.path(file)).unwrap();
        project.write(
            file,
            format!(
                "{before}deep: {}{}\n",
                "[".repeat(100_000),
                "]".repeat(100_000)
            ),
        );
        refused(&project, "too-large", "");
        project.write(
            file,
            format!("{before}deep:\n  {}x\n", "- ".repeat(100_000)),
        );
        refused(&project, "", "");
    }
}

#[test]
fn binary_and_wrongly_typed_files() {
    for file in [TEXT, DEFINITION, CLINIC, "library/library.yaml"] {
        for contents in [
            &b"\xff\xfe\x00\x01"[..],
            b"\0\0\0",
            b"- a\n- b\n",
            b"just words\n",
            b"%PDF-1.7\n",
        ] {
            let project = TestProject::new();
            project.write(file, contents);
            refused(&project, "", "");
        }
    }
}

#[test]
fn endless_markdown() {
    let quotes = "> ".repeat(20_000) + "x";
    let lists = (0..2_000)
        .map(|depth| format!("{}- x\n", "  ".repeat(depth)))
        .collect::<String>();
    let brackets = "[".repeat(50_000);
    let stars = "*a **b ".repeat(20_000);
    for body in [quotes, lists, brackets, stars] {
        let project = TestProject::new();
        let indented: String = body.lines().map(|line| format!("    {line}\n")).collect();
        project.change(
            TEXT,
            "    Dear {{patient.first_name}}, we are glad that you come.\n",
            &indented,
        );
        let run = project.generate(&["visit"]);
        assert!(
            matches!(run.code, Some(0 | 1)),
            "{:?}: {:.2000}",
            run.code,
            run.stderr
        );
    }
}

/// Asserts that a drawing is refused as a figure and as a logo.
fn drawing_refused(name: &str, drawing: &str) {
    let finding = |run: Run| {
        let is_refused = run.stderr.contains("error[unsafe-image]")
            || run.stderr.contains("error[unreadable-image]");
        assert!(is_refused && run.code == Some(1), "{name}: {}", run.stderr);
    };
    let project = TestProject::new();
    project.write(SQUARE, drawing);
    finding(project.generate(&["visit"]));
    let project = TestProject::new();
    project.write(
        CLINIC,
        "name: Small Clinic\nbrand: { logo: logo.svg, logo_alt: A leaf }\n",
    );
    project.write("library/clinics/example/logo.svg", drawing);
    finding(project.generate(&["visit"]));
    assert_eq!(project.made(), [""; 0]);
}

#[test]
fn drawings_that_hang_or_exhaust_the_computer() {
    for (name, drawing) in [
        ("arc", include_str!("../cases/broken/arc-1e30.svg")),
        ("rect", include_str!("../cases/broken/panic-rect.svg")),
        ("clips", include_str!("../cases/broken/clip-chain.svg")),
        (
            "doubled clips",
            include_str!("../cases/broken/clip-doubling.svg"),
        ),
        (
            "selectors",
            include_str!("../cases/broken/css-descendants.svg"),
        ),
        ("markers", include_str!("../cases/broken/marker-style.svg")),
        (
            "patterns",
            include_str!("../cases/broken/pattern-chain.svg"),
        ),
    ] {
        drawing_refused(name, drawing);
    }
}

/// Returns a chain of elements, each with `content` that refers to the next by `{next}`.
fn chain(length: usize, element: &str, attributes: &str, content: &str) -> String {
    let link = |index: usize| {
        let content = content.replace("{next}", &format!("n{}", index + 1));
        format!("<{element} id='n{index}' {attributes}>{content}</{element}>")
    };
    (0..length).map(link).collect()
}

#[test]
fn drawings_with_every_kind_of_reference() {
    let rect = "<rect width='9' height='9' ";
    let twice = |reference: &str| format!("{rect}{reference}/>").repeat(2);
    let start = "<path d='M0 0L1 1' style='marker:url(#n0)'/>";
    for (name, body) in [
        (
            "masks",
            chain(20, "mask", "", &twice("mask='url(#{next})'")),
        ),
        (
            "filters",
            chain(500, "filter", "", "<feImage href='#{next}'/>"),
        ),
        (
            "fills",
            chain(20, "pattern", "", &twice("style='fill:url(#{next})'")),
        ),
        (
            "strokes",
            chain(20, "pattern", "", &twice("stroke='url( \"#{next}\")'")),
        ),
        ("uses", chain(500, "g", "", "<use href='#{next}'/>")),
        (
            "templates",
            chain(500, "pattern", "href='#n499'", "<use href='#{next}'/>"),
        ),
        (
            "a style sheet",
            (0..20)
                .map(|index| format!("<style>.c{index} {{ clip-path: url(#n{index}) }}</style>"))
                .collect::<String>()
                + &(0..20)
                    .map(|index| {
                        format!(
                            "<clipPath id='n{index}'>{0}{0}</clipPath>",
                            format!("{rect} class='c{}'/>", index + 1)
                        )
                    })
                    .collect::<String>(),
        ),
        (
            "inherited markers",
            format!(
                "<g style='marker: url(#n0)'><g>{start}</g></g>{}",
                chain(
                    9,
                    "marker",
                    "",
                    &format!(
                        "<g marker-end='url(#{{next}})'>{}</g>",
                        "<path d='M0 0L1 1 2 2 3 3 4 4 5 5'/>".repeat(9)
                    )
                )
            ),
        ),
    ] {
        let drawing =
            format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>{body}</svg>");
        drawing_refused(name, &drawing);
    }
}

#[test]
fn drawings_with_large_numbers_and_long_lists() {
    let attributes: String = (0..50_000).map(|index| format!(" a{index}='1'")).collect();
    for body in [
        "<path d='M0 0l1e20 0z'/>".to_owned(),
        "<rect width='9' height='9' transform='scale(1e30)'/>".to_owned(),
        "<rect width='99999999px' height='9'/>".to_owned(),
        "<path d='M1 1H8' stroke='red' stroke-dasharray='0 1e38'/>".to_owned(),
        "<path d='M1 1H8' stroke='red' style='stroke-width: 1e38'/>".to_owned(),
        "<style>rect { stroke-width: 1e+12px }</style><rect width='9' height='9'/>".to_owned(),
        format!("<rect width='9' height='9'{attributes}/>"),
        format!(
            "<rect width='9' height='9' style='{}'/>",
            "fill: red;".repeat(100_000)
        ),
        format!("<text y='9'>{}</text>", "w".repeat(100_000)),
        format!("<text y='9'>{}</text>", "<tspan>w</tspan>".repeat(10_000)),
        format!("<text y='9'>{}</text>", "w".repeat(2_000)).repeat(100),
        format!(
            "<style>{}</style>{}",
            ".a { fill: red }".repeat(20_000),
            "<g/>".repeat(20_000)
        ),
        format!(
            "<style>{} {{ {} }}</style>",
            "a, ".repeat(90_000) + "a",
            "fill: red; ".repeat(90_000)
        ),
        "<style>a { fill: red }</style>".repeat(50_000),
    ] {
        let drawing =
            format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>{body}</svg>");
        drawing_refused(&body[..body.len().min(60)], &drawing);
    }
}

#[test]
fn deep_names_of_reader_data() {
    let project = TestProject::new();
    project.write(
        DEFINITION,
        include_str!("../cases/broken/deep-data-name.yaml"),
    );
    refused(&project, "invalid-value", "handout.yaml:6:");
    let deep = |parts: usize| format!("patient.{}=x", "b.".repeat(parts) + "c");
    let project = TestProject::new();
    let run = project.generate(&["visit", "--set", &deep(60_000)]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("at most 20 parts"), "{}", run.stderr);
    let run = project.generate(&["visit", "--set", &deep(18)]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

#[test]
fn too_many_keys_and_sections() {
    let keys =
        |count: usize, key: &dyn Fn(usize) -> String| (0..count).map(key).collect::<String>();
    let project = TestProject::new();
    let before = fs::read_to_string(project.path(TEXT)).unwrap();
    project.write(
        TEXT,
        before + &keys(40_000, &|index| format!("k{index}: a\n")),
    );
    refused(&project, "too-large", "text/en.yaml");
    let project = TestProject::new();
    let before = fs::read_to_string(project.path(TEXT)).unwrap();
    project.write(TEXT, before + &keys(100_000, &|_| "k: a\n".to_owned()));
    refused(&project, "duplicate-key", "text/en.yaml");
    let project = TestProject::new();
    let before = fs::read_to_string(project.path(DEFINITION)).unwrap();
    project.write(
        DEFINITION,
        before + &keys(50_000, &|index| format!("  - section: k{index}\n")),
    );
    refused(&project, "too-large", "handout.yaml");
}

#[test]
fn texts_full_of_direction_marks() {
    for mark in ['\u{202e}', '\u{202b}', '\u{2067}'] {
        let marks = mark.to_string().repeat(80_000);
        let project = TestProject::new();
        project.change(TEXT, "we are glad", &marks);
        refused(&project, "too-large", "text/en.yaml");
        let project = TestProject::new();
        project.write(CLINIC, format!("name: \"{marks}\"\n"));
        refused(&project, "too-large", "clinic.yaml");
        let project = TestProject::new();
        project.write(
            "jobs.csv",
            format!("handout,patient.first_name\nvisit,{}\n", &marks[..60_000]),
        );
        let run = project.batch(&["jobs.csv", "-o", "out"]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert!(
            run.stderr.contains("error[too-large]: row 1"),
            "{}",
            run.stderr
        );
    }
}

/// With such stacks, no thread can be started.
#[test]
fn computer_without_threads() {
    let project = TestProject::new();
    project.write("jobs.csv", "handout\n".to_owned() + &"visit\n".repeat(700));
    for arguments in [
        &["batch", "jobs.csv", "-o", "out", "--jobs", "8"][..],
        &["check"],
        &["generate", "visit"],
    ] {
        let output = std::process::Command::new(PROGRAM)
            .args(["--library", "library", "--date", "2026-11-21"])
            .args(arguments)
            .current_dir(project.path(""))
            .env_clear()
            .env("RUST_MIN_STACK", "100000000000000")
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {stderr}");
    }
    assert_eq!(project.leaflets("out").len(), 700);
}

#[cfg(unix)]
fn make_pipe(project: &TestProject, path: &str) {
    let path = project.path(path);
    let _ = fs::remove_file(&path);
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

#[cfg(unix)]
#[test]
fn pipes_in_place_of_files_are_not_waited_for() {
    for path in [TEXT, SQUARE, DEFINITION, CLINIC, "library/references.yaml"] {
        let project = TestProject::new();
        make_pipe(&project, path);
        let run = project.generate(&["visit"]);
        assert!(matches!(run.code, Some(1 | 2)), "{path}: {}", run.stderr);
    }
    for path in ["journal.key", "journal.jsonl", "manifest.jsonl"] {
        let project = TestProject::new();
        project.write("jobs.csv", "handout\nvisit\n");
        fs::create_dir(project.path("out")).unwrap();
        make_pipe(&project, &format!("out/{path}"));
        let run = project.batch(&["jobs.csv", "-o", "out", "--resume"]);
        assert_eq!(run.code, Some(2), "{path}: {}", run.stderr);
        if path == "manifest.jsonl" {
            let run = project.batch(&["merge", "out"]);
            assert_eq!(run.code, Some(2), "{}", run.stderr);
        }
    }
    let project = TestProject::new();
    project.write("jobs.csv", "handout\nvisit\n");
    make_pipe(&project, "library/visit/figures/notes");
    make_pipe(&project, "library/visit/notes");
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn large_stray_file_is_not_read() {
    let project = TestProject::new();
    project.write("jobs.csv", "handout\nvisit\n");
    for folder in ["library/visit", "library/visit/text"] {
        let stray = fs::File::create(project.path(folder).join("video.bin")).unwrap();
        // A sparse file: it takes no space on the disk.
        stray.set_len(1 << 40).unwrap();
    }
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn key_of_a_batch_is_never_a_link() {
    let project = TestProject::new();
    project.write("jobs.csv", "handout\nvisit\n");
    project.write("precious", "precious");
    fs::create_dir(project.path("out")).unwrap();
    std::os::unix::fs::symlink("../precious", project.path("out/journal.key")).unwrap();
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert_eq!(fs::read(project.path("precious")).unwrap(), b"precious");
}

/// Makes a batch of three rows, and returns its leaflets.
fn three_rows(project: &TestProject) -> BTreeMap<String, Vec<u8>> {
    project.done("handout,name\nvisit,a\nvisit,b\nvisit,c\n", &[])
}

#[test]
fn damaged_leaflet_is_made_again() {
    let project = TestProject::new();
    let whole = three_rows(&project);
    project.write("out/b.pdf", &whole["b.pdf"][..100]);
    let merged = project.batch(&["merge", "out"]);
    assert_eq!(merged.code, Some(1), "{}", merged.stderr);
    assert!(
        merged
            .stderr
            .contains("the file of row 2 in `out` is damaged"),
        "{}",
        merged.stderr
    );
    let run = project.batch(&["jobs.csv", "-o", "out", "--resume"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("1 leaflet made again, as the file was gone or damaged"),
        "{}",
        run.stderr
    );
    assert!(project.leaflets("out") == whole);
    assert_eq!(project.batch(&["merge", "out"]).code, Some(0));
}

#[test]
fn damaged_line_of_a_manifest_or_journal_is_reported() {
    for (name, from, to) in [
        ("manifest", "\"row\":2", "\"row\":7"),
        ("manifest", "\"pages\":1", "\"pages\":2"),
        ("manifest", "b.pdf", "c.pdf"),
        ("journal", "b.pdf", "x.pdf"),
    ] {
        let project = TestProject::new();
        let whole = three_rows(&project);
        let manifest = fs::read_to_string(project.path("out/manifest.jsonl")).unwrap();
        if name == "journal" {
            fs::rename(
                project.path("out/manifest.jsonl"),
                project.path("out/journal.jsonl"),
            )
            .unwrap();
        }
        let damaged = manifest.replace(from, to);
        assert_ne!(damaged, manifest);
        project.write(&format!("out/{name}.jsonl"), &damaged);
        if name == "manifest" {
            let merged = project.batch(&["merge", "out"]);
            assert!(matches!(merged.code, Some(1 | 2)), "{}", merged.stderr);
        }
        let run = project.batch(&["jobs.csv", "-o", "out", "--resume"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(
            run.stderr.contains("warning[damaged-journal]"),
            "{}",
            run.stderr
        );
        assert!(project.leaflets("out") == whole);
        assert_eq!(
            fs::read_to_string(project.path("out/manifest.jsonl")).unwrap(),
            manifest
        );
    }
}

#[cfg(unix)]
#[test]
fn named_pipes_are_not_waited_for() {
    let project = TestProject::new();
    for arguments in [
        &["generate", "visit", "-o", "pipe.pdf"][..],
        &["generate", "visit", "-f", "html", "-o", "pipe.html"],
        &["preview", "visit", "-o", "pipe.svg"],
        &["inspect", "pipe.pdf"],
    ] {
        make_pipe(&project, arguments.last().unwrap());
        let run = project.run(arguments, "");
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains("is a named pipe"), "{}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_are_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let project = TestProject::new();
    three_rows(&project);
    make_pipe(&project, "pipe");
    for arguments in [
        &["merge", "out", "-o", "pipe"][..],
        &["jobs.csv", "--bundle", "pipe", "--overwrite"],
    ] {
        let reader = std::thread::spawn({
            let path = project.path("pipe");
            move || fs::read(path).unwrap()
        });
        let run = project.batch(arguments);
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.stderr);
        assert!(!reader.join().unwrap().is_empty());
        assert!(
            fs::metadata(project.path("pipe"))
                .unwrap()
                .file_type()
                .is_fifo()
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let project = TestProject::new();
    project.write("jobs.csv", "handout\nvisit\n");
    for arguments in [
        &["batch", "jobs.csv", "-o", "out", "--overwrite", "--json"][..],
        &[
            "--message-format",
            "json",
            "batch",
            "bad.csv",
            "-o",
            "out",
            "--overwrite",
        ],
        &["generate", "visit", "-o", "-"],
        &["batch", "merge", "out", "-o", "-"],
    ] {
        project.write("bad.csv", "handout\nvist\n");
        let output = std::process::Command::new(PROGRAM)
            .args(["--library", "library", "--date", "2026-11-21"])
            .args(arguments)
            .current_dir(project.path(""))
            .env_clear()
            .stdout(fs::File::create("/dev/full").unwrap())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
    }
}

#[test]
fn broken_face_is_refused_at_its_line() {
    let face = include_bytes!("../cases/broken/face-1.otf");
    let project = TestProject::new();
    project.write(
        CLINIC,
        "name: Small Clinic\nbrand:\n  faces: { regular: a.otf, bold: a.otf }\n",
    );
    project.write("library/clinics/example/a.otf", face);
    refused(&project, "unusable-face", "clinic.yaml:3:");
}

#[test]
fn control_characters_in_ids_and_paths_are_escaped() {
    let project = TestProject::new();
    let run = project.generate(&["vi\u{1b}[31msit", "-c", "\u{1b}[31mclinic"]);
    assert!(!run.stderr.contains('\u{1b}'), "{:?}", run.stderr);
    project.write("library/clinics/red/clinic.yaml", "name: \"\\e[31mRed\"\n");
    let run = project.generate(&["-v", "visit", "-c", "red"]);
    assert!(!run.stderr.contains('\u{1b}'), "{:?}", run.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn process_that_reads_a_drawing_has_limits() {
    use std::io::Write as _;
    let mut child = std::process::Command::new(PROGRAM)
        .arg("__drawing")
        .env_clear()
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // A map with the key `data` and one million bytes. More bytes than a pipe holds are written only
    // while the process reads, and it limits itself before.
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(b"\xa1\x64data\x5a\x00\x0f\x42\x40")
        .unwrap();
    stdin.write_all(&[b' '; 200_000]).unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let limit = |name: &str| {
        let line = limits.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(limit("Max cpu time"), "5");
    assert_eq!(limit("Max address space"), (512 << 20).to_string());
    assert_eq!(limit("Max core file size"), "0");
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn refused_logo_of_a_clinic_does_not_stop_other_rows() {
    let project = TestProject::new();
    let logo = |clinic: &str, body: &str| {
        let folder = format!("clinics/{clinic}");
        let facts = "name: C\nbrand: { logo: a.svg, logo_alt: A mark }\n";
        project.write(&format!("{folder}/clinic.yaml"), facts);
        let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>{body}</svg>");
        project.write(&format!("{folder}/a.svg"), svg);
    };
    logo("bad", "<path d='M0 0A99 1e30 45 1 1 5 5'/>");
    logo("good", "<rect width='9' height='9'/>");
    project.write(
        "jobs.csv",
        "handout,clinic\nvisit,clinics/good\nvisit,clinics/bad\nvisit,clinics/good\n",
    );
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains("error[unsafe-image]"), "{}", run.stderr);
    assert_eq!(project.leaflets("out").len(), 2);
}

/// Runs the program in a shell that sets limits or closes files.
#[cfg(target_os = "linux")]
fn in_shell(project: &TestProject, script: &str) -> Run {
    let output = std::process::Command::new("bash")
        .args(["-c", script])
        .current_dir(project.path(""))
        .env("H", PROGRAM)
        .env("HANDOUT_LIBRARY", "library")
        .env("SOURCE_DATE_EPOCH", "1795651200")
        .env_remove("HANDOUT_CLINIC")
        .output()
        .unwrap();
    Run {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[cfg(target_os = "linux")]
fn has_temporary_files(project: &TestProject, folder: &str) -> bool {
    let entries = fs::read_dir(project.path(folder)).unwrap();
    let mut names = entries.map(|entry| entry.unwrap().file_name());
    names.any(|name| name.to_string_lossy().ends_with(".tmp"))
}

#[cfg(target_os = "linux")]
#[test]
fn no_leaflet_goes_to_a_closed_stdout() {
    let project = TestProject::new();
    three_rows(&project);
    for command in ["generate visit -o -", "batch merge out -o -"] {
        let run = in_shell(&project, &format!("\"$H\" {command} >&-"));
        assert_eq!(run.code, Some(2), "{command}: {}", run.stderr);
        let message = "stdout: it is closed, or `/dev/null`";
        assert!(run.stderr.contains(message), "{}", run.stderr);
        let run = in_shell(&project, &format!("\"$H\" {command} >/dev/null"));
        assert_eq!(run.code, Some(0), "{command}: {}", run.stderr);
    }
    // `subprocess.DEVNULL` of Python is open to read and write.
    for command in [
        "list --json",
        "check visit --message-format json",
        "show visit",
    ] {
        let run = in_shell(&project, &format!("\"$H\" {command} 1<>/dev/null"));
        assert_eq!(run.code, Some(0), "{command}: {}", run.stderr);
        let run = in_shell(&project, &format!("\"$H\" {command} >/dev/full"));
        assert_eq!(run.code, Some(2), "{command}: {}", run.stderr);
    }
    for command in ["generate visit", "batch jobs.csv -o new", "check visit"] {
        let run = in_shell(&project, &format!("\"$H\" {command} >&-"));
        assert_eq!(run.code, Some(0), "{command}: {}", run.stderr);
    }
}

/// An archive of which one entry unpacks to megabytes of blanks.
#[cfg(target_os = "linux")]
fn archive(small: &[&str], large: &str, megabytes: usize) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let options = options.compression_method(zip::CompressionMethod::Deflated);
    for name in small {
        archive.start_file(*name, options).unwrap();
    }
    archive.start_file(large, options).unwrap();
    for _ in 0..megabytes {
        archive.write_all(&[b' '; 1024 * 1024]).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[cfg(target_os = "linux")]
#[test]
fn archive_that_grows_is_refused_in_little_memory() {
    let excel = ["[Content_Types].xml", "xl/workbook.xml"];
    for (file, small, large) in [
        ("jobs.xlsx", &excel[..], "xl/worksheets/sheet1.xml"),
        ("jobs.xlsx", &excel, "xl/sharedStrings.xml"),
        ("jobs.ods", &["mimetype"], "content.xml"),
    ] {
        let project = TestProject::new();
        let bytes = archive(small, large, 300);
        assert!(bytes.len() < 2 * 1024 * 1024, "{}", bytes.len());
        project.write(file, bytes);
        // A gigabyte, in kilobytes.
        let script = format!("ulimit -v 1048576; \"$H\" batch {file} --dry-run");
        let run = in_shell(&project, &script);
        assert_eq!(run.code, Some(1), "{file}: {}", run.stderr);
        let expected = "error[too-large]: the workbook is larger than 64 MB, or 256 MB unpacked";
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn limit_of_file_sizes_is_an_error_and_leaves_nothing_half_written() {
    let project = TestProject::new();
    let run = in_shell(&project, "ulimit -f 8; \"$H\" generate visit");
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(
        run.stderr.contains("cannot write `visit.pdf`"),
        "{}",
        run.stderr
    );
    assert_eq!(project.made(), [""; 0]);
    assert!(!has_temporary_files(&project, ""));

    project.write("jobs.csv", "handout\n".to_owned() + &"visit\n".repeat(30));
    let run = in_shell(&project, "ulimit -f 8; \"$H\" batch jobs.csv -o out");
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("`--resume`"), "{}", run.stderr);
    assert!(!has_temporary_files(&project, "out"));
    assert_eq!(project.leaflets("out").len(), 0);
    let run = project.batch(&["jobs.csv", "-o", "out", "--resume"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(project.leaflets("out").len(), 30);
}

#[cfg(target_os = "linux")]
#[test]
fn few_open_files_and_small_stacks_end_no_batch() {
    let project = TestProject::new();
    let logo = "name: C\nbrand: { logo: a.svg, logo_alt: A mark }\n";
    project.write(CLINIC, logo);
    fs::copy(
        project.path(SQUARE),
        project.path("library/clinics/example/a.svg"),
    )
    .unwrap();
    project.write("jobs.csv", "handout\n".to_owned() + &"visit\n".repeat(60));
    for (limits, code) in [
        ("ulimit -n 6", 2),
        ("ulimit -n 24", 0),
        ("export RUST_MIN_STACK=1", 0),
        ("ulimit -s 64", 0),
    ] {
        let script = format!("{limits}; \"$H\" batch jobs.csv -o out --overwrite --jobs 2");
        let run = in_shell(&project, &script);
        assert_eq!(run.code, Some(code), "{limits}: {}", run.stderr);
        if code == 0 {
            assert_eq!(project.leaflets("out").len(), 60, "{limits}");
        } else {
            assert!(run.stderr.contains("open only 6 files"), "{}", run.stderr);
        }
    }
}

#[test]
fn long_name_template_is_refused() {
    let project = TestProject::new();
    project.write("jobs.csv", "handout\nvisit\n");
    let run = project.batch(&["jobs.csv", "-o", "out", "--name", &"a".repeat(70_000)]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(
        run.stderr.contains("more than 4096 bytes"),
        "{}",
        run.stderr
    );
    assert!(!project.path("out").exists());
}

#[test]
fn bundle_that_is_too_large_is_announced_early() {
    let project = TestProject::new();
    // The unknown handout of row 41 ends the batch.
    let rows = "visit\n".repeat(40) + "vist\n" + &"visit\n".repeat(1_000_000);
    project.write("jobs.csv", "handout\n".to_owned() + &rows);
    let run = project.batch(&["jobs.csv", "--bundle", "all.pdf", "--max-errors", "1"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("the bundle probably needs"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("`--max-sheets`"), "{}", run.stderr);
}

#[test]
fn help_fits_the_fault_of_a_drawing() {
    let help = |body: &str| {
        let project = TestProject::new();
        let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>{body}</svg>");
        project.write(SQUARE, svg);
        refused(&project, "unsafe-image", "handout.yaml").stderr
    };
    let large = help("<path d='M0 0L1e30 9'/>");
    assert!(large.contains("fewer and simpler shapes"), "{large}");
    let script = help("<script/>");
    assert!(script.contains("without scripts"), "{script}");
}
