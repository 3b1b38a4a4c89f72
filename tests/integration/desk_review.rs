//! The desk records who approved and reviewed what, and prints the words that a person chose.

use std::fs;

use crate::desk_program::{Answer, Desk, between, get, post, tried};
use crate::test_project::TestProject;

const LOCK: &str = "library/clinics/example/clinic.lock";
const TEXT: &str = "library/clinics/example/text/en.yaml";

/// The clinic's words. The library's text was "We are glad.\n\nYou may bring a friend." when they were written.
const WORDS: &str = "# Anna looks after these words.
visit:
  title: Our visit # short
  # Agreed in the team.
  square:
    caption: A black square
  welcome:
    body: |
      We are glad.

      You may bring a friend. Our door is green.
";
/// A `clinic.lock` of the time before the library changed its texts.
const OLD: &str = "overrides:
  en:
    visit.title: { library: A small library, version: 0.9.0, base: Your visit }
    visit.square.caption: { library: A small library, version: 0.9.0, base: A little square }
    visit.welcome.body:
      library: A small library
      version: 0.9.0
      base: |-
        We are glad.

        You may bring a friend.
";

fn project() -> TestProject {
    let project = TestProject::new();
    let old = "Dear {{patient.first_name}}, we are glad that you come.";
    let new = "We are very glad.\n\n    You may bring a friend.";
    project.change("library/visit/text/en.yaml", old, new);
    project.write(TEXT, WORDS);
    project.write(LOCK, OLD);
    project
}

impl Desk {
    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.project.path(path)).unwrap()
    }
}

/// Writes a form. Values are as forms send them.
fn form(fields: &[(&str, &str)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    fields.join("&")
}

fn approve(desk: &Desk, cookie: &str, state: &str, name: &str) -> Answer {
    let fields = [("language", "en"), ("state", state), ("name", name)];
    post(desk, cookie, "/leaflets/visit/changes", &form(&fields))
}

/// Returns the mark of the words that the screen shows.
fn state(desk: &Desk, cookie: &str) -> String {
    let page = get(desk, cookie, "/leaflets/visit/changes").text();
    between(&page, "name=\"state\" value=\"", "\"").to_owned()
}

#[test]
fn a_text_that_changes_after_its_approval_is_not_approved() {
    let desk = Desk::start_in(project(), &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/leaflets/visit/changes").text();
    assert!(
        page.contains("None of these 3 changes is approved."),
        "{page}"
    );
    let old = state(&desk, &cookie);
    for name in ["", "++", &"x".repeat(201)] {
        let answer = approve(&desk, &cookie, &old, name);
        assert_eq!(answer.status, 422, "{name}");
        assert!(answer.text().contains("Write your name"), "{name}");
    }
    assert_eq!(desk.read(LOCK), OLD);
    let answer = approve(&desk, &cookie, &old, "Ann%3A+%3Cb%3E%22+%23Lee");
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = get(&desk, &cookie, "/leaflets/visit/changes").text();
    assert!(
        page.contains("All of these changes are approved."),
        "{page}"
    );
    assert!(
        page.contains("Approved by Ann: &lt;b&gt;&quot; #Lee, 21"),
        "{page}"
    );
    let lock = desk.read(LOCK);
    let approved = lock.split_once("\napproved:").unwrap().1;
    for key in ["visit.title", "visit.square.caption", "visit.welcome.body"] {
        assert!(approved.contains(key), "{key}: {lock}");
    }
    assert!(lock.contains("base: A little square"), "{lock}");

    desk.project.change(TEXT, "door is green", "door is blue");
    let page = get(&desk, &cookie, "/leaflets/visit/changes").text();
    assert!(page.contains("1 of 3 changes is not approved."), "{page}");
    assert!(
        page.contains("Not approved: changed since Ann: &lt;b&gt;"),
        "{page}"
    );

    // The page of before shows other words.
    let answer = approve(&desk, &cookie, &old, "Bo");
    assert_eq!(answer.status, 409);
    assert!(!desk.read(LOCK).contains("by: Bo"));
}

/// Changes of a clinic that print more than their texts.
const SECTIONS: &str = "vars: { dose: 5 mg }
sections:
  visit:
    insert:
      - { section: tablets, certainty: some-evidence, after: welcome }
      - { callout: care, kind: tip, after: square }
";
const TEXTS: &str = "visit:
  welcome:
    body: |
      {{> base}}

      Take {{clinic.vars.dose}}.
  tablets:
    heading: Tablets
    body: Read [our page](https://example.org/tablets).
  care:
    title: Our card
    body: Keep it.
";

/// Starts the desk with a clinic that has these texts.
fn desk_with(clinic: &str, texts: &str) -> Desk {
    let project = TestProject::new();
    let facts = "name: Wood Clinic\nemergency_number: \"999\"\n";
    project.write("c/clinic.yaml", format!("{facts}{clinic}"));
    project.write("c/text/en.yaml", texts);
    Desk::start_in(project, &["-c", "c"])
}

/// Approves all changes, and returns whether the page says so.
fn approve_all(desk: &Desk, cookie: &str) -> bool {
    let state = state(desk, cookie);
    assert_eq!(approve(desk, cookie, &state, "Ann").status, 303);
    are_approved(desk, cookie)
}

fn are_approved(desk: &Desk, cookie: &str) -> bool {
    let page = get(desk, cookie, "/leaflets/visit/changes").text();
    page.contains("All of these changes are approved.")
}

#[test]
fn words_for_other_readers_are_approved_too() {
    let body = "{{#if patient.first_name}}{{> base}}{{else}}Take fifty tablets.{{/if}}";
    let desk = desk_with("", &format!("visit:\n  welcome:\n    body: \"{body}\"\n"));
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/leaflets/visit/changes").text();
    for part in [
        "This change is not approved.",
        "This text depends on: first name.",
        "[if first name]",
        "Take fifty tablets.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(approve_all(&desk, &cookie));
    desk.project.change("c/text/en.yaml", "fifty", "sixty");
    assert!(!are_approved(&desk, &cookie));
}

#[test]
fn an_approval_covers_what_is_printed() {
    let desk = desk_with(SECTIONS, TEXTS);
    let cookie = desk.session();
    assert!(approve_all(&desk, &cookie));
    for (file, old, new) in [
        ("c/clinic.yaml", "5 mg", "50 mg"),
        ("c/clinic.yaml", "some-evidence", "well-established"),
        ("c/clinic.yaml", "kind: tip", "kind: caution"),
        ("c/clinic.yaml", "after: welcome", "before: welcome"),
        ("library/visit/text/en.yaml", "we are glad", "we are sad"),
    ] {
        desk.project.change(file, old, new);
        assert!(!are_approved(&desk, &cookie), "{new}");
        desk.project.change(file, new, old);
        assert!(are_approved(&desk, &cookie), "{old}");
    }
}

#[test]
fn all_that_is_printed_of_a_change_is_shown() {
    let desk = desk_with(SECTIONS, TEXTS);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/leaflets/visit/changes").text();
    for part in [
        "(https://example.org/tablets)",
        "Tip: Our card",
        "[Some evidence]",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let said = desk
        .project
        .run(&["customize", "diff", "visit", "-c", "c"], "");
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("(https://example.org/tablets)"), "{said}");
}

#[test]
fn a_choice_changes_its_text_and_nothing_else() {
    let desk = Desk::start_in(project(), &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/review").text();
    // The library's title has not changed.
    assert!(!page.contains("value=\"visit.title\""), "{page}");
    let choose = |key: &str, state: &str, choice: &str| {
        let fields = [
            ("key", key),
            ("language", "en"),
            ("state", state),
            ("choice", choice),
        ];
        post(&desk, &cookie, "/review/texts", &form(&fields))
    };
    let shown = |key: &str| {
        let page = get(&desk, &cookie, "/review").text();
        let form = page.split_once(&format!("value=\"{key}\"")).unwrap().1;
        between(form, "name=\"state\" value=\"", "\"").to_owned()
    };
    let body = shown("visit.welcome.body");
    for (key, state, choice, status) in [
        ("visit.welcome.body", "0", "both", 409),
        ("visit.welcome.body", body.as_str(), "all", 404),
        ("visit.title", body.as_str(), "ours", 409),
        ("../clinic", body.as_str(), "library", 409),
    ] {
        assert_eq!(choose(key, state, choice).status, status, "{key} {choice}");
    }
    assert_eq!(
        (desk.read(TEXT).as_str(), desk.read(LOCK).as_str()),
        (WORDS, OLD)
    );

    assert_eq!(choose("visit.welcome.body", &body, "both").status, 303);
    let merged = WORDS.replace("We are glad.", "We are very glad.");
    assert_eq!(desk.read(TEXT), merged);
    let lock = desk.read(LOCK);
    assert!(
        lock.contains("We are very glad.") && lock.contains("A little square"),
        "{lock}"
    );

    let caption = shown("visit.square.caption");
    // Both changed the same word.
    assert_eq!(choose("visit.square.caption", &caption, "both").status, 404);
    assert_eq!(choose("visit.square.caption", &caption, "ours").status, 303);
    assert_eq!(desk.read(TEXT), merged);
    assert!(desk.read(LOCK).contains("base: A square"));

    desk.project.write(LOCK, OLD);
    let caption = shown("visit.square.caption");
    assert_eq!(
        choose("visit.square.caption", &caption, "library").status,
        303
    );
    let own = "  # Agreed in the team.\n  square:\n    caption: A black square\n";
    assert!(!desk.read(TEXT).contains("A black square"));
    assert_eq!(
        desk.read(TEXT).replace("  # Agreed in the team.\n", ""),
        merged.replace(own, "")
    );
    assert!(!desk.read(LOCK).contains("visit.square.caption"));
}

#[test]
fn a_review_has_a_name_and_a_later_day() {
    let project = project();
    project.change(
        "library/visit/handout.yaml",
        "review_by: 2028-11-21",
        "review_by: 2026-11-20",
    );
    project.change(
        "library/visit/handout.yaml",
        "reviewed: 2026-11-21",
        "reviewed: 2025-11-21",
    );
    let desk = Desk::start_in(project, &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/review?mark=visit").text();
    assert!(page.contains("Overdue since 20"), "{page}");
    let mark = |version: &str, name: &str, next: &str| {
        let fields = [
            ("mark", "visit"),
            ("version", version),
            ("name", name),
            ("next", next),
        ];
        post(&desk, &cookie, "/review/reviewed", &form(&fields))
    };
    for (version, name, next, status, words) in [
        (
            "1.0.0",
            "",
            "2028-11-21",
            422,
            "Write the name of the clinician",
        ),
        (
            "1.0.0",
            "Ann",
            "3%2F4%2F2028",
            422,
            "Write a day after today",
        ),
        ("1.0.0", "Ann", "2026-11-21", 422, "Write a day after today"),
        ("1.0.0", "Ann", "soon", 422, "Write a day after today"),
        (
            "0.9.0",
            "Ann",
            "2028-11-21",
            409,
            "changed by somebody else",
        ),
    ] {
        let answer = mark(version, name, next);
        assert_eq!(answer.status, status, "{next}");
        assert!(answer.text().contains(words), "{next}: {}", answer.text());
    }
    assert_eq!(desk.read(LOCK), OLD);
    assert_eq!(mark("1.0.0", "Ann", "3+April+2028").status, 303);
    assert!(
        desk.read(LOCK).contains("next: 2028-04-03"),
        "{}",
        desk.read(LOCK)
    );
    assert!(!get(&desk, &cookie, "/review").text().contains("Overdue"));
    let listed = desk.project.run(&["list", "--json"], "");
    assert!(
        String::from_utf8(listed.stdout)
            .unwrap()
            .contains("2028-04-03")
    );
}

#[test]
fn a_review_covers_the_words_that_were_read() {
    let desk = desk_with(SECTIONS, TEXTS);
    let dates = "library/visit/handout.yaml";
    desk.project
        .change(dates, "review_by: 2028-11-21", "review_by: 2026-11-20");
    desk.project
        .change(dates, "reviewed: 2026-11-21", "reviewed: 2025-11-21");
    let cookie = desk.session();
    let fields = [
        ("mark", "visit"),
        ("version", "1.0.0"),
        ("name", "Ann"),
        ("next", "3+April+2028"),
    ];
    let page = get(&desk, &cookie, "/review?mark=visit").text();
    let read = between(&page, "name=\"words\" value=\"", "\"");
    let mark = || {
        let fields = [fields.as_slice(), &[("words", read)]].concat();
        post(&desk, &cookie, "/review/reviewed", &form(&fields)).status
    };
    // The words changed while somebody read them.
    desk.project.change("c/text/en.yaml", "Keep it", "Lose it");
    assert_eq!(mark(), 409);
    desk.project.change("c/text/en.yaml", "Lose it", "Keep it");
    assert_eq!(mark(), 303);
    let is_own = || {
        let listed = desk.project.run(&["list", "--json", "-c", "c"], "");
        String::from_utf8(listed.stdout)
            .unwrap()
            .contains("2028-04-03")
    };
    assert!(is_own());
    for (file, old, new) in [
        ("c/text/en.yaml", "Keep it", "Lose it"),
        ("c/clinic.yaml", "5 mg", "50 mg"),
        ("c/clinic.yaml", "kind: tip", "kind: caution"),
    ] {
        desk.project.change(file, old, new);
        assert!(!is_own(), "{new}");
        desk.project.change(file, new, old);
        assert!(is_own(), "{old}");
    }
}

#[test]
fn a_computer_that_may_only_look_decides_nothing() {
    let desk = Desk::start_in(project(), &["--read-only"]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/leaflets/visit/changes").text();
    assert!(page.contains("This computer may only look."), "{page}");
    assert!(!page.contains("Approve these changes"), "{page}");
    assert!(
        !get(&desk, &cookie, "/review")
            .text()
            .contains("Save this choice")
    );
    for (path, fields) in [
        (
            "/leaflets/visit/changes",
            form(&[("language", "en"), ("name", "Ann"), ("state", "0")]),
        ),
        (
            "/review/reviewed",
            form(&[("mark", "visit"), ("name", "Ann"), ("next", "2030-01-01")]),
        ),
        (
            "/review/texts",
            form(&[("key", "visit.welcome.body"), ("choice", "ours")]),
        ),
    ] {
        let answer = post(&desk, &cookie, path, &fields);
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.text().contains("may only look"), "{path}");
    }
    assert_eq!(
        (desk.read(TEXT).as_str(), desk.read(LOCK).as_str()),
        (WORDS, OLD)
    );
}

#[test]
fn decisions_need_a_session_and_this_site() {
    let desk = Desk::start_in(project(), &[]);
    let cookie = desk.session();
    for path in [
        "/review",
        "/leaflets/visit/changes",
        "/leaflets/visit/changes/file",
    ] {
        assert_eq!(get(&desk, "X-Cookie: none", path).status, 403, "{path}");
    }
    for path in [
        "/review/reviewed",
        "/review/texts",
        "/review/seen",
        "/leaflets/visit/changes",
    ] {
        assert_eq!(
            post(&desk, "X-Cookie: none", path, "").status,
            403,
            "{path}"
        );
        let cross = ["Sec-Fetch-Site: cross-site", cookie.as_str()];
        assert_eq!(
            desk.ask(&format!("POST {path}"), &cross, "").status,
            403,
            "{path}"
        );
        assert_eq!(
            get(&desk, &cookie, path).status / 100,
            if path.contains("changes") { 2 } else { 4 }
        );
    }
    assert_eq!(desk.read(LOCK), OLD);
}

#[test]
fn the_first_decision_records_the_sources() {
    let project = project();
    let references = "ann-2020:\n  type: web\n  title: On squares\n  author: Lee, Ann\n  date: 2020\n  url: https://a.example/\n";
    project.write("library/references.yaml", references);
    project.change(
        "library/visit/text/en.yaml",
        "We are very glad.",
        "We are very glad [@ann-2020].",
    );
    project.change(
        "library/visit/handout.yaml",
        "  - figure: square\n    image: figures/square.svg\n",
        "  - figure: square\n    image: figures/square.svg\n  - references\n",
    );
    project.change(TEXT, "We are glad.", "We are glad [@ann-2020].");
    let desk = Desk::start_in(project, &[]);
    let cookie = desk.session();
    let mark = state(&desk, &cookie);
    assert_eq!(approve(&desk, &cookie, &mark, "Ann").status, 303);
    assert!(
        desk.read(LOCK).contains("ann-2020: "),
        "{}",
        desk.read(LOCK)
    );
    assert!(
        !get(&desk, &cookie, "/review")
            .text()
            .contains("Evidence that was updated")
    );
    // The day on which somebody opened its page says nothing about the source.
    let opened = "url: { value: https://a.example/, date: 2026-11-01 }";
    desk.project
        .change("library/references.yaml", "url: https://a.example/", opened);
    assert!(
        !get(&desk, &cookie, "/review")
            .text()
            .contains("Evidence that was updated")
    );
    desk.project.change(
        "library/references.yaml",
        "On squares",
        "On squares, second edition",
    );
    let page = get(&desk, &cookie, "/review").text();
    assert!(
        page.contains("Evidence that was updated") && page.contains("second edition"),
        "{page}"
    );
    let state = between(
        page.split_once("value=\"ann-2020\"").unwrap().1,
        "value=\"",
        "\"",
    );
    let seen = |state: &str| {
        let fields = form(&[("source", "ann-2020"), ("state", state)]);
        post(&desk, &cookie, "/review/seen", &fields).status
    };
    assert_eq!(seen("0"), 409);
    assert_eq!(seen(state), 303);
    assert!(
        !get(&desk, &cookie, "/review")
            .text()
            .contains("Evidence that was updated")
    );
}

#[test]
fn review_names_what_nobody_checked_or_approved() {
    let project = TestProject::new();
    project.write(
        "c/clinic.yaml",
        "name: Wood Clinic\nemergency_number: \"999\"\n",
    );
    project.write("c/text/en.yaml", "visit:\n  title: Our visit\n");
    let desk = Desk::start_in(project, &["-c", "c"]);
    let cookie = desk.session();
    let review = || get(&desk, &cookie, "/review").text();
    let page = review();
    for part in [
        "Nothing is due, and nothing has changed in the library.",
        "Nobody has checked the <strong>emergency number 999</strong>",
        "href=\"/clinic#check\"",
        "<strong>Our visit</strong>: 1 change is not approved.",
        "href=\"/leaflets/visit/changes?",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let state = state(&desk, &cookie);
    assert_eq!(approve(&desk, &cookie, &state, "Ann").status, 303);
    let page = review();
    assert!(!page.contains("not approved"), "{page}");
    assert!(page.contains("emergency number 999"), "{page}");
    let lock = desk.read("c/clinic.lock");
    let checked = "checked:\n  emergency_number: { value: \"999\", by: Ann, on: 2026-11-21 }\n";
    desk.project.write("c/clinic.lock", lock + checked);
    let page = tried(&desk, &cookie, "/review");
    assert!(page.contains("Nothing needs attention."), "{page}");
    assert!(!page.contains("Not checked or approved"), "{page}");
    // Another number is another check.
    desk.project.change("c/clinic.yaml", "999", "112");
    assert!(review().contains("emergency number 112"));
}

#[test]
fn the_form_of_the_clinic_says_how_many_numbers_to_try() {
    let project = TestProject::new();
    project.write(
        "c/clinic.yaml",
        "name: Wood Clinic\nemergency_number: \"999\"\n",
    );
    let desk = Desk::start_in(project, &["-c", "c"]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/clinic").text();
    assert!(page.contains("Try the number before"), "{page}");
    desk.project
        .change("c/clinic.yaml", "name", "crisis_line: \"116 123\"\nname");
    let page = get(&desk, &cookie, "/clinic").text();
    assert!(page.contains("Try both numbers before"), "{page}");
}

#[test]
fn help_names_the_folder_of_the_clinic() {
    let project = TestProject::new();
    project.write("c/clinic.yaml", "name: Wood Clinic\n");
    let desk = Desk::start_in(project, &["-c", "c"]);
    let folder = desk.project.path("c");
    let page = get(&desk, &desk.session(), "/help").text();
    assert!(
        page.contains(&format!("<code>{}</code>", folder.display())),
        "{page}"
    );
    for key in [
        "<td>Words, Clinic</td>",
        "<kbd>Home</kbd>",
        "<kbd>Esc</kbd>",
    ] {
        assert!(page.contains(key), "{key}: {page}");
    }
}

/// Returns the number beside "Review".
fn to_look_at(page: &str) -> usize {
    let link = between(page, "id=\"to-review\">", "</a>");
    let count = link.split_once("<span class=\"count\">");
    count.map_or(0, |(_, rest)| {
        rest.split('<').next().unwrap().parse().unwrap()
    })
}

/// Counts what the screen Review lists.
fn listed(page: &str) -> usize {
    let main = between(page, "<h1>Review</h1>", "</main>");
    let rows = main.matches("<th scope=\"row\">").count();
    rows + main.matches("<article class=\"card merge\"").count()
        + main.matches("<li><div><p>").count()
}

#[test]
fn the_number_beside_review_counts_what_the_screen_lists() {
    let project = project();
    project.write(
        "library/clinics/example/clinic.yaml",
        "name: Small Clinic\nemergency_number: \"999\"\n",
    );
    let faulty = "id: faulty\nversion: 1.0.0\nreviewed: 2025-11-21\nreview_by: 2026-11-20\nsections: [contact]\n";
    project.write("library/faulty/handout.yaml", faulty);
    project.write("library/faulty/text/en.yaml", "title: Faulty {{nobody}}\n");
    let desk = Desk::start_in(project, &[]);
    let cookie = desk.session();
    let page = tried(&desk, &cookie, "/review");
    for part in [
        "Cannot be made</h2>",
        "Due for review</h2>",
        "Library texts that changed</h2>",
        "Not checked or approved</h2>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // A leaflet that is refused and due, two texts, the emergency number, and one leaflet's changes.
    assert_eq!(listed(&page), 6, "{page}");
    assert_eq!(to_look_at(&page), 6, "{page}");
    for address in ["/", "/help", "/leaflets/visit"] {
        let page = get(&desk, &cookie, address).text();
        assert_eq!(to_look_at(&page), 6, "{address}");
    }
    let mark = state(&desk, &cookie);
    assert_eq!(approve(&desk, &cookie, &mark, "Ann").status, 303);
    let page = tried(&desk, &cookie, "/review");
    assert_eq!((listed(&page), to_look_at(&page)), (5, 5), "{page}");
}

#[test]
fn words_that_take_in_the_librarys_are_not_said_to_be_printed_alone() {
    let project = project();
    let desk = Desk::start_in(project, &[]);
    let cookie = desk.session();
    let lead = || {
        let page = get(&desk, &cookie, "/review").text();
        between(&page, "Library texts that changed</h2>", "</header>").to_owned()
    };
    let ours = "We print your words until you choose.";
    assert!(lead().ends_with(&format!("{ours}</p>")), "{}", lead());
    let body = "      We are glad.\n\n      You may bring a friend. Our door is green.\n";
    desk.project
        .change(TEXT, body, "      {{> base}}\n\n      Our door is green.\n");
    let page = lead();
    assert!(page.contains(ours), "{page}");
    assert!(
        page.contains("Where they take in the library’s, its new words are printed already."),
        "{page}"
    );
    desk.project
        .change(TEXT, "caption: A black square", "heading: \"\"");
    let page = lead();
    assert!(!page.contains(ours), "{page}");
    assert!(
        page.contains("Your words take in the library’s, so its new words are printed already."),
        "{page}"
    );
}

#[test]
fn an_old_review_of_our_words_is_asked_for_again() {
    let desk = desk_with("", "visit:\n  title: Our visit\n");
    let review =
        "reviewed:\n  visit: { version: 1.0.0, by: Ann <b>, on: 2026-11-21, next: 2028-11-01 }\n";
    desk.project.write("c/clinic.lock", review);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/review").text();
    let due = between(&page, "Due for review</h2>", "</section>");
    assert!(
        due.contains("Reviewed by Ann &lt;b&gt; on 21")
            && due.contains("Nobody recorded which of your words were read"),
        "{due}"
    );
    assert!(due.contains("Mark as reviewed"), "{due}");
    let library = get(&desk, &cookie, "/").text();
    for part in ["1 review to repeat", "Review your words again"] {
        assert!(library.contains(part), "{part}: {library}");
    }
    assert!(
        !get(&desk, &cookie, "/leaflets/visit")
            .text()
            .contains("next review November 2028 ")
    );
    let page = get(&desk, &cookie, "/review?mark=visit").text();
    let read = between(&page, "name=\"words\" value=\"", "\"");
    let fields = [
        ("mark", "visit"),
        ("version", "1.0.0"),
        ("words", read),
        ("name", "Bo"),
        ("next", "3+April+2028"),
    ];
    let marked = post(&desk, &cookie, "/review/reviewed", &form(&fields));
    assert_eq!(marked.status, 303, "{}", marked.text());
    let page = get(&desk, &cookie, "/review").text();
    assert!(!page.contains("Due for review"), "{page}");
    // The library's words alone are those that were read.
    desk.project.write("c/clinic.lock", review);
    desk.project.write("c/text/en.yaml", "{}\n");
    let page = get(&desk, &cookie, "/review").text();
    assert!(!page.contains("Due for review"), "{page}");
}

#[test]
fn an_approval_covers_the_pictures_of_figures() {
    let sections = "sections:
  visit:
    insert:
      - { figure: second, image: figures/second.svg, after: square }
      - { section: tablets, after: square }
    move:
      - { key: square, after: tablets }
";
    let texts =
        "visit:\n  second: { alt: A bar }\n  tablets: { heading: Tablets, body: Take them. }\n";
    let desk = desk_with(sections, texts);
    let picture = |width: u32| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 20\"><rect width=\"{width}\" height=\"20\"/></svg>"
        )
    };
    desk.project
        .write("library/visit/figures/second.svg", picture(30));
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/leaflets/visit/changes").text();
    assert!(page.contains(">Moved</span>"), "{page}");
    assert!(approve_all(&desk, &cookie));
    for (file, width) in [("second", 30), ("square", 20)] {
        let path = format!("library/visit/figures/{file}.svg");
        desk.project.write(&path, picture(10));
        assert!(!are_approved(&desk, &cookie), "{file}");
        desk.project.write(&path, picture(width));
        assert!(are_approved(&desk, &cookie), "{file}");
    }
}

#[test]
fn a_change_of_all_leaflets_is_listed_once_for_all() {
    let project = TestProject::new();
    for id in ["second", "third"] {
        let definition = fs::read_to_string(project.path("library/visit/handout.yaml")).unwrap();
        let definition = definition.replace("id: visit", &format!("id: {id}"));
        project.write(&format!("library/{id}/handout.yaml"), definition);
        for file in ["text/en.yaml", "figures/square.svg"] {
            let text = fs::read_to_string(project.path(&format!("library/visit/{file}"))).unwrap();
            let text = text.replace("title: Your visit", &format!("title: The {id} one"));
            project.write(&format!("library/{id}/{file}"), text);
        }
    }
    project.write("library/text/en.yaml", "closing: { body: Ask us. }\n");
    project.write("c/clinic.yaml", "name: Wood Clinic\n");
    let own = "shared:\n  closing: { body: Call us. }\nsecond:\n  welcome: { heading: Hello }\n";
    project.write("c/text/en.yaml", own);
    let desk = Desk::start_in(project, &["-c", "c"]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/review").text();
    let lines: Vec<&str> = page
        .split("<li><div><p><strong>")
        .skip(1)
        .map(|line| line.split("</p>").next().unwrap())
        .collect();
    let expected = [
        "The second one</strong>: 1 change is not approved.",
        "All leaflets</strong>: 1 change is not approved.",
    ];
    assert_eq!(lines, expected);
    // A text that only some leaflets have names them.
    let own = "shared:\n  square: { caption: Our square }\n";
    desk.project.write("c/text/en.yaml", own);
    let shared = "closing: { body: Ask us. }\nsquare: { caption: A square }\n";
    desk.project.write("library/text/en.yaml", shared);
    for id in ["visit", "second", "third"] {
        let text = format!("library/{id}/text/en.yaml");
        desk.project.change(&text, "  caption: A square\n", "");
    }
    let figure = "  - figure: square\n    image: figures/square.svg\n";
    let definition = "library/second/handout.yaml";
    desk.project.change(definition, figure, "");
    let alone = "square:\n  alt: A black square\n";
    desk.project
        .change("library/second/text/en.yaml", alone, "");
    let page = get(&desk, &cookie, "/review").text();
    let named = "<strong>“The third one” and “Your visit”</strong>: 1 change is not approved.";
    assert!(page.contains(named), "{page}");
}

#[test]
fn a_shared_text_that_a_leaflet_has_itself_is_no_change_of_it() {
    let project = TestProject::new();
    project.write("library/text/en.yaml", "square: { caption: A shape }\n");
    project.write("c/clinic.yaml", "name: Wood Clinic\n");
    project.write(
        "c/text/en.yaml",
        "shared: { square: { caption: Our shape } }\n",
    );
    let desk = Desk::start_in(project, &["-c", "c"]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/leaflets/visit/changes").text();
    assert!(!page.contains("Our shape"), "{page}");
    // A text that takes the shared one in shows it.
    desk.project.change(
        "library/visit/text/en.yaml",
        "caption: A square",
        "caption: \"{{> base}} with corners\"",
    );
    let page = get(&desk, &cookie, "/leaflets/visit/changes").text();
    assert!(page.contains("Our"), "{page}");
}
