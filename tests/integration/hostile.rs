//! Bad input gives a finding and exit code 1, writes no file, and never panics.

use std::fs;

use crate::test_project::{Run, TestProject};

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
    let run = project.generate(&["visit"]);
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
        (
            "defaults: { language: English }",
            "unavailable-language",
            ":2:23",
        ),
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
