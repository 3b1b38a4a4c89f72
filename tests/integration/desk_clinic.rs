//! The Clinic screen writes what was changed into `clinic.yaml`, and nothing else anywhere. The first screen makes a
//! clinic, and new leaflets begin in its folder.

use std::fs;
use std::io::Write;

use crate::desk_program::{Answer, Desk, OWN, between, get, post, tried};
use crate::test_project::TestProject;

const CLINIC: &str = "# Ours, since 2019.
name: Small Clinic   # as on the door
phone: 01632 960 001
# Our colour comes from the hospital.
brand: { colour: \"#0f5c69\" }
emergency_number: \"999\"
defaults:
  paper: a4
text:
  en:
    shared:
      words: { tip: \"Our tip:\" }
";

fn desk_for(clinic: &str, arguments: &[&str]) -> Desk {
    let project = TestProject::new();
    project.write("c/clinic.yaml", clinic);
    Desk::start_in(project, &[&["-c", "c"], arguments].concat())
}

fn clinic_file(desk: &Desk) -> String {
    fs::read_to_string(desk.project.path("c/clinic.yaml")).unwrap()
}

/// Writes fields as the body of a form.
fn body(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| -> String {
        let bytes = text.bytes();
        bytes.map(|byte| format!("%{byte:02x}")).collect()
    };
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Returns the hidden fields of the screen: what it began with.
fn began(page: &str) -> Vec<(String, String)> {
    let unescaped = |text: &str| {
        text.replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    };
    page.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            let (value, _) = rest.split_once('"').unwrap();
            (name.to_owned(), unescaped(value))
        })
        .collect()
}

/// Sends the screen with some fields changed.
fn send(desk: &Desk, cookie: &str, page: &str, path: &str, changed: &[(&str, &str)]) -> Answer {
    let began = began(page);
    let hidden = began
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| changed.iter().all(|(other, _)| other != name));
    let fields: Vec<(&str, &str)> = hidden.chain(changed.iter().copied()).collect();
    post(desk, cookie, path, &body(&fields))
}

/// Opens the screen, and saves it with some fields changed.
fn save(desk: &Desk, cookie: &str, changed: &[(&str, &str)]) -> Answer {
    let page = get(desk, cookie, "/clinic");
    assert_eq!(page.status, 200);
    send(desk, cookie, &page.text(), "/clinic", changed)
}

/// Uploads a file as a logo, with fields of the form.
fn upload(desk: &Desk, cookie: &str, name: &str, file: &[u8], fields: &[(&str, &str)]) -> Answer {
    let mut body = Vec::new();
    for (field, value) in fields {
        write!(
            body,
            "--X\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        )
        .unwrap();
    }
    write!(
        body,
        "--X\r\nContent-Disposition: form-data; name=\"logo_file\"; filename=\"{name}\"\r\n\
         Content-Type: image/png\r\n\r\n"
    )
    .unwrap();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--X--\r\n");
    let mut stream = desk.connect();
    write!(
        stream,
        "POST /clinic/logo HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: multipart/form-data; boundary=X\r\n{cookie}\r\n{OWN}\r\n\r\n",
        desk.host,
        body.len()
    )
    .unwrap();
    // The program may refuse before it has read all.
    let _ = stream.write_all(&body);
    Answer::read(stream)
}

fn png(side: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = image::RgbImage::from_pixel(side, side, image::Rgb([20, 90, 100]));
    let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    pixels.write_with_encoder(encoder).unwrap();
    bytes
}

#[test]
fn saving_keeps_comments_and_order() {
    let desk = desk_for(CLINIC, &[]);
    let cookie = desk.session();
    let saved = save(
        &desk,
        &cookie,
        &[
            ("name", "Small Pain Clinic"),
            ("phone1", "01632 960 001"),
            ("phone2", "01632 960 002"),
            ("colour", "#3B4A9E"),
            ("paper", "letter"),
        ],
    );
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(saved.header("location"), Some("/clinic?saved=1"));
    let expected = CLINIC
        .replace("Small Clinic ", "Small Pain Clinic ")
        .replace(
            "phone: 01632 960 001",
            "phone: [\"01632 960 001\", \"01632 960 002\"]",
        )
        .replace("#0f5c69", "#3b4a9e")
        .replace("paper: a4", "paper: letter");
    assert_eq!(clinic_file(&desk), expected);
    let page = get(&desk, &cookie, "/clinic").text();
    assert!(page.contains("value=\"Small Pain Clinic\""), "{page}");

    let saved = save(
        &desk,
        &cookie,
        &[
            ("phone1", ""),
            ("phone2", ""),
            ("department", "Ward 3: \"North\" # first"),
        ],
    );
    assert_eq!(saved.status, 303, "{}", saved.text());
    let file = clinic_file(&desk);
    assert!(!file.contains("phone"), "{file}");
    assert!(file.starts_with("# Ours, since 2019.\nname: Small Pain Clinic   # as on the door\n"));
    assert!(
        file.ends_with("      words: { tip: \"Our tip:\" }\n") || file.contains("department"),
        "{file}"
    );
    let page = get(&desk, &cookie, "/clinic").text();
    assert!(
        page.contains("value=\"Ward 3: &quot;North&quot; # first\""),
        "{page}"
    );
    assert_eq!(desk.end(), "");
}

#[test]
fn values_are_saved_as_they_were_typed() {
    let desk = desk_for(CLINIC, &[]);
    let cookie = desk.session();
    for value in [
        "24",
        "yes, by day",
        "null and void",
        "~ 8 am",
        "1e3",
        "2027-01-01",
        "- a",
        "a: b",
        "it's",
        "say \"a\"",
        "[x",
        "\u{e5}",
        "0x1f",
        "@x",
        "%a",
        "| a",
    ] {
        for field in ["hours", "address", "department"] {
            let saved = save(&desk, &cookie, &[(field, value)]);
            assert_eq!(
                saved.status,
                303,
                "{field}: {value}: {}",
                clinic_file(&desk)
            );
            let page = get(&desk, &cookie, "/clinic").text();
            let shown = format!("name=\"{field}\" value=\"");
            let shown = between(&page, &shown, "\"");
            let expected = value.replace('"', "&quot;").replace('\'', "&#39;");
            assert!(
                shown == value || shown == expected,
                "{field}: {value}: {shown}"
            );
        }
    }
    assert!(clinic_file(&desk).contains("# Our colour comes from the hospital."));
}

#[test]
fn faults_are_shown_at_their_fields_and_save_nothing() {
    let desk = desk_for(CLINIC, &[]);
    let cookie = desk.session();
    for (field, value, words) in [
        ("name", "  ", "Write the name that patients know"),
        ("phone1", "call us", "Write the number to call"),
        ("emergency", "ask", "Write the number to call"),
        ("email", "desk", "Write an email address"),
        (
            "website",
            "clinic.example",
            "Write the whole address: https://clinic.example",
        ),
        ("website", "javascript:alert(1)", "Write an address"),
        ("colour", "teal", "Write a colour"),
        ("edition", "large-print", "does not fit"),
        ("language", "xx-nowhere", ""),
        ("paper", "a3", ""),
    ] {
        let paper = ("paper", if field == "edition" { "a5" } else { "a4" });
        let changed = [(field, value), paper];
        let changed = if field == "paper" {
            &changed[..1]
        } else {
            &changed[..]
        };
        let answer = save(&desk, &cookie, changed);
        assert_eq!(answer.status, 422, "{field}: {}", clinic_file(&desk));
        let text = answer.text();
        assert!(text.contains("<title>Error: Clinic"), "{field}");
        assert!(
            text.contains("Not saved: look at what is marked"),
            "{field}"
        );
        if !words.is_empty() {
            let start = format!("id=\"{field}-e\" data-part>");
            let fault = between(&text, &start, "</div>");
            assert!(
                fault.contains("class=\"err\"") && fault.contains(words),
                "{field}: {fault}"
            );
        }
        assert_eq!(clinic_file(&desk), CLINIC, "{field}");
    }
    let page = get(&desk, &cookie, "/clinic").text();
    let hostile = "\"><script>alert(1)</script>";
    let preview = send(
        &desk,
        &cookie,
        &page,
        "/clinic/preview",
        &[("department", hostile)],
    );
    assert_eq!(preview.status, 200);
    assert!(
        !preview.text().contains("<script>alert"),
        "{}",
        preview.text()
    );
    assert!(preview.text().contains("Not saved yet: department"));
    assert_eq!(clinic_file(&desk), CLINIC);
}

#[test]
fn preview_shows_the_verdict_and_saves_nothing() {
    let desk = desk_for(CLINIC, &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/clinic").text();
    let preview = |changed: &[(&str, &str)]| {
        let answer = send(&desk, &cookie, &page, "/clinic/preview", changed);
        assert_eq!(answer.status, 200);
        answer.text()
    };
    let pale = preview(&[("colour", "1b95a8"), ("name", "Other Clinic")]);
    assert!(pale.contains("3.2 to 1, too pale to read"), "{pale}");
    assert!(pale.contains("Use #005c69") && pale.contains("value=\"Other Clinic\""));
    assert!(pale.contains("data:image/svg+xml;base64,"));
    let corrected = preview(&[("colour", "#1b95a8"), ("do", "use-colour #005c69")]);
    assert!(
        corrected.contains("name=\"colour\" value=\"#005c69\""),
        "{corrected}"
    );
    let red = preview(&[("colour", "#c8102e")]);
    assert!(red.contains("Red is kept for emergencies"));
    let more = preview(&[("do", "add-phone")]);
    assert!(more.contains("Telephone 3"));
    let undone = preview(&[("name", "Other"), ("do", "undo")]);
    assert!(undone.contains("No changes") && undone.contains("value=\"Small Clinic\""));
    assert_eq!(clinic_file(&desk), CLINIC);
    assert_eq!(desk.end(), "");
}

#[test]
fn changes_of_others_are_shown_and_not_overwritten() {
    let desk = desk_for(CLINIC, &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/clinic").text();
    // Another text of the same file is nobody's business.
    let file = CLINIC.replace("Our tip:", "A tip:");
    desk.project.write("c/clinic.yaml", &file);
    let saved = send(&desk, &cookie, &page, "/clinic", &[("department", "North")]);
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert!(clinic_file(&desk).contains("A tip:") && clinic_file(&desk).contains("North"));

    let page = get(&desk, &cookie, "/clinic").text();
    let theirs = clinic_file(&desk)
        .replace("01632 960 001", "01632 960 777")
        .replace("Small Clinic", "Their Clinic");
    desk.project.write("c/clinic.yaml", &theirs);
    let conflict = send(&desk, &cookie, &page, "/clinic", &[("name", "My Clinic")]);
    assert_eq!(conflict.status, 409);
    assert_eq!(clinic_file(&desk), theirs);
    let text = conflict.text();
    assert!(
        text.contains("Somebody else changed the clinic meanwhile"),
        "{text}"
    );
    for words in [
        "Small Clinic",
        "Their Clinic",
        "My Clinic",
        "01632 960 001",
        "01632 960 777",
    ] {
        assert!(text.contains(words), "{words}");
    }
    // What the person did not touch is theirs.
    assert!(
        text.contains("name=\"phone1\" value=\"01632 960 777\""),
        "{text}"
    );
    let taken = send(
        &desk,
        &cookie,
        &text,
        "/clinic/preview",
        &[("name", "My Clinic"), ("do", "take name")],
    );
    assert!(
        taken
            .text()
            .contains("name=\"name\" value=\"Their Clinic\"")
    );
    let saved = send(&desk, &cookie, &text, "/clinic", &[("name", "My Clinic")]);
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(
        clinic_file(&desk),
        theirs.replace("Their Clinic", "My Clinic")
    );
}

#[test]
fn logo_is_written_under_a_name_of_the_program() {
    let desk = desk_for(CLINIC, &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/clinic").text();
    desk.project.write("c/logo.png", "mine");
    let answer = upload(
        &desk,
        &cookie,
        "../../evil.png",
        &png(400),
        &[("logo_alt", "A square")],
    );
    assert_eq!(answer.status, 200);
    let text = answer.text();
    assert!(
        text.contains("PNG, 400 × 400 pixels") && text.contains("It prints well"),
        "{text}"
    );
    assert!(!text.contains("evil"), "{text}");
    assert!(text.contains("Not saved yet"), "{text}");
    let draft = between(&text, "name=\"logo\" value=\"", "\"").to_owned();
    assert_eq!(draft.len(), 64);
    let files = || {
        let names = fs::read_dir(desk.project.path("c")).unwrap();
        let mut names: Vec<String> = names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(files(), ["clinic.yaml", "logo.png"]);
    let unlabelled = send(&desk, &cookie, &page, "/clinic", &[("logo", &draft)]);
    assert_eq!(unlabelled.status, 422);
    assert!(unlabelled.text().contains("Say what the logo shows"));
    let fields = [("logo", draft.as_str()), ("logo_alt", "A square")];
    let saved = send(&desk, &cookie, &page, "/clinic", &fields);
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(files(), ["clinic.yaml", "logo-2.png", "logo.png"]);
    assert_eq!(
        fs::read(desk.project.path("c/logo-2.png")).unwrap(),
        png(400)
    );
    let file = clinic_file(&desk);
    assert!(
        file.contains("logo: ") && file.contains("logo-2.png") && file.contains("A square"),
        "{file}"
    );
    let page = get(&desk, &cookie, "/clinic?saved=1").text();
    assert!(page.contains("<span>Saved"), "{page}");
    assert_eq!(get(&desk, &cookie, "/logo.svg").status, 200);

    let left_out = save(&desk, &cookie, &[("logo", "none")]);
    assert_eq!(left_out.status, 303, "{}", left_out.text());
    assert_eq!(clinic_file(&desk), CLINIC);
    assert_eq!(files(), ["clinic.yaml", "logo-2.png", "logo.png"]);
    let forgotten = save(
        &desk,
        &cookie,
        &[("logo", &"0".repeat(64)), ("logo_alt", "x")],
    );
    assert_eq!(forgotten.status, 422);
    assert!(forgotten.text().contains("The file was forgotten"));
}

#[test]
fn hostile_and_coarse_logos_are_refused_or_reported() {
    let desk = desk_for(CLINIC, &[]);
    let cookie = desk.session();
    let svg = |body: &str| {
        format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>{body}</svg>")
            .into_bytes()
    };
    let mut cut = png(64);
    cut.truncate(60);
    for (name, file, words) in [
        (
            "logo.png",
            b"#!/bin/sh\nrm -rf /\n".to_vec(),
            "no picture that can be printed",
        ),
        ("logo.png", Vec::new(), "Choose a file first"),
        ("logo.png", cut, "cut off"),
        ("logo.svg", svg("<script>alert(1)</script>"), "not safe"),
        (
            "logo.svg",
            svg("<image href='file:///etc/passwd' width='9' height='9'/>"),
            "not safe",
        ),
        (
            "logo.html",
            b"<!DOCTYPE html><svg xmlns='http://www.w3.org/2000/svg'></svg>".to_vec(),
            "SVG, PNG or JPEG",
        ),
    ] {
        let answer = upload(&desk, &cookie, name, &file, &[("logo_alt", "A logo")]);
        assert_eq!(answer.status, 200, "{words}");
        let text = answer.text();
        let fault = between(&text, "id=\"logo-e\" data-part>", "</div>");
        assert!(fault.contains(words), "{words}: {fault}");
        assert!(text.contains("name=\"logo\" value=\"keep\""), "{words}");
        assert!(!text.contains("<script>alert"), "{text}");
    }
    let coarse = upload(&desk, &cookie, "a.png", &png(20), &[("logo_alt", "A logo")]).text();
    assert!(coarse.contains("it looks coarse"), "{coarse}");
    let middle = upload(&desk, &cookie, "a.png", &vec![0; 3 << 20], &[]);
    assert!(middle.text().contains("no picture that can be printed"));
    let large = upload(&desk, &cookie, "a.png", &vec![0; 22 << 20], &[]);
    assert_eq!(large.status, 413);
    assert!(large.text().contains("too large"), "{}", large.text());
    // The other forms keep their limit.
    let form = post(
        &desk,
        &cookie,
        "/clinic",
        &format!("name={}", "a".repeat(1 << 20)),
    );
    assert_eq!(form.status, 413);
    assert_eq!(desk.project.made().len(), 1, "{:?}", desk.project.made());
}

#[test]
fn emergency_number_is_checked_by_a_person() {
    let desk = desk_for(CLINIC, &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/clinic").text();
    assert!(page.contains("Not checked yet"), "{page}");
    for (by, on, words) in [
        ("Dr A. Example", "tomorrow", "Write the day of the check"),
        (
            "Dr A. Example",
            "24 December 2026",
            "This day is not over yet",
        ),
    ] {
        let check = [("checked_by", by), ("checked_on", on), ("sign", "yes")];
        let answer = save(&desk, &cookie, &check);
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains(words), "{words}");
    }
    // Without a name, nothing is recorded, and it says so.
    for by in ["", " "] {
        let check = [("checked_by", by), ("sign", "yes"), ("department", "Pain")];
        let answer = save(&desk, &cookie, &check);
        assert_eq!(answer.status, 422);
        let page = answer.text();
        for words in [
            "Not saved: look at what is marked.",
            "The check is not recorded yet. Write the name",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert_eq!(clinic_file(&desk), CLINIC);
    }
    save(&desk, &cookie, &[("department", "")]);
    // Only the button for it signs the check, also after it was refused for another field.
    let check = [
        ("checked_by", "Dr A. Example"),
        ("checked_on", "20 November 2026"),
    ];
    let refused = [check.as_slice(), &[("sign", "yes"), ("email", "desk")]].concat();
    assert_eq!(save(&desk, &cookie, &refused).status, 422);
    let plain = [check.as_slice(), &[("email", "")]].concat();
    assert_eq!(save(&desk, &cookie, &plain).status, 303);
    assert!(!desk.project.path("c/clinic.lock").exists());
    let page = get(&desk, &cookie, "/clinic?saved=1").text();
    for part in [
        "Not checked yet",
        "name=\"checked_by\" value=\"Dr A. Example\"",
        "name=\"sign\" value=\"yes\">Save with this check",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let signed = [check.as_slice(), &[("sign", "yes")]].concat();
    let saved = save(&desk, &cookie, &signed);
    assert_eq!(saved.status, 303, "{}", saved.text());
    let lock = fs::read_to_string(desk.project.path("c/clinic.lock")).unwrap();
    assert!(
        lock.contains("by: Dr A. Example") && lock.contains("2026-11-20"),
        "{lock}"
    );
    let page = get(&desk, &cookie, "/clinic").text();
    let state = "Checked by Dr A. Example on 20\u{a0}November 2026";
    assert!(page.contains(state), "{page}");
    let again = send(
        &desk,
        &cookie,
        &page,
        "/clinic/preview",
        &[("do", "check-again")],
    )
    .text();
    assert!(again.contains("name=\"checked_by\""), "{again}");
    let saved = save(&desk, &cookie, &[("emergency", "112")]);
    assert_eq!(saved.status, 303, "{}", saved.text());
    let page = get(&desk, &cookie, "/clinic").text();
    assert!(
        page.contains("Not checked: it was 999 when Dr A. Example checked it"),
        "{page}"
    );
    assert_eq!(clinic_file(&desk), CLINIC.replace("999", "112"));
}

#[test]
fn read_only_desk_changes_nothing() {
    let desk = desk_for(CLINIC, &["--read-only"]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/clinic").text();
    assert!(page.contains("You can look, and not change"), "{page}");
    assert!(!page.contains(">Save</button>"), "{page}");
    let answer = send(&desk, &cookie, &page, "/clinic", &[("name", "Other")]);
    assert_eq!(answer.status, 403);
    let uploaded = upload(&desk, &cookie, "a.png", &png(64), &[("logo_alt", "A")]).text();
    let draft = between(&uploaded, "name=\"logo\" value=\"", "\"").to_owned();
    let answer = send(
        &desk,
        &cookie,
        &page,
        "/clinic",
        &[("logo", &draft), ("logo_alt", "A")],
    );
    assert_eq!(answer.status, 403);
    let fields = body(&[("title", "Ours"), ("begin", "frame")]);
    assert_eq!(post(&desk, &cookie, "/leaflets/new", &fields).status, 403);
    assert_eq!(desk.project.made(), ["c/clinic.yaml"]);
    assert_eq!(clinic_file(&desk), CLINIC);
}

#[test]
fn first_screen_makes_a_clinic_in_a_new_folder_only() {
    let desk = Desk::start_without_clinic(TestProject::new(), &[]);
    let cookie = desk.session();
    let home = get(&desk, &cookie, "/");
    assert_eq!(
        (home.status, home.header("location")),
        (303, Some("/welcome"))
    );
    let welcome = get(&desk, &cookie, "/welcome").text();
    assert!(
        welcome.contains("Welcome. Whose leaflets are these?"),
        "{welcome}"
    );
    let path = |name: &str| desk.project.path(name).display().to_string();
    desk.project.write("full/note.txt", "mine");
    let before = desk.project.made();
    let outside = path("new");
    for (name, emergency, folder, words) in [
        (
            "",
            "999",
            outside.clone(),
            "Write the name that patients know",
        ),
        ("Ours", "ask", outside.clone(), "Write the number to call"),
        ("Ours", "999", path("full"), "other files"),
        ("Ours", "999", path("no/such"), "There is no folder"),
        ("Ours", "999", "new".to_owned(), "the whole path"),
        ("Ours", "999", format!("{outside}/../x"), "the whole path"),
        ("Ours", "999", path("full/note.txt"), "a file of this name"),
    ] {
        let fields = [
            ("name", name),
            ("emergency", emergency),
            ("folder", &folder),
        ];
        let answer = post(&desk, &cookie, "/welcome", &body(&fields));
        assert_eq!(answer.status, 422, "{words}");
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
        assert_eq!(desk.project.made(), before, "{words}");
    }
    let preview = post(
        &desk,
        &cookie,
        "/welcome/preview",
        &body(&[("name", "Quay & Co")]),
    );
    assert!(
        preview.text().contains("Quay &amp; Co") && preview.text().contains("data:image/svg+xml")
    );

    let around = get(&desk, &cookie, "/?look=around").text();
    assert!(
        around.contains("This is the example clinic, not yours"),
        "{around}"
    );
    assert_eq!(get(&desk, &cookie, "/").status, 200);
    assert!(
        get(&desk, &cookie, "/clinic")
            .text()
            .contains("Make your clinic")
    );

    let fields = [
        ("name", "Quay: \"North\""),
        ("phone", "01632 960 410"),
        ("emergency", "999"),
        ("folder", &outside),
    ];
    let made = post(&desk, &cookie, "/welcome", &body(&fields));
    assert_eq!(made.status, 303, "{}", made.text());
    let next = made.header("location").unwrap().to_owned();
    assert!(
        get(&desk, &cookie, &next)
            .text()
            .contains("handout serve --clinic")
    );
    let leaflets = get(&desk, &cookie, "/").text();
    assert!(leaflets.contains("Quay: &quot;North&quot;"), "{leaflets}");
    assert!(!leaflets.contains("example clinic"));
    let file = fs::read_to_string(desk.project.path("new/clinic.yaml")).unwrap();
    assert!(
        file.contains("phone: \"01632 960 410\"") && file.contains("emergency_number: \"999\""),
        "{file}"
    );
    let again = post(&desk, &cookie, "/welcome", &body(&fields));
    assert_eq!((again.status, again.header("location")), (303, Some("/")));
    assert_eq!(desk.end(), "");
}

#[test]
fn first_screen_opens_a_clinic_that_exists() {
    let project = TestProject::new();
    project.write("c/clinic.yaml", CLINIC);
    project.write("faulty/clinic.yaml", "name: [\n");
    let desk = Desk::start_without_clinic(project, &["--read-only"]);
    let cookie = desk.session();
    let open = |folder: String| {
        post(
            &desk,
            &cookie,
            "/welcome/open",
            &body(&[("existing", &folder)]),
        )
    };
    let path = |name: &str| desk.project.path(name).display().to_string();
    for folder in [
        path("library"),
        path("faulty"),
        "c".to_owned(),
        String::new(),
    ] {
        let answer = open(folder);
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("class=\"err\""), "{}", answer.text());
    }
    let fields = body(&[("name", "A"), ("folder", &path("new"))]);
    let refused = post(&desk, &cookie, "/welcome", &fields);
    assert_eq!(refused.status, 422);
    assert!(!desk.project.path("new").exists());
    assert_eq!(open(path("c")).status, 303);
    assert!(get(&desk, &cookie, "/").text().contains("Small Clinic"));
}

#[test]
fn own_leaflets_begin_in_the_clinics_folder() {
    let desk = desk_for(CLINIC, &[]);
    let cookie = desk.session();
    assert!(
        get(&desk, &cookie, "/")
            .text()
            .contains("Start a leaflet of your own")
    );
    assert_eq!(get(&desk, &cookie, "/leaflets/new").status, 200);
    let make = |fields: &[(&str, &str)]| post(&desk, &cookie, "/leaflets/new", &body(fields));
    for (fields, words) in [
        (vec![("title", " ")], "Write the title"),
        (vec![("title", "{{clinic.name}}")], "without braces"),
        (vec![("title", "A"), ("audience", "B\nC")], "on one line"),
        (
            vec![("title", "A"), ("begin", "copy"), ("leaflet", "../c")],
            "Choose a leaflet of the list",
        ),
        (
            vec![("title", "A"), ("begin", "copy")],
            "Choose a leaflet of the list",
        ),
    ] {
        let answer = make(&fields);
        assert_eq!(answer.status, 422, "{words}");
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
    }
    assert_eq!(desk.project.made(), ["c/clinic.yaml"]);

    let frame = [
        ("title", "Our classes: \"what\" to bring"),
        ("audience", "For adults"),
        ("begin", "frame"),
    ];
    let made = make(&frame);
    assert_eq!(made.status, 303, "{}", made.text());
    assert!(
        made.header("location")
            .unwrap()
            .starts_with("/leaflets/our-classes-what-to-bring")
    );
    let text = fs::read_to_string(
        desk.project
            .path("c/our-classes-what-to-bring/text/en.yaml"),
    )
    .unwrap();
    assert!(
        text.contains("title: \"Our classes: \\\"what\\\" to bring\"\nsubtitle: \"For adults\"\n"),
        "{text}"
    );
    // It is a draft until its sample words are replaced.
    let address = "/leaflets/our-classes-what-to-bring";
    let page = get(&desk, &cookie, address).text();
    for part in [
        "id=\"print\" disabled",
        "This sample text is still there",
        "<img src=\"/leaflets/our-classes-what-to-bring/pages/1?",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        page.contains("<h1>Our classes: “what” to bring</h1>"),
        "{page}"
    );
    for path in ["print", "pile"] {
        let refused = post(&desk, &cookie, &format!("{address}/{path}"), "copies=1");
        assert_eq!(refused.status, 422, "{path}");
    }
    let file = get(&desk, &cookie, &format!("{address}/files/x.pdf"));
    assert_eq!(file.status, 422);
    let key = "our-classes-what-to-bring.short-answer.body";
    let words = get(&desk, &cookie, &format!("{address}/words/{key}")).text();
    assert!(words.contains("This sample text is still there"), "{words}");
    let library = tried(&desk, &cookie, "/");
    assert!(library.contains("Cannot be printed yet"), "{library}");
    let definition = desk
        .project
        .path("c/our-classes-what-to-bring/handout.yaml");
    let definition = fs::read_to_string(definition).unwrap();
    assert!(
        definition.contains("\n#reviewed: ") && definition.contains("\nreview_by: 2027-02-19\n"),
        "{definition}"
    );
    let again = make(&frame);
    assert_eq!(again.status, 422);
    assert!(
        again
            .text()
            .contains("There is a leaflet “Our classes: &quot;what&quot; to bring” already."),
        "{}",
        again.text()
    );
    let as_id = make(&[("title", "Visit"), ("begin", "frame")]);
    assert_eq!(as_id.status, 422);
    assert!(
        as_id
            .text()
            .contains("This is the ID of the leaflet “Your visit”."),
        "{}",
        as_id.text()
    );
    // A folder of this name is no leaflet, and stays as it is.
    fs::create_dir(desk.project.path("c/our-room")).unwrap();
    let made = make(&[("title", "Our room"), ("begin", "frame")]);
    assert!(
        made.header("location")
            .unwrap()
            .starts_with("/leaflets/our-room-2")
    );

    // Footers of the copy have its own title.
    desk.project.change(
        "library/visit/text/en.yaml",
        "welcome:\n",
        "short-title: Old words\nwelcome:\n",
    );
    let copy = [("title", "New"), ("begin", "copy"), ("leaflet", "visit")];
    let made = make(&copy);
    assert_eq!(made.status, 303, "{}", made.text());
    let read = |path: &str| fs::read_to_string(desk.project.path(path)).unwrap();
    let definition = read("c/new-leaflet/handout.yaml");
    assert!(
        definition.starts_with("id: new-leaflet\nversion: 0.1.0\nreview_by: 2027-02-19\n"),
        "{definition}"
    );
    assert!(read("c/new-leaflet/text/en.yaml").starts_with("title: New\nwelcome:\n"));
    assert!(
        desk.project
            .path("c/new-leaflet/figures/square.svg")
            .is_file()
    );
    let leaflets = get(&desk, &cookie, "/?show=own").text();
    assert!(
        leaflets.contains("Our own 3") && leaflets.contains("3 leaflets"),
        "{leaflets}"
    );
    assert_eq!(get(&desk, &cookie, "/leaflets/new-leaflet").status, 200);
    assert_eq!(
        get(&desk, &cookie, "/leaflets/new-leaflet/pages/1").status,
        200
    );
    assert_eq!(desk.end(), "");
}

#[test]
fn dates_that_could_be_two_days_are_asked_about() {
    let project = TestProject::new();
    project.change(
        "library/visit/handout.yaml",
        "data: [patient.first_name]",
        "data: [{ visit.date: date }]",
    );
    project.change(
        "library/visit/text/en.yaml",
        "Dear {{patient.first_name}}, we are glad that you come.",
        "We see you on {{visit.date}}.",
    );
    project.write("c/clinic.yaml", "name: Small Clinic\n");
    let desk = Desk::start_in(project, &["-c", "c"]);
    let cookie = desk.session();
    let show =
        |fields: &[(&str, &str)]| post(&desk, &cookie, "/leaflets/visit", &body(fields)).text();
    let asked = show(&[("visit.date", "3/4/2027")]);
    assert!(asked.contains("Which day is meant?"), "{asked}");
    assert!(asked.contains("3\u{a0}April 2027") && asked.contains("4\u{a0}March 2027"));
    assert!(!asked.contains("Download PDF"), "{asked}");
    let meant = show(&[("visit.date", "3/4/2027"), ("meant:visit.date", "mdy")]);
    assert!(
        meant.contains("Prints as 4\u{a0}March 2027") && meant.contains("Download PDF"),
        "{meant}"
    );
    assert!(meant.contains("value=\"3/4/2027\""), "{meant}");
    let past = show(&[("visit.date", "13/4/2025")]);
    assert!(
        past.contains("Prints as 13\u{a0}April 2025. This day is in the past"),
        "{past}"
    );
    desk.project.write(
        "c/clinic.yaml",
        "name: Small Clinic\ndefaults: { date_order: dmy }\n",
    );
    let certain = show(&[("visit.date", "3/4/2027")]);
    assert!(
        certain.contains("Prints as 3\u{a0}April 2027") && !certain.contains("Which day is meant?"),
        "{certain}"
    );
}

#[test]
fn what_was_typed_survives_a_reload_and_is_not_on_disk() {
    let desk = desk_for(CLINIC, &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/clinic").text();
    let typed = [
        ("name", "Quayside"),
        ("phone1", "01632 960 002"),
        ("phone2", "01632 960 003"),
    ];
    let seen = send(&desk, &cookie, &page, "/clinic/preview", &typed).text();
    for page in [seen, get(&desk, &cookie, "/clinic").text()] {
        for value in [
            "value=\"Quayside\"",
            "value=\"01632 960 003\"",
            "Not saved yet: name of the clinic, telephone",
        ] {
            assert!(page.contains(value), "{value}: {page}");
        }
    }
    // A faulty file takes nothing away.
    let typed = [("name", "Quayside"), ("hours", "Mondays")];
    desk.project
        .write("c/clinic.yaml", format!("{CLINIC}- [\n"));
    let refused = send(&desk, &cookie, &page, "/clinic", &typed);
    assert_eq!(refused.status, 422);
    desk.project.write("c/clinic.yaml", CLINIC);
    let page = get(&desk, &cookie, "/clinic").text();
    assert!(
        page.contains("Not saved yet: name of the clinic, opening hours"),
        "{page}"
    );
    assert_eq!(clinic_file(&desk), CLINIC);
    // Somebody else changes the same value meanwhile. Both are shown after the reload.
    let theirs = CLINIC.replace("Small Clinic", "Harbour Clinic");
    desk.project.write("c/clinic.yaml", &theirs);
    let page = get(&desk, &cookie, "/clinic").text();
    assert!(
        page.contains("Somebody else changed the clinic meanwhile"),
        "{page}"
    );
    assert!(
        page.contains("Harbour Clinic") && page.contains("value=\"Quayside\""),
        "{page}"
    );
    let undone = send(&desk, &cookie, &page, "/clinic/preview", &[("do", "undo")]).text();
    let page = get(&desk, &cookie, "/clinic").text();
    for page in [undone, page] {
        assert!(
            page.contains("No changes") && !page.contains("Quayside"),
            "{page}"
        );
    }
    assert_eq!(clinic_file(&desk), theirs);
    let saved = save(&desk, &cookie, &[("name", "Quayside")]);
    assert_eq!(saved.status, 303);
    assert!(get(&desk, &cookie, "/clinic").text().contains("No changes"));
}

#[test]
fn a_preview_does_not_hide_what_others_changed() {
    let desk = desk_for(CLINIC, &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/clinic").text();
    let theirs = CLINIC.replace("Small Clinic", "Harbour Clinic");
    desk.project.write("c/clinic.yaml", &theirs);
    // The preview of each key comes after the other change, and before Save.
    let typed = [("name", "Quayside")];
    let seen = send(&desk, &cookie, &page, "/clinic/preview", &typed).text();
    let refused = send(&desk, &cookie, &seen, "/clinic", &typed);
    assert_eq!(refused.status, 409);
    let page = refused.text();
    assert!(
        page.contains("Harbour Clinic") && page.contains("value=\"Quayside\""),
        "{page}"
    );
    assert_eq!(clinic_file(&desk), theirs);
}

#[test]
fn a_clinic_that_is_not_saved_leaves_no_logo() {
    let desk = desk_for(CLINIC, &[]);
    let cookie = desk.session();
    let alt = ("logo_alt", "A square");
    let uploaded = upload(&desk, &cookie, "a.png", &png(64), &[alt]).text();
    let draft = between(&uploaded, "name=\"logo\" value=\"", "\"").to_owned();
    let files = || {
        let files = fs::read_dir(desk.project.path("c")).unwrap();
        let mut files: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        files.sort();
        files
    };
    let page = get(&desk, &cookie, "/clinic").text();
    assert!(page.contains(&draft), "{page}");
    let fields = [("name", "Quayside"), ("logo", draft.as_str()), alt];
    desk.project.write(
        "c/clinic.yaml",
        CLINIC.replace("Small Clinic", "Harbour Clinic"),
    );
    let refused = send(&desk, &cookie, &page, "/clinic", &fields);
    assert_eq!(refused.status, 409);
    assert_eq!(files(), ["clinic.yaml"]);
    // The logo is still in the form, and is saved with it.
    let page = refused.text();
    assert!(page.contains(&draft), "{page}");
    assert_eq!(send(&desk, &cookie, &page, "/clinic", &fields).status, 303);
    assert_eq!(files(), ["clinic.yaml", "logo.png"]);
    let file = clinic_file(&desk);
    assert!(
        file.contains("name: Quayside") && file.contains("logo.png"),
        "{file}"
    );
}

const PRINTERS: &str = "# Ours
name: Small Clinic
printers: # on each floor
  # by the door
  - name: Reception # loud
    address: ipp://server/printers/reception
    sides: two
  - { name: Ward, address: \"ipp://server/printers/ward\", staple: true } # upstairs
emergency_number: \"999\"
";

/// Returns the fields of a printer.
fn printer(number: usize, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let name = |part: &str| format!("printer{number}_{part}");
    let fields = fields.iter();
    fields
        .map(|(part, value)| (name(part), (*value).to_owned()))
        .collect()
}

/// Opens the screen, and saves it with these printers.
fn save_printers(desk: &Desk, cookie: &str, printers: &[Vec<(String, String)>]) -> Answer {
    let count = printers.len().to_string();
    let fields = printers.iter().flatten();
    let fields = fields.map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = fields.chain([("printers", count.as_str())]).collect();
    save(desk, cookie, &fields)
}

#[test]
fn printers_are_changed_where_they_stand() {
    let desk = desk_for(PRINTERS, &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/clinic").text();
    for part in [
        "value=\"ipp://server/printers/reception\"",
        "<option value=\"two\" selected>Both sides</option>",
        "name=\"printer2_staple\" value=\"yes\" checked",
        "Leave out printer 2",
        "Add a printer",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let reception = [
        ("from", "0"),
        ("name", "Front desk"),
        ("address", "ipp://server/printers/reception"),
        ("sides", ""),
        ("tray", "tray-2"),
        ("staple", "yes"),
    ];
    let ward = [
        ("from", "1"),
        ("name", "Ward"),
        ("address", "ipp://server/printers/ward"),
        ("fold", "yes"),
    ];
    let cellar = [
        ("name", "Cellar: \"old\""),
        ("address", "ipps://10.0.0.7"),
        ("sides", "two-short"),
    ];
    let all = [
        printer(1, &reception),
        printer(2, &ward),
        printer(3, &cellar),
    ];
    let saved = save_printers(&desk, &cookie, &all);
    assert_eq!(saved.status, 303, "{}", saved.text());
    let expected = "# Ours
name: Small Clinic
printers: # on each floor
  # by the door
  - name: Front desk # loud
    address: ipp://server/printers/reception
    tray: \"tray-2\"
    staple: true
  - { name: Ward, address: \"ipp://server/printers/ward\", staple: false, fold: true } # upstairs
  - { name: \"Cellar: \\\"old\\\"\", address: \"ipps://10.0.0.7\", sides: \"two-short\" }
emergency_number: \"999\"
";
    assert_eq!(clinic_file(&desk), expected);
    let page = get(&desk, &cookie, "/leaflets/visit").text();
    assert!(page.contains(">Front desk</option>"), "{page}");

    // One is left out, and the others keep their lines.
    let cellar = [cellar.as_slice(), &[("from", "2")]].concat();
    let saved = save_printers(&desk, &cookie, &[printer(1, &ward), printer(2, &cellar)]);
    assert_eq!(saved.status, 303, "{}", saved.text());
    let file = clinic_file(&desk);
    assert!(
        file.contains("staple: false, fold: true } # upstairs\n") && !file.contains("Front desk"),
        "{file}"
    );
    assert_eq!(save_printers(&desk, &cookie, &[]).status, 303);
    assert_eq!(
        clinic_file(&desk),
        "# Ours\nname: Small Clinic\nemergency_number: \"999\"\n"
    );
    let saved = save_printers(&desk, &cookie, &[printer(1, &cellar[..2])]);
    assert_eq!(saved.status, 303, "{}", saved.text());
    let file = clinic_file(&desk);
    assert!(file.contains("printers:\n  - { name:"), "{file}");
}

#[test]
fn faulty_printers_are_said_at_their_fields() {
    let desk = desk_for(PRINTERS, &[]);
    let cookie = desk.session();
    let good = [
        ("from", "0"),
        ("name", "Reception"),
        ("address", "ipp://server/printers/reception"),
        ("sides", "two"),
    ];
    for (fields, field, words) in [
        (
            [("name", ""), ("address", "ipp://a/b"), ("tray", "")],
            "printer2_name",
            "Write the name that staff know",
        ),
        (
            [("name", "A"), ("address", "server/b"), ("tray", "")],
            "printer2_address",
            "as in ipp://printserver/printers/reception",
        ),
        (
            [
                ("name", "reception"),
                ("address", "ipp://a/b"),
                ("tray", ""),
            ],
            "printer2_name",
            "Two printers have the name",
        ),
    ] {
        let page = save_printers(&desk, &cookie, &[printer(1, &good), printer(2, &fields)]);
        assert_eq!(page.status, 422, "{words}");
        let page = page.text();
        let faults = between(&page, &format!("id=\"{field}-e\" data-part>"), "</div>");
        assert!(faults.contains(words), "{words}: {faults}");
    }
    assert_eq!(clinic_file(&desk), PRINTERS);
    // Buttons change the form, and save nothing.
    let page = get(&desk, &cookie, "/clinic").text();
    let act =
        |action: &str| send(&desk, &cookie, &page, "/clinic/preview", &[("do", action)]).text();
    let added = act("add-printer");
    assert!(added.contains("<legend>Printer 3</legend>"), "{added}");
    assert_eq!(clinic_file(&desk), PRINTERS);
}

#[test]
fn a_conflict_keeps_and_shows_the_settings_of_printers() {
    let desk = desk_for(PRINTERS, &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/clinic").text();
    let theirs = PRINTERS.replace("name: Ward", "name: Wards");
    assert_ne!(theirs, PRINTERS);
    desk.project.write("c/clinic.yaml", &theirs);
    let reception = [
        ("from", "0"),
        ("name", "Reception"),
        ("address", "ipp://server/printers/reception"),
        ("sides", "one"),
        ("tray", "tray-9"),
        ("fold", "yes"),
    ];
    let ward = [
        ("from", "1"),
        ("name", "Ward"),
        ("address", "ipp://server/printers/ward"),
        ("staple", "yes"),
    ];
    let printers = [printer(1, &reception), printer(2, &ward)].concat();
    let fields: Vec<(&str, &str)> = printers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain([("printers", "2")])
        .collect();
    let answer = send(&desk, &cookie, &page, "/clinic", &fields);
    assert_eq!(answer.status, 409);
    let page = answer.text();
    let row = between(&page, "<th scope=\"row\">Printers</th>", "</tr>");
    let own = "Reception (ipp://server/printers/reception, one side, tray tray-9, folded)";
    assert!(row.contains(own) && !row.contains("not changed"), "{row}");
    assert!(row.contains("Wards ("), "{row}");
    assert!(
        page.contains("name=\"printer1_tray\" value=\"tray-9\""),
        "{page}"
    );
    assert_eq!(clinic_file(&desk), theirs);
}

#[test]
fn post_defaults_are_saved_and_checked() {
    let desk = desk_for(CLINIC, &[]);
    let cookie = desk.session();
    let refused = save(&desk, &cookie, &[("cover", "letter")]);
    assert_eq!(refused.status, 422);
    let page = refused.text();
    assert!(
        page.contains("Choose the envelope whose window shows the address."),
        "{page}"
    );
    let refused = save(
        &desk,
        &cookie,
        &[("cover", "letter"), ("envelope", "us-10")],
    );
    assert_eq!(refused.status, 422);
    assert!(
        refused.text().contains("does not fit on the paper"),
        "{}",
        refused.text()
    );
    assert_eq!(clinic_file(&desk), CLINIC);
    let saved = save(
        &desk,
        &cookie,
        &[("cover", "letter"), ("envelope", "uk-dl")],
    );
    assert_eq!(saved.status, 303, "{}", saved.text());
    let expected = CLINIC.replace(
        "  paper: a4\n",
        "  paper: a4\n  cover: \"letter\"\n  envelope: \"uk-dl\"\n",
    );
    assert_eq!(clinic_file(&desk), expected);
    let saved = save(&desk, &cookie, &[("cover", "none"), ("envelope", "")]);
    assert_eq!(saved.status, 303, "{}", saved.text());
    let expected = CLINIC.replace("  paper: a4\n", "  paper: a4\n  cover: \"none\"\n");
    assert_eq!(clinic_file(&desk), expected);
}
