//! Words are saved where they stand, and only if nobody else changed them.

use std::fs;
use std::thread;
use std::time::Duration;

use crate::desk_program::{Desk, between, get, post, tried};
use crate::test_project::TestProject;

const CLINIC: &str = "\
# Our clinic. This comment stays.
name: Words Clinic # so does this
text:
  en:
    # about the visit
    visit:
      welcome:
        heading: Hello
";

const BODY: &str = "/leaflets/visit/words/visit.welcome.body";
const HEADING: &str = "/leaflets/visit/words/visit.welcome.heading";
const TEXT_MESSAGE: &str = "/leaflets/visit/words/visit.text-message";

/// Starts the desk with a clinic of its own in `own`.
fn desk(files: &[(&str, &str)], flags: &[&str]) -> Desk {
    let project = TestProject::new();
    project.write("own/clinic.yaml", CLINIC);
    for (path, text) in files {
        project.write(path, text);
    }
    let arguments: Vec<&str> = ["--clinic", "own"].iter().chain(flags).copied().collect();
    Desk::start_in(project, &arguments)
}

/// Starts the desk with a library text for text messages.
fn desk_with_text_message() -> Desk {
    let desk = desk(&[], &[]);
    desk.project.change(
        "library/visit/text/en.yaml",
        "welcome:\n",
        "text-message: Please come to your visit.\nwelcome:\n",
    );
    desk
}

fn file(desk: &Desk, path: &str) -> String {
    fs::read_to_string(desk.project.path(path)).unwrap()
}

/// Returns the mark of the text that the page shows.
fn stamp(desk: &Desk, cookie: &str, address: &str) -> String {
    let page = get(desk, cookie, address).text();
    between(&page, "id=\"stamp\" value=\"", "\"").to_owned()
}

fn form(action: &str, mode: &str, words: &str, stamp: &str) -> String {
    let words: String = words.bytes().map(|byte| format!("%{byte:02x}")).collect();
    format!("do={action}&mode={mode}&words={words}&stamp={stamp}")
}

fn save(desk: &Desk, cookie: &str, address: &str, mode: &str, words: &str) -> u16 {
    let stamp = stamp(desk, cookie, address);
    post(desk, cookie, address, &form("save", mode, words, &stamp)).status
}

#[test]
fn words_are_saved_where_they_stand() {
    let desk = desk(&[], &[]);
    let cookie = desk.session();
    assert_eq!(save(&desk, &cookie, HEADING, "replace", "Good day"), 303);
    let edited = CLINIC.replace("Hello", "Good day");
    assert_eq!(file(&desk, "own/clinic.yaml"), edited);
    let words = "Dear [first name],\n\nplease **come**: it is 5 o'clock # now";
    assert_eq!(save(&desk, &cookie, BODY, "replace", words), 303);
    let expected = format!(
        "{edited}        body: |\n          Dear {{{{patient.first_name}}}},\n\n          please **come**: it is 5 o'clock # now\n"
    );
    assert_eq!(file(&desk, "own/clinic.yaml"), expected);
    let page = get(&desk, &cookie, BODY).text();
    assert!(page.contains("Dear [first name],"), "{page}");
    let lock = file(&desk, "own/clinic.lock");
    assert!(lock.contains("visit.welcome.body"), "{lock}");
    assert!(lock.contains("we are glad that you come"), "{lock}");

    assert_eq!(save(&desk, &cookie, BODY, "add", "Bring a friend."), 303);
    let added = file(&desk, "own/clinic.yaml");
    assert!(
        added.contains("body: |\n          {{> base}}\n\n          Bring a friend.\n"),
        "{added}"
    );
    assert_eq!(save(&desk, &cookie, BODY, "library", ""), 303);
    assert_eq!(file(&desk, "own/clinic.yaml"), edited);
    let lock = file(&desk, "own/clinic.lock");
    assert!(!lock.contains("visit.welcome.body"), "{lock}");
    // The last override takes its empty maps along.
    assert_eq!(save(&desk, &cookie, HEADING, "library", ""), 303);
    let bare = file(&desk, "own/clinic.yaml");
    assert_eq!(bare, CLINIC.split("text:").next().unwrap());
    assert_eq!(desk.end(), "");
}

#[test]
fn a_text_message_is_measured_and_saved() {
    let desk = desk_with_text_message();
    let cookie = desk.session();
    let address = TEXT_MESSAGE;
    let page = get(&desk, &cookie, address).text();
    for part in [
        "Text message (SMS)",
        "<b class=\"ok\">26 characters</b>",
        "160 fit in a text message",
    ] {
        assert!(page.contains(part), "no {part:?} in {page}");
    }
    let long = "x".repeat(161);
    assert_eq!(save(&desk, &cookie, address, "replace", &long), 303);
    let saved = file(&desk, "own/clinic.yaml");
    assert!(
        saved.contains(&format!("text-message: \"{long}\"\n")),
        "{saved}"
    );
    let page = get(&desk, &cookie, address).text();
    assert!(
        page.contains("<b class=\"warn\">161 characters</b>"),
        "{page}"
    );
    // The clinic's own words in the short answer are not left out for the library's text.
    assert_eq!(save(&desk, &cookie, address, "library", ""), 303);
    assert_eq!(
        save(&desk, &cookie, BODY, "replace", "Bring your list."),
        303
    );
    let page = get(&desk, &cookie, address).text();
    assert!(
        page.contains("The short answer of the leaflet is sent"),
        "{page}"
    );
}

#[test]
fn a_faulty_text_message_is_said() {
    let desk = desk_with_text_message();
    let cookie = desk.session();
    let address = TEXT_MESSAGE;
    let said = || {
        let page = get(&desk, &cookie, address).text();
        let state = between(&page, "<div id=\"state\"", "</div>").to_owned();
        (state, page)
    };
    let long = "x".repeat(240);
    for (words, fault) in [
        (
            "Come, {{patient.first_nme}}",
            "There is no variable named <code>patient.first_nme</code>",
        ),
        ("Come {{#if}} soon", "class=\"err\""),
        (long.as_str(), "80 characters too long for a text message"),
        (
            "Come, [name in the address]",
            "Only the letter prints the name in the address.",
        ),
    ] {
        assert_eq!(save(&desk, &cookie, address, "replace", words), 303);
        let (state, page) = said();
        assert!(state.contains(fault), "{words}: {state}");
        assert_eq!(state.matches("class=\"err\"").count(), 1, "{state}");
        let after = get(&desk, &cookie, &format!("{address}?saved=1")).text();
        let toast = "Saved. This text message cannot be sent yet.";
        assert!(after.contains(toast), "{words}: {after}");
        assert!(
            !page.contains("The short answer of the leaflet is sent"),
            "{words}"
        );
    }
    assert_eq!(save(&desk, &cookie, address, "replace", "Come soon."), 303);
    let (state, _) = said();
    assert!(!state.contains("class=\"err\""), "{state}");
    // Only the letter prints the address, whoever types it.
    let typed = "Dear [name in the address]";
    assert_eq!(save(&desk, &cookie, BODY, "replace", typed), 303);
    let page = get(&desk, &cookie, BODY).text();
    assert!(
        page.contains("Only the letter prints the name in the address."),
        "{page}"
    );
}

#[test]
fn new_words_join_the_file_of_their_language() {
    let texts = "# ours\nvisit:\n  square: # a picture\n    caption: Ours\n";
    let desk = desk(&[("own/text/en.yaml", texts)], &[]);
    let cookie = desk.session();
    assert_eq!(save(&desk, &cookie, BODY, "replace", "Come in."), 303);
    let expected = format!("{texts}  welcome:\n    body: Come in.\n");
    assert_eq!(file(&desk, "own/text/en.yaml"), expected);
    // The heading is in clinic.yaml, and stays there.
    assert_eq!(save(&desk, &cookie, HEADING, "replace", "Hi there"), 303);
    let main = file(&desk, "own/clinic.yaml");
    assert_eq!(main, CLINIC.replace("Hello", "Hi there"));
    assert_eq!(file(&desk, "own/text/en.yaml"), expected);
}

#[test]
fn the_clinics_own_leaflet_is_changed_in_its_file() {
    let definition = "id: ours\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: one\n    role: main-message\n";
    let texts = "title: Ours # our title\none:\n  heading: One\n  body: Come.\n";
    let desk = desk(
        &[
            ("own/ours/handout.yaml", definition),
            ("own/ours/text/en.yaml", texts),
        ],
        &[],
    );
    let cookie = desk.session();
    let address = "/leaflets/ours/words/ours.title";
    assert_eq!(save(&desk, &cookie, address, "replace", "Our leaflet"), 303);
    let edited = texts.replace("title: Ours", "title: Our leaflet");
    assert_eq!(file(&desk, "own/ours/text/en.yaml"), edited);
    assert_eq!(file(&desk, "own/clinic.yaml"), CLINIC);

    // A list could not tell two leaflets of one title apart.
    let stamp = stamp(&desk, &cookie, address);
    let rename = form("save", "replace", "your VISIT!", &stamp);
    let refused = post(&desk, &cookie, address, &rename);
    assert_eq!(refused.status, 422);
    let words = "Not saved. There is a leaflet “Your visit” already.";
    assert!(refused.text().contains(words), "{}", refused.text());
    assert_eq!(file(&desk, "own/ours/text/en.yaml"), edited);
}

#[test]
fn a_text_that_somebody_else_changed_is_not_overwritten() {
    let desk = desk(&[], &[]);
    let cookie = desk.session();
    let old = stamp(&desk, &cookie, HEADING);
    // Another window saves the same text.
    assert_eq!(
        save(&desk, &cookie, HEADING, "replace", "From the other window"),
        303
    );
    let refused = post(
        &desk,
        &cookie,
        HEADING,
        &form("save", "replace", "Mine", &old),
    );
    assert_eq!(refused.status, 409);
    let page = refused.text();
    assert!(page.contains("Somebody else"), "{page}");
    assert!(
        page.contains("From the other window") && page.contains("Mine"),
        "{page}"
    );
    let both = file(&desk, "own/clinic.yaml");
    assert!(
        both.contains("From the other window") && !both.contains("Mine"),
        "{both}"
    );
    // The person saw both, and keeps theirs.
    let theirs = between(&page, "name=\"theirs\" value=\"", "\"");
    let unseen = post(
        &desk,
        &cookie,
        HEADING,
        &form("mine", "replace", "Mine", &old),
    );
    assert_eq!(unseen.status, 409);
    let kept = post(
        &desk,
        &cookie,
        HEADING,
        &(form("mine", "replace", "Mine", &old) + &format!("&theirs={theirs}")),
    );
    assert_eq!(kept.status, 303);
    let mine = file(&desk, "own/clinic.yaml");
    assert_eq!(mine, CLINIC.replace("Hello", "Mine"));

    // Somebody edits another text of the file: both changes are kept.
    let old = stamp(&desk, &cookie, HEADING);
    desk.project.write(
        "own/clinic.yaml",
        mine.replace("name: Words", "name: Other Words"),
    );
    let saved = post(
        &desk,
        &cookie,
        HEADING,
        &form("save", "replace", "Again", &old),
    );
    assert_eq!(saved.status, 303);
    let both = file(&desk, "own/clinic.yaml");
    assert!(
        both.contains("name: Other Words Clinic # so does this"),
        "{both}"
    );
    assert!(both.contains("heading: Again"), "{both}");
}

#[test]
fn save_all_shows_the_text_that_somebody_else_changed() {
    let desk = desk(&[], &[]);
    let cookie = desk.session();
    let stamps = [HEADING, BODY].map(|address| stamp(&desk, &cookie, address));
    for (address, stamp) in [HEADING, BODY].iter().zip(&stamps) {
        let kept = post(
            &desk,
            &cookie,
            address,
            &form("keep", "replace", "Mine", stamp),
        );
        assert_eq!(kept.status, 204);
    }
    let theirs = CLINIC.replace("Hello", "Theirs");
    desk.project.write("own/clinic.yaml", &theirs);
    let all = form("save-all", "replace", "Mine", &stamps[1]);
    let answer = post(&desk, &cookie, BODY, &all);
    assert_eq!(answer.status, 303);
    // What could be saved is saved. The other text is on the screen, with both versions.
    assert_eq!(
        file(&desk, "own/clinic.yaml"),
        format!("{theirs}        body: \"Mine\"\n")
    );
    let address = answer.header("location").unwrap();
    assert!(address.starts_with(&format!("{HEADING}?")), "{address}");
    let page = get(&desk, &cookie, address).text();
    let conflict = between(&page, "id=\"conflict\"", "</section>");
    assert!(
        conflict.contains("Theirs") && conflict.contains("Mine"),
        "{conflict}"
    );
}

#[test]
fn drafts_survive_a_reload_and_are_not_on_disk() {
    let desk = desk(&[], &[]);
    let cookie = desk.session();
    let before = stamp(&desk, &cookie, BODY);
    let kept = post(
        &desk,
        &cookie,
        BODY,
        &form("keep", "add", "Not saved, so there.", &before),
    );
    assert_eq!(kept.status, 204);
    let page = get(&desk, &cookie, BODY).text();
    assert!(page.contains("Not saved, so there."), "{page}");
    assert!(get(&desk, &cookie, HEADING).text().contains("Not saved"));
    assert_eq!(file(&desk, "own/clinic.yaml"), CLINIC);
    // The parts that follow each key, without the pictures that the page has.
    let shown = get(&desk, &cookie, BODY).text();
    let name = between(&shown, "data-name=\"", "\"").to_owned();
    let picture = get(
        &desk,
        &cookie,
        &format!("/leaflets/visit/words/pages/{name}"),
    );
    assert_eq!(
        (picture.status, picture.header("content-type")),
        (200, Some("image/svg+xml"))
    );
    let same = form("show", "add", "Not saved, so there.", &before) + &format!("&shown={name}");
    let parts = post(&desk, &cookie, BODY, &same).text();
    assert!(
        parts.contains(&name) && !parts.contains("data:image"),
        "{parts}"
    );
    let other = form("show", "add", "Other words.", &before) + &format!("&shown={name}");
    assert!(
        post(&desk, &cookie, BODY, &other)
            .text()
            .contains("data:image/svg+xml")
    );
    let undone = post(
        &desk,
        &cookie,
        BODY,
        &form("undo", "add", "Other words.", &before),
    );
    assert_eq!(undone.status, 303);
    assert!(!get(&desk, &cookie, HEADING).text().contains("Not saved<"));
    assert_eq!(file(&desk, "own/clinic.yaml"), CLINIC);
}

#[test]
fn what_may_not_be_changed_is_refused() {
    let locked = "title: Your visit\nwelcome:\n  locked: true\n  heading: Welcome\n  body: Come.\nsquare:\n  alt: A\n  caption: B\n";
    let desk = desk(
        &[
            ("library/visit/text/en.yaml", locked),
            ("own/clinic.yaml", "name: Words Clinic\n"),
        ],
        &[],
    );
    let cookie = desk.session();
    let page = get(&desk, &cookie, BODY);
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("<textarea"), "{}", page.text());
    let saved = post(&desk, &cookie, BODY, &form("save", "replace", "Mine", "x"));
    assert_eq!(saved.status, 403);
    for key in [
        "visit.nothing.body",
        "visit.welcome.locked",
        "other.welcome.body",
        "visit",
        "..%2f..%2fclinic.yaml",
        "visit...%2f..%2fx.body",
        "visit.square.caption%00",
        "%2e%2e",
        "shared.welcome.body",
    ] {
        let address = format!("/leaflets/visit/words/{key}");
        let answer = post(
            &desk,
            &cookie,
            &address,
            &form("save", "replace", "Mine", ""),
        );
        assert!(
            matches!(answer.status, 400 | 404 | 405),
            "{key}: {}",
            answer.status
        );
    }
    assert_eq!(file(&desk, "own/clinic.yaml"), "name: Words Clinic\n");
    let nothing = desk.ask(
        &format!("POST {BODY}"),
        &[&cookie, "Sec-Fetch-Site: cross-site"],
        &form("save", "replace", "Mine", "x"),
    );
    assert_eq!(nothing.status, 403);
    assert_eq!(desk.end(), "");
}

#[test]
fn words_with_which_no_leaflet_can_be_made_are_saved_and_said() {
    let desk = desk(&[], &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/leaflets/visit").text();
    assert!(page.contains("name=\"patient.first_name\""), "{page}");
    let words = "Dear {{patient.first_nme}}";
    let stamp = stamp(&desk, &cookie, BODY);
    let saved = post(
        &desk,
        &cookie,
        BODY,
        &form("save", "replace", words, &stamp),
    );
    assert_eq!(saved.status, 303);
    assert!(file(&desk, "own/clinic.yaml").contains(words));
    // The screen that follows says so, with the place.
    let after = get(&desk, &cookie, saved.header("location").unwrap()).text();
    for said in [
        "Your words are saved, but this leaflet cannot be made",
        "In this text",
        "There is no variable named <code>patient.first_nme</code>",
        "Did you mean",
        "Saved. This leaflet cannot be made yet.",
    ] {
        assert!(after.contains(said), "{said}: {after}");
    }
    // Other texts, the leaflet, the library and Review lead to it.
    let here = "href=\"/leaflets/visit/words/visit.welcome.body?";
    let heading = get(&desk, &cookie, HEADING).text();
    let notice = between(&heading, "This leaflet cannot be made", "</section>");
    assert!(
        notice.contains("In “Hello”") && notice.contains(here),
        "{notice}"
    );
    let leaflet = get(&desk, &cookie, "/leaflets/visit?language=en").text();
    let faults = between(&leaflet, "This leaflet could not be made", "</section>");
    assert!(faults.contains(here), "{faults}");
    assert!(
        !leaflet.contains("name=\"patient.first_name\""),
        "{leaflet}"
    );
    let library = get(&desk, &cookie, "/").text();
    let panel = between(&library, "aria-label=\"Needs attention\"", "</section>");
    assert!(
        panel.contains("<a href=\"/leaflets/visit?language=en\">“Your visit” cannot be made</a>"),
        "{panel}"
    );
    let card = between(&library, "<article", "</article>");
    assert!(
        card.contains("Cannot be made") && !card.contains("/pages/1"),
        "{card}"
    );
    assert!(library.contains("Needs attention 1<"), "{library}");
    let review = get(&desk, &cookie, "/review").text();
    let section = between(&review, "Cannot be made</h2>", "</section>");
    assert!(
        section.contains("Your visit") && section.contains("/leaflets/visit?language=en"),
        "{section}"
    );
    // When it is mended, nothing of it is left.
    assert_eq!(
        save(&desk, &cookie, BODY, "replace", "Dear [first name]"),
        303
    );
    for address in ["/", "/review", "/leaflets/visit", HEADING] {
        let page = get(&desk, &cookie, address).text().to_lowercase();
        assert!(!page.contains("cannot be made"), "{address}: {page}");
    }
}

#[test]
fn words_are_kept_while_a_file_is_faulty() {
    let texts = "title: Ours\none:\n  heading: One\n  body: Come.\n";
    let desk = desk(
        &[
            (
                "own/ours/handout.yaml",
                "id: ours\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: one\n    role: main-message\n",
            ),
            ("own/ours/text/en.yaml", texts),
        ],
        &[],
    );
    let cookie = desk.session();
    let own = "/leaflets/ours/words/ours.one.body";
    for (address, path, words) in [
        (BODY, "own/clinic.yaml", "Not lost, <b>so</b> there."),
        (own, "own/ours/text/en.yaml", "Nor is this."),
    ] {
        let good = file(&desk, path);
        let stamp = stamp(&desk, &cookie, address);
        let tag = between(
            &get(&desk, &cookie, address).text(),
            "name=\"tag\" value=\"",
            "\"",
        )
        .to_owned();
        desk.project.write(path, format!("{good}  - faulty: [\n"));
        // Another window finds out first.
        assert_eq!(get(&desk, &cookie, address).status, 422);
        let typed = form("save", "replace", words, &stamp) + &format!("&tag={tag}");
        let refused = post(&desk, &cookie, address, &typed);
        assert_eq!(refused.status, 422);
        let shown = words.replace('<', "&lt;").replace('>', "&gt;");
        let page = refused.text();
        assert!(page.contains("your words are still here"), "{page}");
        assert!(page.contains(&shown) && page.contains(address), "{page}");
        desk.project.write(path, &good);
        let page = get(&desk, &cookie, address).text();
        assert!(
            page.contains("Not saved yet") && page.contains(&shown),
            "{page}"
        );
        let saved = post(
            &desk,
            &cookie,
            address,
            &form("save", "replace", words, &stamp),
        );
        assert_eq!(saved.status, 303);
        assert!(file(&desk, path).contains(words));
    }
    assert_eq!(desk.end(), "");
}

#[test]
fn texts_without_a_value_are_replaced_and_kept() {
    let start = CLINIC.replace("        heading: Hello\n", "");
    for (value, comment) in [
        ("", ""),
        ("", " # why"),
        (" ~", " # why"),
        (" null", ""),
        (" 12", ""),
        (" true", " # why"),
        (" Words", ""),
    ] {
        for (words, written) in [("Come in.", " Come in."), ("12", " \"12\""), ("", " \"\"")] {
            let line = format!("        body:{value}{comment}\n");
            let before = format!("{start}        # mine\n{line}        heading: Hi\n");
            let desk = desk(&[("own/clinic.yaml", &before)], &[]);
            let cookie = desk.session();
            assert_eq!(save(&desk, &cookie, BODY, "replace", words), 303, "{line}");
            let after = file(&desk, "own/clinic.yaml");
            let is_same = value.trim() == words;
            let expected = before.replace(&line, &format!("        body:{written}{comment}\n"));
            assert_eq!(after, if is_same { before } else { expected }, "{line}");
        }
    }
    // A block without a value is an empty text, and stays one.
    for block in ["      welcome:\n", "      welcome: ~\n"] {
        let before = CLINIC.replace("      welcome:\n        heading: Hello\n", block);
        let desk = desk(&[("own/clinic.yaml", &before)], &[]);
        let cookie = desk.session();
        assert_eq!(save(&desk, &cookie, HEADING, "replace", "Hi there"), 303);
        let page = get(&desk, &cookie, BODY).text();
        assert!(page.contains("value=\"replace\" checked"), "{page}");
        assert!(file(&desk, "own/clinic.yaml").contains("Hi there"));
    }
}

#[test]
fn nothing_is_added_and_nothing_is_copied_unseen() {
    let desk = desk(&[], &[]);
    let cookie = desk.session();
    // Without script, the field of a text that is to be replaced is empty at first.
    let before = stamp(&desk, &cookie, BODY);
    let begun = post(&desk, &cookie, BODY, &form("save", "replace", "", &before));
    assert_eq!(begun.status, 200);
    let page = begun.text();
    assert!(page.contains("Nothing is saved yet."), "{page}");
    assert!(page.contains("we are glad that you come"), "{page}");
    assert_eq!(file(&desk, "own/clinic.yaml"), CLINIC);
    // A field that is emptied then prints nothing.
    let emptied = post(&desk, &cookie, BODY, &form("save", "replace", "", &before));
    assert_eq!(emptied.status, 303);
    let empty = format!("{CLINIC}        body: \"\"\n");
    assert_eq!(file(&desk, "own/clinic.yaml"), empty);
    assert_eq!(save(&desk, &cookie, BODY, "add", " \n"), 303);
    assert_eq!(file(&desk, "own/clinic.yaml"), CLINIC);
}

#[test]
fn read_only_shows_everything_and_saves_nothing() {
    let desk = desk(&[], &["--read-only"]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, BODY).text();
    assert!(page.contains("may only look"), "{page}");
    assert!(!page.contains("value=\"save\""), "{page}");
    let saved = post(
        &desk,
        &cookie,
        HEADING,
        &form("save", "replace", "Mine", "x"),
    );
    assert_eq!(saved.status, 403);
    assert_eq!(file(&desk, "own/clinic.yaml"), CLINIC);
    let example = Desk::start(&[]);
    let cookie = example.session();
    assert_eq!(get(&example, &cookie, BODY).status, 200);
}

const LISTS: [(&str, &str); 2] = [
    (
        "library/visit/handout.yaml",
        "id: visit
version: 1.0.0
reviewed: 2026-11-21
review_by: 2028-11-21
sections:
  - section: welcome
    role: main-message
  - questions: ask
  - table: diary
",
    ),
    (
        "library/visit/text/en.yaml",
        "title: Your visit
welcome:
  heading: Welcome
  body: Come to us.
ask:
  heading: Ask us
  items: [When do we meet?, { text: My own, lines: 2 }]
diary:
  caption: Diary
  header: [Day, I did]
  rows: [[Monday, ''], [Tuesday, walk]]
",
    ),
];
const ITEMS: &str = "/leaflets/visit/words/visit.ask.items";
const ROWS: &str = "/leaflets/visit/words/visit.diary.rows";

/// Writes a form with fields that may have the same name.
fn fields(action: &str, mode: &str, stamp: &str, fields: &[(&str, &str)]) -> String {
    let mut form = form(action, mode, "", stamp);
    for (name, value) in fields {
        let value: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
        form += &format!("&{name}={value}");
    }
    form
}

/// Returns where an answer leads.
fn location(answer: &crate::desk_program::Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").unwrap().to_owned()
}

#[test]
fn lists_have_a_field_for_each_item() {
    let ours = "\
name: Words Clinic
text:
  en:
    visit:
      ask:
        # for all
        items: # ours
          # first
          - One | two # kept
          - Three
          - { text: My own, lines: 3 } # lines
";
    let files = [LISTS[0], LISTS[1], ("own/clinic.yaml", ours)];
    let desk = desk(&files, &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, ITEMS).text();
    for part in [
        "name=\"item[]\" rows=\"1\" spellcheck=\"true\" lang=\"en\">\nOne | two</textarea>",
        "Remove: item 2",
        "aria-label=\"Up: item 3\"",
        "name=\"lines[]\" min=\"0\" max=\"20\" value=\"3\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let stamp = stamp(&desk, &cookie, ITEMS);
    let items = [
        ("item[]", "One | two"),
        ("item[]", "Three"),
        ("item[]", "My own"),
        ("lines[]", "3"),
    ];
    let press = |action: &str, items: &[(&str, &str)]| {
        location(&post(
            &desk,
            &cookie,
            ITEMS,
            &fields(action, "replace", &stamp, items),
        ))
    };
    // Buttons arrange without the script, and lead to the field. Nothing is written yet.
    assert!(press("up:3", &items).ends_with("#item-2"));
    let page = get(&desk, &cookie, ITEMS).text();
    let (own, three) = (page.find(">\nMy own<"), page.find(">\nThree<"));
    assert!(own.is_some() && own < three, "{page}");
    assert!(press("add", &items).ends_with("#item-4"));
    assert!(get(&desk, &cookie, ITEMS).text().contains("id=\"item-4\""));
    assert!(press("remove:2", &items).ends_with("#item-2"));
    assert!(!get(&desk, &cookie, ITEMS).text().contains(">\nThree<"));
    assert_eq!(file(&desk, "own/clinic.yaml"), ours);

    // An item that is not filled in is left out. Comments and order stay.
    let items = [
        ("item[]", "One | two"),
        ("item[]", "Two: and a [half]\r\nThree"),
        ("item[]", ""),
        ("item[]", "My own"),
        ("lines[]", "4"),
    ];
    assert!(press("save", &items).contains("saved="));
    let written = file(&desk, "own/clinic.yaml");
    let expected = ours
        .replace("- Three\n", "- \"Two: and a [half]\"\n          - Three\n")
        .replace("lines: 3", "lines: 4");
    assert_eq!(written, expected);
}

#[test]
fn tables_have_a_field_for_each_cell() {
    let desk = desk(&[LISTS[0], LISTS[1]], &[]);
    let cookie = desk.session();
    let stamp = stamp(&desk, &cookie, ROWS);
    // The table begins as the library's.
    let begun = post(
        &desk,
        &cookie,
        ROWS,
        &fields("show", "replace", &stamp, &[]),
    );
    let page = begun.text();
    for part in [
        "<label for=\"cell-2-2\">I did</label>",
        ">\nTuesday</textarea>",
        ">\nwalk</textarea>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let rows = [
        ("row[]", ""),
        ("cell[]", "Monday"),
        ("cell[]", ""),
        ("row[]", ""),
        ("cell[]", "Tuesday"),
        ("cell[]", "walk | swim"),
    ];
    let added = post(
        &desk,
        &cookie,
        ROWS,
        &fields("add", "replace", &stamp, &rows),
    );
    assert!(location(&added).ends_with("#cell-3-1"));
    let rows = [
        &rows[..],
        &[("row[]", ""), ("cell[]", "Sunday"), ("cell[]", "")],
    ]
    .concat();
    post(
        &desk,
        &cookie,
        ROWS,
        &fields("down:1", "replace", &stamp, &rows),
    );
    let page = get(&desk, &cookie, ROWS).text();
    assert!(page.contains("id=\"cell-3-2\""), "{page}");
    let saved = post(
        &desk,
        &cookie,
        ROWS,
        &fields("save", "replace", &stamp, &rows),
    );
    assert_eq!(saved.status, 303);
    let written = file(&desk, "own/clinic.yaml");
    let rows = written.split_once("rows:").unwrap().1;
    let words: Vec<&str> = rows
        .split(['[', ']', ',', '"', '\'', '\n', '-'])
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .collect();
    assert_eq!(
        words,
        ["Monday", "Tuesday", "walk | swim", "Sunday"],
        "{written}"
    );
    // Column headings cannot move: their cells would stay behind.
    let header = "/leaflets/visit/words/visit.diary.header";
    let form = fields("show", "replace", &self::stamp(&desk, &cookie, header), &[]);
    let header = post(&desk, &cookie, header, &form).text();
    assert!(header.contains(">\nI did</textarea>"), "{header}");
    assert!(!header.contains("value=\"add\""), "{header}");
}

/// Returns the number of the save that the page can undo.
fn undo_of(desk: &Desk, cookie: &str, saved: &crate::desk_program::Answer) -> String {
    let page = get(desk, cookie, location(saved).split('#').next().unwrap()).text();
    between(&page, "value=\"restore:", "\"").to_owned()
}

#[test]
fn a_save_can_be_undone_and_done_again() {
    let desk = desk(&[], &[]);
    let cookie = desk.session();
    let old = stamp(&desk, &cookie, HEADING);
    let saved = post(
        &desk,
        &cookie,
        HEADING,
        &form("save", "replace", "Mine", &old),
    );
    let number = undo_of(&desk, &cookie, &saved);
    assert_eq!(
        file(&desk, "own/clinic.yaml"),
        CLINIC.replace("Hello", "Mine")
    );
    let undo = |number: &str| post(&desk, &cookie, HEADING, &format!("do=restore:{number}"));
    let undone = undo(&number);
    assert!(location(&undone).contains("undone="));
    assert_eq!(file(&desk, "own/clinic.yaml"), CLINIC);
    // It is undone once, and the undoing can be undone.
    assert_eq!(undo(&number).status, 410);
    assert_eq!(undo("x").status, 410);
    let again = undo_of(&desk, &cookie, &undone);
    assert_eq!(undo(&again).status, 303);
    assert_eq!(
        file(&desk, "own/clinic.yaml"),
        CLINIC.replace("Hello", "Mine")
    );

    // A text that is taken out comes back.
    let now = stamp(&desk, &cookie, HEADING);
    let removed = post(&desk, &cookie, HEADING, &form("save", "library", "", &now));
    let number = undo_of(&desk, &cookie, &removed);
    assert!(!file(&desk, "own/clinic.yaml").contains("Mine"));
    assert!(location(&undo(&number)).contains("undone="));
    let back = file(&desk, "own/clinic.yaml");
    assert!(back.contains("heading: \"Mine\""), "{back}");
}

#[test]
fn undo_overwrites_nothing() {
    let desk = desk(&[], &[]);
    let cookie = desk.session();
    let old = stamp(&desk, &cookie, HEADING);
    let saved = post(
        &desk,
        &cookie,
        HEADING,
        &form("save", "replace", "Mine", &old),
    );
    let number = undo_of(&desk, &cookie, &saved);
    let body = format!("do=restore:{number}");

    // Words that were typed since stay.
    let mine = stamp(&desk, &cookie, HEADING);
    post(
        &desk,
        &cookie,
        HEADING,
        &form("keep", "replace", "Newer", &mine),
    );
    let refused = post(&desk, &cookie, HEADING, &body);
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("you typed other words since"));
    assert!(refused.text().contains(">\nNewer</textarea>"));
    post(
        &desk,
        &cookie,
        HEADING,
        &form("undo", "replace", "Newer", &mine),
    );

    // Words of somebody else stay, too, and are shown.
    let theirs = CLINIC.replace("Hello", "Theirs");
    desk.project.write("own/clinic.yaml", &theirs);
    let refused = post(&desk, &cookie, HEADING, &body);
    assert_eq!(refused.status, 409);
    let page = refused.text();
    for part in ["Somebody else changed this text", "Theirs", "Hello", "Mine"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(file(&desk, "own/clinic.yaml"), theirs);
}

#[test]
fn changes_of_two_people_are_put_together() {
    let body = "Come at nine. Bring a friend. Park behind the house.";
    let clinic = format!("{CLINIC}        body: {body}\n");
    let desk = desk(&[("own/clinic.yaml", &clinic)], &[]);
    let cookie = desk.session();
    let old = stamp(&desk, &cookie, BODY);
    let theirs = clinic.replace("at nine", "at ten");
    desk.project.write("own/clinic.yaml", &theirs);
    let mine = body.replace("behind", "beside");
    let refused = post(&desk, &cookie, BODY, &form("save", "replace", &mine, &old));
    assert_eq!(refused.status, 409);
    let page = refused.text();
    let (together, seen) = (
        "Come at ten. Bring a friend. Park beside the house.",
        between(&page, "name=\"theirs\" value=\"", "\""),
    );
    for part in [
        ">Before<",
        ">In the file now<",
        ">Yours, not saved<",
        together,
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(file(&desk, "own/clinic.yaml"), theirs);

    // Somebody changes it again before the button is pressed. The person sees that first.
    let third = theirs.replace("a friend", "two friends");
    desk.project.write("own/clinic.yaml", &third);
    let both = |seen: &str| form("both", "replace", &mine, &old) + &format!("&theirs={seen}");
    let refused = post(&desk, &cookie, BODY, &both(seen));
    assert_eq!(refused.status, 409);
    let page = refused.text();
    assert!(page.contains("two friends"), "{page}");
    assert_eq!(file(&desk, "own/clinic.yaml"), third);
    let seen = between(&page, "name=\"theirs\" value=\"", "\"");
    assert_eq!(post(&desk, &cookie, BODY, &both(seen)).status, 303);
    let merged = third.replace("behind", "beside");
    assert_eq!(file(&desk, "own/clinic.yaml"), merged);

    // Changes of the same words are not put together.
    let old = stamp(&desk, &cookie, BODY);
    desk.project
        .write("own/clinic.yaml", merged.replace("ten", "eleven"));
    let mine = mine.replace("at nine", "at noon");
    let page = post(&desk, &cookie, BODY, &form("save", "replace", &mine, &old)).text();
    assert!(page.contains("Somebody else"), "{page}");
    assert!(!page.contains("Both together"), "{page}");
}

#[test]
fn saving_all_leads_to_the_text_that_somebody_else_changed() {
    let desk = desk(&[], &[]);
    let cookie = desk.session();
    for (address, words) in [(HEADING, "Mine"), (BODY, "Come in.")] {
        let stamp = stamp(&desk, &cookie, address);
        post(
            &desk,
            &cookie,
            address,
            &form("keep", "replace", words, &stamp),
        );
    }
    desk.project
        .write("own/clinic.yaml", CLINIC.replace("Hello", "Theirs"));
    let stamp = stamp(&desk, &cookie, BODY);
    let saved = post(
        &desk,
        &cookie,
        BODY,
        &form("save-all", "replace", "Come in.", &stamp),
    );
    assert!(location(&saved).contains("visit.welcome.heading"));
    let page = get(&desk, &cookie, HEADING).text();
    assert!(page.contains("Somebody else changed this text"), "{page}");
    assert!(file(&desk, "own/clinic.yaml").contains("Theirs"));
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_folder() {
    let desk = desk(&[("elsewhere/en.yaml", "visit: {}\n")], &[]);
    let texts = desk.project.path("own/text");
    std::os::unix::fs::symlink(desk.project.path("elsewhere"), texts).unwrap();
    let cookie = desk.session();
    let status = get(&desk, &cookie, BODY).status;
    if status == 200 {
        save(&desk, &cookie, BODY, "replace", "Mine");
    }
    assert_eq!(file(&desk, "elsewhere/en.yaml"), "visit: {}\n");
}

#[test]
fn a_crash_while_saving_leaves_the_old_or_the_new_file() {
    let long =
        |letter: &str| letter.repeat(40).as_str().to_owned() + &format!(" {letter}").repeat(4000);
    let whole = |body: &str| format!("{CLINIC}        body: {body}\n");
    let bodies = [long("a"), long("b")];
    for pause in [2, 6, 10, 15, 20, 30, 45, 60] {
        let desk = desk(&[], &[]);
        let cookie = desk.session();
        assert_eq!(save(&desk, &cookie, BODY, "replace", &bodies[0]), 303);
        assert_eq!(file(&desk, "own/clinic.yaml"), whole(&bodies[0]));
        let stamp = stamp(&desk, &cookie, BODY);
        let request = form("save", "replace", &bodies[1], &stamp);
        let mut connection = desk.connect();
        let project = thread::scope(|scope| {
            let desk = &desk;
            scope.spawn(|| {
                // The program ends before it answers.
                let head = format!(
                    "POST {BODY} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\n{cookie}\r\nContent-Type: \
                     application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{request}",
                    desk.host,
                    request.len()
                );
                let _ = std::io::Write::write_all(&mut connection, head.as_bytes());
                thread::sleep(Duration::from_millis(100));
            });
            thread::sleep(Duration::from_millis(pause));
            kill(desk.program.id());
            desk.project.path("own/clinic.yaml")
        });
        let left = fs::read_to_string(project).unwrap();
        assert!(
            bodies.iter().any(|body| left == whole(body)),
            "{} bytes",
            left.len()
        );
    }
}

#[cfg(unix)]
#[test]
fn two_programs_overwrite_nothing() {
    let one = desk(&[], &[]);
    let clinic = one.project.path("own").display().to_string();
    let other = Desk::start_in(TestProject::new(), &["--clinic", &clinic]);
    let cookies = [one.session(), other.session()];
    for round in 0..8 {
        thread::scope(|scope| {
            let saves = [(&one, HEADING, "Hello"), (&other, BODY, "Come")];
            for ((desk, address, word), cookie) in saves.into_iter().zip(&cookies) {
                scope.spawn(move || {
                    let words = format!("{word} {round}");
                    let status = save(desk, cookie, address, "replace", &words);
                    assert_eq!(status, 303, "{words}");
                });
            }
        });
        let text = file(&one, "own/clinic.yaml");
        for word in ["Hello", "Come"] {
            assert!(text.contains(&format!("{word} {round}")), "{text}");
        }
    }
}

/// Ends a program at once.
fn kill(id: u32) {
    let done = std::process::Command::new("kill")
        .args(["-9", &id.to_string()])
        .status();
    assert!(done.unwrap().success());
}

#[test]
fn own_leaflets_are_shown_as_they_are_printed() {
    let definition = "id: ours\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: one\n    role: main-message\n";
    let texts = "title: Ours\none:\n  heading: One\n  body: Come.\n";
    let desk = desk(
        &[
            ("own/clinic.yaml", "name: Words Clinic\n"),
            ("own/ours/handout.yaml", definition),
            ("own/ours/text/en.yaml", texts),
        ],
        &[],
    );
    let cookie = desk.session();
    let address = "/leaflets/ours/words/ours.one.body";
    let page = get(&desk, &cookie, address).text();
    assert!(!page.contains("Safety messages are locked"), "{page}");
    let name = between(&page, "data-name=\"", "\"").to_owned();
    let of_words = get(
        &desk,
        &cookie,
        &format!("/leaflets/ours/words/pages/{name}"),
    );
    let printed = get(&desk, &cookie, "/leaflets/ours/pages/1?language=en");
    assert_eq!(printed.status, 200);
    // Above all, nobody adapted it.
    assert!(of_words.body == printed.body);
    // A draft shows, and is like what is printed when it is saved.
    let stamp = stamp(&desk, &cookie, address);
    let typed = form("keep", "replace", "Come on Monday.", &stamp);
    post(&desk, &cookie, address, &typed);
    let page = get(&desk, &cookie, address).text();
    let draft = between(&page, "data-name=\"", "\"").to_owned();
    assert_ne!(draft, name);
    let shown = get(
        &desk,
        &cookie,
        &format!("/leaflets/ours/words/pages/{draft}"),
    );
    assert_eq!(
        save(&desk, &cookie, address, "replace", "Come on Monday."),
        303
    );
    assert_eq!(get(&desk, &cookie, "/leaflets/ours").status, 200);
    let printed = get(&desk, &cookie, "/leaflets/ours/pages/1?language=en");
    assert!(shown.body == printed.body);
    assert!(file(&desk, "own/ours/text/en.yaml").contains("body: Come on Monday."));
}

#[test]
fn locked_texts_are_shown_as_they_are_printed() {
    let locked = "title: Your visit\nwelcome:\n  locked: true\n  heading: Welcome\n  body: Call **us** on {{clinic.phone}}.\nsquare:\n  alt: A\n  caption: B\n";
    let desk = desk(
        &[
            ("library/visit/text/en.yaml", locked),
            (
                "own/clinic.yaml",
                "name: Words Clinic\nphone: 01632 960 777\n",
            ),
        ],
        &[],
    );
    let cookie = desk.session();
    let page = get(&desk, &cookie, BODY).text();
    assert!(page.contains("Safety messages are locked"), "{page}");
    let shown = between(&page, "As it is printed</h3>", "</div>");
    let plain = shown.replace('\u{a0}', " ");
    assert!(
        plain.contains("Call <b>us</b> on 01632 960 777."),
        "{shown}"
    );
}

#[test]
fn things_to_know_have_a_link_to_their_place() {
    let desk = desk(
        &[(
            "own/clinic.yaml",
            "name: Words Clinic\nbrand: { colour: \"#1b95a8\" }\ntext:\n  en:\n    visit:\n      welcome:\n        body: TODO\n",
        )],
        &[],
    );
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/leaflets/visit").text();
    let known = between(&page, "things to know", "</section>");
    assert!(
        known.contains("<a href=\"/leaflets/visit/words/visit.welcome.body?")
            && known.contains(">Open “Welcome”</a>"),
        "{known}"
    );
    // The colour is put in plain words.
    assert!(
        known.contains("Text in your colour would be hard to read")
            && known.contains("<a href=\"/clinic#colour\">Open “Clinic”</a>")
            && !known.contains("tinted panel"),
        "{known}"
    );
}

#[test]
fn a_very_long_sentence_and_a_missing_number_stop_print() {
    let definition = "id: visit\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: welcome\n    role: main-message\n";
    let library = "title: Your visit
welcome:
  heading: Welcome
  body: >-
    {{#if clinic.emergency_number}}Call {{clinic.emergency_number}}.{{else}}Call for help.{{/if}}
";
    let desk = desk(
        &[
            ("library/visit/text/en.yaml", library),
            ("library/visit/handout.yaml", definition),
        ],
        &[],
    );
    let cookie = desk.session();
    let leaflet = || get(&desk, &cookie, "/leaflets/visit").text();
    let page = leaflet();
    for part in [
        "id=\"print\" disabled",
        "This leaflet names your emergency number, and your clinic has none.",
        "<a href=\"/clinic#emergency\">Add the number</a>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let print = |status: u16| {
        let answer = post(&desk, &cookie, "/leaflets/visit/print", "copies=1");
        assert_eq!(answer.status, status, "{}", answer.text());
    };
    print(422);
    desk.project
        .change("own/clinic.yaml", "name", "emergency_number: \"999\"\nname");
    assert!(!leaflet().contains("id=\"print\" disabled"));
    print(303);

    // A sentence of 30 words is printed, one of 31 is saved and not printed.
    let body = |words: usize| format!("Come{}.", " soon".repeat(words - 1));
    assert_eq!(save(&desk, &cookie, BODY, "replace", &body(30)), 303);
    assert!(!leaflet().contains("id=\"print\" disabled"));
    assert_eq!(save(&desk, &cookie, BODY, "replace", &body(31)), 303);
    let page = leaflet();
    for part in [
        "id=\"print\" disabled",
        "This sentence has 31 words.",
        "<a href=\"/leaflets/visit/words/visit.welcome.body?",
        "Open “Hello”</a>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    print(422);
    let file = get(&desk, &cookie, "/leaflets/visit/files/visit.pdf");
    assert_eq!(file.status, 422);
    assert_eq!(
        post(&desk, &cookie, "/leaflets/visit/pile", "copies=1").status,
        422
    );
    let words = get(&desk, &cookie, BODY).text();
    assert!(words.contains("this will not be printed"), "{words}");
}

#[test]
fn library_and_review_name_leaflets_that_do_not_fit_the_clinics_paper() {
    let clinic = CLINIC.replace(
        "text:",
        "defaults: { edition: short, paper: dl-trifold }\ntext:",
    );
    let desk = desk(&[("own/clinic.yaml", &clinic)], &[]);
    let cookie = desk.session();
    let fits = [tried(&desk, &cookie, "/"), tried(&desk, &cookie, "/review")];
    for page in &fits {
        assert!(!page.contains("cannot be made"), "{page}");
    }
    assert!(
        fits[0].contains("src=\"/leaflets/visit/pages/1?"),
        "{}",
        fits[0]
    );

    let words = "Come at nine. Bring a friend. ".repeat(200);
    assert_eq!(save(&desk, &cookie, BODY, "replace", words.trim()), 303);
    let library = tried(&desk, &cookie, "/");
    for part in [
        "“Your visit” cannot be made on your paper (Short, Folded)",
        "Cannot be made on your paper (Short, Folded)",
        "1 leaflet needs attention.",
    ] {
        assert!(library.contains(part), "{part}: {library}");
    }
    assert!(
        !library.contains("src=\"/leaflets/visit/pages/1?"),
        "{library}"
    );
    let review = tried(&desk, &cookie, "/review");
    let section = between(&review, "Cannot be made</h2>", "</section>");
    assert!(
        section.contains("href=\"/leaflets/visit?language=en\""),
        "{section}"
    );
    assert!(!review.contains("Nothing needs attention"), "{review}");
    // The leaflet's own screen says the same.
    let leaflet = get(&desk, &cookie, "/leaflets/visit").text();
    assert!(
        leaflet.contains("This leaflet could not be made"),
        "{leaflet}"
    );
    assert!(leaflet.contains("id=\"amount\" hidden"), "{leaflet}");
    assert!(!leaflet.contains("id=\"print\""), "{leaflet}");

    assert_eq!(save(&desk, &cookie, BODY, "replace", "Come."), 303);
    let library = tried(&desk, &cookie, "/");
    assert!(!library.contains("annot be made"), "{library}");
    let leaflet = get(&desk, &cookie, "/leaflets/visit").text();
    assert!(leaflet.contains("id=\"amount\"><"), "{leaflet}");
}

#[test]
fn library_and_review_name_leaflets_that_print_refuses() {
    let desk = desk(&[], &[]);
    let cookie = desk.session();
    let long = format!("Come{}.", " soon".repeat(30));
    assert_eq!(save(&desk, &cookie, BODY, "replace", &long), 303);
    let library = tried(&desk, &cookie, "/");
    assert!(
        library.contains("“Your visit” cannot be printed yet"),
        "{library}"
    );
    // Its page can be seen.
    assert!(
        library.contains("src=\"/leaflets/visit/pages/1?"),
        "{library}"
    );
    let review = tried(&desk, &cookie, "/review");
    let section = between(&review, "Cannot be printed yet</h2>", "</section>");
    assert!(section.contains("This sentence has 31 words."), "{section}");
}

#[test]
fn a_file_that_is_changed_by_hand_only_is_named_with_its_line() {
    for (lines, line, what, instead) in [
        (
            "        heading:\tHello",
            8,
            "a tab after the colon",
            "Write a space in its place, then save again.",
        ),
        (
            "        ? heading\n        : Hello",
            8,
            "a key after a question mark",
            "Write the key and its value as <code>key: value</code>, without <code>?</code>, then save again.",
        ),
        (
            "        heading: !!str |\n          Hello",
            8,
            "a tag after the colon",
            "Take out the word that begins with <code>!</code>, then save again.",
        ),
    ] {
        let clinic = CLINIC.replace("        heading: Hello", lines);
        let desk = desk(&[("own/clinic.yaml", &clinic)], &[]);
        let cookie = desk.session();
        // A key after a question mark is changed in place. A new one beside it is not.
        let address = match lines.contains('?') {
            true => BODY,
            false => HEADING,
        };
        let stamp = stamp(&desk, &cookie, address);
        let form = form("save", "replace", "Good day", &stamp);
        let answer = post(&desk, &cookie, address, &form);
        let page = answer.text();
        assert_eq!(answer.status, 422, "{lines}");
        assert_eq!(file(&desk, "own/clinic.yaml"), clinic);
        assert!(page.contains("Good day"), "{lines}: the words are gone");
        let said = between(&page, "role=\"alert\">", "</div>");
        let place = format!("line {line} of <code>clinic.yaml</code> has {what}");
        assert!(said.contains(&place), "{place}: {said}");
        assert!(said.contains(instead), "{instead}: {said}");
    }
}

#[test]
fn the_letter_and_the_fixed_words_are_changed_like_other_texts() {
    let desk = desk(&[], &[]);
    let cookie = desk.session();
    let greeting = "/leaflets/visit/words/shared.letter.greeting";
    let page = get(&desk, &cookie, greeting).text();
    for part in [
        "<li class=\"pg\">For every leaflet</li>",
        "Dear [name in the address],",
        "The library’s text",
        "Letter with the address",
        // Its page comes first.
        "alt=\"Page 1 of 2\"",
        "aria-label=\"Change: Letter with the address\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Add after the library"), "{page}");
    let body = "/leaflets/visit/words/shared.letter.body";
    assert!(
        get(&desk, &cookie, body)
            .text()
            .contains("We are sending you information")
    );
    let typed = "Good day [name in the address],";
    assert_eq!(save(&desk, &cookie, greeting, "replace", typed), 303);
    let words = "Here is what we talked about. Call us with questions.";
    assert_eq!(save(&desk, &cookie, body, "replace", words), 303);
    let tip = "/leaflets/visit/words/shared.words.tip";
    let page = get(&desk, &cookie, tip).text();
    assert!(page.contains("<p>Tip:</p>"), "{page}");
    assert_eq!(save(&desk, &cookie, tip, "replace", "Our tip:"), 303);
    let page_of = "/leaflets/visit/words/shared.words.page-of";
    let wrong = "Sheet {page} of {count}";
    assert_eq!(save(&desk, &cookie, page_of, "replace", wrong), 303);
    let page = get(&desk, &cookie, page_of).text();
    for hint in [
        "does not print its <code>{pages}</code>",
        "has no <code>{count}</code>",
    ] {
        assert!(page.contains(hint), "{hint}: {page}");
    }
    assert_eq!(save(&desk, &cookie, page_of, "library", ""), 303);
    let signatures = "/leaflets/visit/words/shared.letter.signatures";
    assert!(
        get(&desk, &cookie, signatures)
            .text()
            .contains("our name</span>")
    );
    let stamp = stamp(&desk, &cookie, signatures);
    let items = format!("do=save&mode=replace&item%5B%5D=Dr+Ann+Lee&item%5B%5D=Bo&stamp={stamp}");
    assert_eq!(post(&desk, &cookie, signatures, &items).status, 303);
    let expected = format!(
        "{CLINIC}    shared:
      letter:
        greeting: Good day {{{{address.name}}}},
        body: {words}
        signatures:
          - Dr Ann Lee
          - \"Bo\"
      words:
        tip: \"Our tip:\"
"
    );
    assert_eq!(file(&desk, "own/clinic.yaml"), expected);
    let page = get(&desk, &cookie, body).text();
    assert!(
        page.contains("<span class=\"chip ours\">Ours</span>"),
        "{page}"
    );
    // Our changes show them, and each link leads back.
    let changes = get(&desk, &cookie, "/leaflets/visit/changes").text();
    assert!(
        changes.contains("The letter before the leaflet"),
        "{changes}"
    );
    let links = changes.split("<a class=\"noprint\" href=\"").skip(1);
    let links: Vec<&str> = links.map(|link| link.split('"').next().unwrap()).collect();
    assert_eq!(links.len(), 5, "{changes}");
    assert!(changes.contains("None of these 5 changes is approved."));
    // The built-in words that are left out can be read, too.
    let left_out = changes.split("Left out: </span>").skip(1);
    let left_out: Vec<&str> = left_out
        .map(|text| text.split('<').next().unwrap())
        .collect();
    let left_out = left_out.join("|");
    for words in ["Dear", "information about your health.", "[our name]"] {
        assert!(left_out.contains(words), "{words}: {left_out}");
    }
    assert!(!changes.contains("Added to"), "{changes}");
    for link in links {
        let link = link.replace("&amp;", "&");
        assert_eq!(get(&desk, &cookie, &link).status, 200, "{link}");
    }
    // The printed letter has the words.
    let form = "language=en&cover=letter&letter:address=Ada+Bell%0A12+Mill+Lane%0AIN1+2AB&patient.first_name=Ada";
    let page = post(&desk, &cookie, "/leaflets/visit", form).text();
    assert!(page.contains("id=\"print\" formaction"), "{page}");
    assert_eq!(save(&desk, &cookie, body, "library", ""), 303);
    assert!(!file(&desk, "own/clinic.yaml").contains(words));
}

#[test]
fn nothing_but_the_saved_text_changes_by_a_byte() {
    let clinic = CLINIC.replace(
        "heading: Hello\n",
        "heading: Hel\u{2028}lo # a\u{85}b\n      square:\n        caption: A\u{2029}square\n",
    );
    let desk = desk(&[("own/clinic.yaml", &clinic)], &[]);
    let cookie = desk.session();
    let caption = "/leaflets/visit/words/visit.square.caption";
    assert_eq!(save(&desk, &cookie, caption, "replace", "One"), 303);
    let edited = clinic.replace("A\u{2029}square", "One");
    assert_eq!(file(&desk, "own/clinic.yaml"), edited);
    // What a word processor puts on the clipboard can be saved, too.
    assert_eq!(
        save(&desk, &cookie, caption, "replace", "One\u{2028}two"),
        303
    );
    let saved = file(&desk, "own/clinic.yaml");
    assert!(
        saved.contains("heading: Hel\u{2028}lo # a\u{85}b\n"),
        "{saved}"
    );
    assert!(!saved.contains("One\u{2028}two"), "{saved}");
    // The screen Clinic keeps them, too.
    let page = get(&desk, &cookie, "/clinic").text();
    let mark = between(&page, "name=\"stamp\" value=\"", "\"");
    let form = format!("stamp={mark}&was-department=&department=Ward+3");
    assert_eq!(post(&desk, &cookie, "/clinic", &form).status, 303);
    assert_eq!(
        file(&desk, "own/clinic.yaml"),
        format!("{saved}department: Ward 3\n")
    );
}

#[test]
fn a_text_without_words_says_that_nothing_is_printed() {
    let desk = desk(&[], &[]);
    let cookie = desk.session();
    let greeting = "/leaflets/visit/words/shared.letter.greeting";
    let note = "This is empty, so nothing is printed in its place. To print the library’s words, choose “Use the \
                library’s”.";
    assert!(!get(&desk, &cookie, greeting).text().contains(note));
    // The library's words come into the empty field first.
    save(&desk, &cookie, greeting, "replace", "x");
    assert_eq!(save(&desk, &cookie, greeting, "replace", ""), 303);
    assert!(file(&desk, "own/clinic.yaml").contains("greeting: \"\"\n"));
    let page = get(&desk, &cookie, greeting).text();
    assert!(page.contains(note), "{page}");
    // A title may not be empty.
    let title = "/leaflets/visit/words/visit.title";
    save(&desk, &cookie, title, "replace", "x");
    save(&desk, &cookie, title, "replace", "");
    let page = get(&desk, &cookie, title).text();
    assert!(
        !page.contains(note) && page.contains("class=\"err\""),
        "{page}"
    );
}

/// Returns top and height of the frame around a text, in percent of the page.
fn frame(page: &str, label: &str) -> (f32, f32) {
    let rest = page
        .split_once(&format!("aria-label=\"Change: {label}\""))
        .unwrap();
    let number = |name| between(rest.1, name, "%").parse().unwrap();
    (number("top:"), number(";height:"))
}

#[test]
fn frames_are_around_the_subtitle_and_the_small_print() {
    let texts = "title: Your visit\nsubtitle: For everybody who comes to us for the first time\n";
    let closing = "closing:\n  body: Reviewed in {{date handout.reviewed \"month\"}}.\n";
    let desk = desk(&[("library/text/en.yaml", closing)], &[]);
    let cookie = desk.session();
    let title = "/leaflets/visit/words/visit.title";
    let (_, alone) = frame(
        &get(&desk, &cookie, title).text(),
        "Title and who it is for",
    );
    desk.project
        .change("library/visit/text/en.yaml", "title: Your visit\n", texts);
    let page = get(&desk, &cookie, title).text();
    let (top, both) = frame(&page, "Title and who it is for");
    assert!(both > alone + 1.0, "{both} after {alone}");
    let (next, _) = frame(&page, "Hello");
    assert!(top + both <= next, "{top} {both} {next}");
    let page = get(&desk, &cookie, "/leaflets/visit/words/shared.closing.body").text();
    let (top, _) = frame(&page, "Small print at the end");
    assert!(top > next, "{top} {next}");
    let current = "aria-label=\"Change: Small print at the end\" aria-current=\"true\"";
    assert!(page.contains(current), "{page}");
    // Its month has a name, and no code.
    assert!(
        page.contains("Reviewed in <span class=\"cite\">month of the last review</span>."),
        "{page}"
    );
}
