//! A clinic's texts across a library update: changes are found, shown, merged and accepted.

use std::fs;
use std::path::Path;
use std::process::Command;

use handout::leaflet::{self};
use handout::{Clinic, Faces, JobData, LeafletRequest, Library};
use tempfile::TempDir;

use crate::test_project::{PROGRAM, copy_folder};

/// A temporary copy of `tests/customize`: a clinic and two versions of a library.
struct ClinicProject {
    folder: TempDir,
    library: &'static str,
}

impl ClinicProject {
    /// Starts at version 1, with nothing recorded.
    fn new() -> ClinicProject {
        let folder = TempDir::new().unwrap();
        copy_folder(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/customize"),
            folder.path(),
        );
        ClinicProject {
            folder,
            library: "library-1",
        }
    }

    /// Records at version 1, then switches to version 2 and its renamed section.
    fn updated() -> ClinicProject {
        let project = ClinicProject::new();
        project.run("customize update", 0);
        let project = project.with(
            "clinic/clinic.yaml",
            "after: what-helps",
            "after: what-can-help",
        );
        ClinicProject {
            library: "library-2",
            ..project
        }
    }

    /// Replaces a text that occurs once in a file.
    #[track_caller]
    fn with(self, path: &str, words: &str, others: &str) -> ClinicProject {
        let text = self.read(path);
        assert_eq!(text.matches(words).count(), 1, "{words} in {text}");
        fs::write(self.folder.path().join(path), text.replace(words, others)).unwrap();
        self
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.path().join(path), text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join(path)).unwrap()
    }

    /// Runs a command in the clinic's folder and returns its output.
    #[track_caller]
    fn run(&self, arguments: &str, status: i32) -> String {
        let run = Command::new(PROGRAM)
            .args(arguments.split(' '))
            .args([
                "--library",
                &format!("../{}", self.library),
                "--date",
                "2026-07-01",
            ])
            .current_dir(self.folder.path().join("clinic"))
            .env_remove("HANDOUT_LIBRARY")
            .output()
            .unwrap();
        let said = [run.stdout, run.stderr]
            .map(|bytes| String::from_utf8(bytes).unwrap())
            .concat();
        assert_eq!(
            run.status.code(),
            Some(status),
            "handout {arguments}\n{said}"
        );
        said
    }

    /// Returns the places, `file:line:column`, in a command's output.
    fn places(said: &str) -> Vec<&str> {
        said.lines()
            .filter_map(|line| line.trim_start().strip_prefix("--> "))
            .collect()
    }
}

#[test]
fn new_overrides_are_recorded_once_and_read_back() {
    let project = ClinicProject::new();
    let said = project.run("customize status", 0);
    assert_eq!(
        said.matches("note[unrecorded-override]").count(),
        9,
        "{said}"
    );
    assert!(
        said.contains("9 library texts replaced; 9 not in clinic.lock"),
        "{said}"
    );
    assert_eq!(project.run("customize update", 0), "9 texts recorded\n");
    insta::assert_snapshot!("lock", project.read("clinic/clinic.lock"));
    assert_eq!(
        project.run("customise status", 0),
        "9 library texts replaced\n"
    );
    let lock = project.read("clinic/clinic.lock");
    assert_eq!(project.run("customize update", 0), "0 texts recorded\n");
    assert_eq!(project.read("clinic/clinic.lock"), lock);
    assert_eq!(
        project.run("generate sleep -c . -o sleep.pdf", 0),
        "sleep.pdf (2 pages)\n"
    );
}

#[test]
fn library_update_is_reported_at_each_override() {
    let project = ClinicProject::updated();
    let said = project.run("customize status", 0);
    insta::assert_snapshot!("status", said);
    assert_eq!(
        ClinicProject::places(&said),
        [
            "clinic.yaml:9:9",
            "clinic.yaml:16:9",
            "clinic.yaml:20:14",
            "clinic.yaml:22:9",
            "clinic.yaml:24:9",
            "text/en.yaml:3:5",
            "text/en.yaml:9:5",
        ]
    );
    // `generate` warns and writes the leaflet.
    let made = project.run("generate sleep -c . -o sleep.pdf", 0);
    assert_eq!(
        made.matches("warning[base-text-changed]").count(),
        4,
        "{made}"
    );
    assert_eq!(
        made.matches("warning[orphaned-override]").count(),
        2,
        "{made}"
    );
    assert!(
        !made.contains("note[") && made.contains("sleep.pdf (2 pages)"),
        "{made}"
    );
    // `check` reports the same.
    let checked = project.run("check sleep -c .", 0);
    assert_eq!(
        checked.matches("[base-text-changed]").count(),
        5,
        "{checked}"
    );
    assert_eq!(
        checked.matches("[orphaned-override]").count(),
        2,
        "{checked}"
    );
    let checked = project.run("check .", 0);
    assert_eq!(
        checked.matches("[base-text-changed]").count(),
        5,
        "{checked}"
    );
}

#[test]
fn findings_are_data_with_all_three_texts() {
    let said = ClinicProject::updated().run("customize status --message-format json", 0);
    let record = said
        .lines()
        .find(|line| line.contains("sleep.why.body"))
        .unwrap();
    let record: serde_json::Value = serde_json::from_str(record).unwrap();
    assert_eq!(
        record["texts"]["was"],
        "Poor sleep makes pain worse. Take 10 minutes to wind down."
    );
    assert_eq!(
        record["texts"]["is"],
        "Poor sleep makes pain worse. Take 30 minutes to wind down."
    );
    assert_eq!(
        record["texts"]["yours"],
        "Poor sleep makes pain worse. Take 20 minutes to wind down."
    );
    assert_eq!(
        (&record["line"], &record["column"]),
        (&20.into(), &14.into())
    );
}

#[test]
fn on_base_change_refuse_stops_leaflets_until_accepted() {
    let project = ClinicProject::updated().with(
        "clinic/clinic.yaml",
        "text:\n  en:\n    shared",
        "on_base_change: refuse\ntext:\n  en:\n    shared",
    );
    let said = project.run("generate sleep -c . -o sleep.pdf", 1);
    assert_eq!(
        said.matches("error[base-text-changed]").count(),
        4,
        "{said}"
    );
    assert!(!project.folder.path().join("clinic/sleep.pdf").exists());
    project.run("customize status", 1);
    for key in [
        "sleep.short-answer.body",
        "sleep.why.body",
        "sleep.try-this.items",
        "sleep.hours.rows",
    ] {
        project.run(&format!("customize accept {key}"), 0);
    }
    assert!(
        project
            .run("generate sleep -c . -o sleep.pdf", 0)
            .contains("sleep.pdf (2 pages)")
    );
}

#[test]
fn line_endings_and_trailing_blanks_are_no_change() {
    let project = ClinicProject::new();
    project.run("customize update", 0);
    for path in [
        "library-1/sleep/text/en.yaml",
        "library-1/text/en.yaml",
        "clinic/clinic.lock",
        "clinic/clinic.yaml",
    ] {
        let text = project.read(path).replace(
            "Sleep training helps most.\n",
            "Sleep training helps most.  \n",
        );
        fs::write(project.folder.path().join(path), text.replace('\n', "\r\n")).unwrap();
    }
    assert_eq!(
        project.run("customize status", 0),
        "9 library texts replaced\n"
    );
}

#[test]
fn separate_changes_are_merged_and_nothing_else_changes() {
    let project = ClinicProject::updated();
    let before = project.read("clinic/clinic.yaml");
    let shown = project.run("customize merge sleep.short-answer.body", 0);
    assert!(
        shown.contains("Sleep [-training-]{+therapy+} helps most."),
        "{shown}"
    );
    assert!(
        shown.contains("`--write` writes this into `clinic.yaml`"),
        "{shown}"
    );
    assert_eq!(project.read("clinic/clinic.yaml"), before);
    project.run("customize merge sleep.short-answer.body --write", 0);
    assert_eq!(
        project.read("clinic/clinic.yaml"),
        before.replace("Sleep training", "Sleep therapy")
    );
    assert!(
        !project
            .run("customize status", 0)
            .contains("sleep.short-answer.body")
    );
    let again = project.run("customize merge sleep.short-answer.body --write", 0);
    assert!(again.contains("nothing to merge"), "{again}");
}

#[test]
fn lists_are_merged_by_item() {
    let project = ClinicProject::updated();
    let before = project.read("clinic/text/en.yaml");
    project.run("customize merge sleep.try-this.items --write", 0);
    project.run("customize merge sleep.hours.rows --write", 0);
    let after = before
        .replace("Keep your room dark.", "Keep your room dark and cool.")
        .replace("      - 'Call", "      - Drink less coffee.\n      - 'Call")
        .replace("[Children, 9 to 12]", "[Children, \"9 to 13\"]");
    assert_eq!(project.read("clinic/text/en.yaml"), after);
    let said = project.run("customize status", 0);
    assert!(
        !said.contains("sleep.try-this") && !said.contains("sleep.hours"),
        "{said}"
    );
}

#[test]
fn merging_keeps_line_endings_and_a_byte_order_mark() {
    let project = ClinicProject::updated();
    let text = format!(
        "\u{feff}{}",
        project.read("clinic/clinic.yaml").replace('\n', "\r\n")
    );
    fs::write(project.folder.path().join("clinic/clinic.yaml"), &text).unwrap();
    project.run("customize merge sleep.short-answer.body --write", 0);
    assert_eq!(
        project.read("clinic/clinic.yaml"),
        text.replace("Sleep training", "Sleep therapy")
    );
}

#[test]
fn overlapping_changes_are_shown_and_never_guessed() {
    let project = ClinicProject::updated();
    let before = project.read("clinic/clinic.yaml");
    let said = project.run("customize merge sleep.why.body --write", 1);
    insta::assert_snapshot!("conflict", said);
    assert_eq!(project.read("clinic/clinic.yaml"), before);
    project.run("customize accept sleep.why.body", 0);
    assert!(
        !project
            .run("customize status", 0)
            .contains("sleep.why.body")
    );
    // An accepted text is recorded; the next change is reported again.
    let project = project.with(
        "library-2/sleep/text/en.yaml",
        "Take 30 minutes",
        "Take 40 minutes",
    );
    assert!(
        project
            .run("customize status", 0)
            .contains("Take [-30-]{+40+} minutes")
    );
}

#[test]
fn orphaned_overrides_are_kept_until_accepted_or_removed() {
    let project = ClinicProject::updated();
    project.run("customize update", 0);
    assert!(
        project
            .run("customize status", 0)
            .contains("sleep.old-news"),
        "update settles nothing"
    );
    project.run("customize accept sleep.old-news", 0);
    let said = project.run("customize status", 0);
    assert!(
        !said.contains("old-news") && said.contains("what-helps"),
        "{said}"
    );
    let project = project.with(
        "clinic/clinic.yaml",
        "      old-news:\n        body: Warm milk does not help.\n",
        "",
    );
    let said = project.run("customize status", 0);
    assert!(
        said.contains("1 in clinic.lock but no longer replaced"),
        "{said}"
    );
    assert!(
        project
            .run("customize update", 0)
            .starts_with("0 texts recorded, 1 removed from clinic.lock")
    );
    assert!(!project.read("clinic/clinic.lock").contains("old-news"));
}

#[test]
fn new_library_text_below_an_added_one_is_reported() {
    let project = ClinicProject::new().with(
        "clinic/text/en.yaml",
        "  hours:\n",
        "  hours:\n    note: Ask us.\n",
    );
    project.run("customize update", 0);
    let project = ClinicProject {
        library: "library-2",
        ..project
    }
    .with(
        "library-2/sleep/text/en.yaml",
        "  header: [Age, Hours]\n",
        "  header: [Age, Hours]\n  note: Teens need more.\n",
    );
    let said = project.run("customize status", 0);
    assert!(
        said.contains("the library has a text of its own now where `sleep.hours.note` adds one"),
        "{said}"
    );
    assert!(
        said.contains("the library's new text:\n    Teens need more.\n  your text:\n    Ask us.\n"),
        "{said}"
    );
}

#[test]
fn removed_part_of_a_block_is_reported() {
    let project = ClinicProject::updated().with(
        "library-2/sleep/text/en.yaml",
        "  heading: Why sleep matters\n",
        "",
    );
    let said = project.run("customize status", 0);
    assert!(
        said.contains("the library no longer has the text `sleep.why.heading`"),
        "{said}"
    );
    assert!(
        ClinicProject::places(&said).contains(&"clinic.yaml:20:82"),
        "{said}"
    );
    project.run("customize accept sleep.why.heading", 0);
    assert!(
        !project
            .run("customize status", 0)
            .contains("sleep.why.heading")
    );
}

#[test]
fn library_text_in_an_inserted_section_is_compared() {
    let project = ClinicProject::new();
    let shared = project.read("library-1/text/en.yaml")
        + "night-line: { title: At night, body: Call the night line. }\n";
    fs::write(
        project.folder.path().join("library-1/text/en.yaml"),
        &shared,
    )
    .unwrap();
    let project = project
        .with(
            "clinic/clinic.yaml",
            "    insert:\n",
            "    insert:\n      - { callout: night-line, kind: tip, after: why }\n",
        )
        .with(
            "clinic/clinic.yaml",
            "      old-news:\n",
            "      night-line: { body: Call us by day. }\n      old-news:\n",
        );
    assert!(
        project
            .run("customize update", 0)
            .starts_with("10 texts recorded")
    );
    let project = project.with(
        "library-1/text/en.yaml",
        "Call the night line.",
        "Call 116 123.",
    );
    let said = project.run("generate sleep -c . -o sleep.pdf", 0);
    assert!(
        said.contains("warning[base-text-changed]: the library's text of `sleep.night-line.body`"),
        "{said}"
    );
}

#[test]
fn override_of_a_newly_locked_text_is_an_error() {
    let project = ClinicProject::updated().with(
        "library-2/sleep/handout.yaml",
        "section: why\n",
        "section: why\n    locked: true\n",
    );
    let said = project.run("generate sleep -c . -o sleep.pdf", 1);
    assert!(
        said.contains("error[locked-text]: `why` is locked") && said.contains("clinic.yaml:20:7"),
        "{said}"
    );
}

#[test]
fn changes_to_missing_sections_suggest_the_likeliest() {
    let project = ClinicProject::updated().with(
        "clinic/clinic.yaml",
        "after: what-can-help",
        "after: what-helps",
    );
    let said = project.run("generate sleep -c . -o sleep.pdf", 1);
    assert!(
        said.contains("error[unknown-section]: the handout has no block `what-helps`"),
        "{said}"
    );
    assert!(
        said.contains("did you mean `what-can-help`?") && said.contains("clinic.yaml:31:38"),
        "{said}"
    );
}

#[test]
fn texts_for_missing_handouts_are_reported() {
    let project = ClinicProject::updated();
    let clinic = project.read("clinic/clinic.yaml").replace(
        "sections:\n  sleep:",
        "sections:\n  slep: { remove: [a] }\n  sleep:",
    );
    fs::write(project.folder.path().join("clinic/clinic.yaml"), clinic).unwrap();
    fs::write(
        project.folder.path().join("clinic/text/sv.yaml"),
        "sleeep: { title: Sömn }\n",
    )
    .unwrap();
    let said = project.run("customize status", 0);
    assert!(
        said.contains(
            "orphaned-override]: no leaflet shows these texts: there is no handout `sleeep`"
        ),
        "{said}"
    );
    assert!(
        said.contains("unknown-handout]: there is no handout `slep` to change"),
        "{said}"
    );
    assert_eq!(said.matches("did you mean `sleep`?").count(), 2, "{said}");
}

#[test]
fn differences_of_leaflets_are_shown_block_by_block() {
    let project = ClinicProject::new();
    insta::assert_snapshot!("diff", project.run("customize diff sleep", 0));
    assert_eq!(
        project.run("customize diff sleep --format html -o changes.html", 0),
        "changes.html\n"
    );
    let page = project.read("clinic/changes.html");
    assert!(
        page.starts_with("<!DOCTYPE html>") && page.contains("<ins>") && !page.contains("<script")
    );
    assert_eq!(project.run("customize diff sleep --format html", 0), page);
    // A file of another kind, such as the clinic's own, is not replaced.
    let clinic = project.read("clinic/clinic.yaml");
    let refused = project.run("customize diff sleep -o clinic.yaml", 2);
    assert!(
        refused.contains("is not the name of a text file"),
        "{refused}"
    );
    assert_eq!(project.read("clinic/clinic.yaml"), clinic);
    let project = project.with(
        "clinic/clinic.yaml",
        "name: Hillside Surgery",
        "name: <b>Hill & side</b>",
    );
    assert!(
        project
            .run("customize diff sleep --format html", 0)
            .contains("&lt;b&gt;Hill &amp; side&lt;/b&gt;")
    );
}

#[test]
fn clinic_without_texts_has_no_differences() {
    let project = ClinicProject::new();
    fs::write(
        project.folder.path().join("clinic/clinic.yaml"),
        "name: Hillside\nemergency_number: '999'\n",
    )
    .unwrap();
    fs::remove_dir_all(project.folder.path().join("clinic/text")).unwrap();
    assert!(
        project
            .run("customize diff sleep", 0)
            .contains("There are no changes.")
    );
    assert_eq!(
        project.run("customize status", 0),
        "0 library texts replaced\n"
    );
    project.run("customize update", 0);
    assert!(!project.folder.path().join("clinic/clinic.lock").exists());
}

#[test]
fn words_for_other_readers_are_differences() {
    let project = ClinicProject::new();
    fs::remove_dir_all(project.folder.path().join("clinic/text")).unwrap();
    let clinic = |texts: &str| {
        let facts = "name: Hill\nemergency_number: '999'\ndata: [patient.first_name]\n";
        format!("{facts}text: {{ en: {{ sleep: {{ {texts} }} }} }}\n")
    };
    let body = "{{#if patient.first_name}}Take fifty tablets.{{else}}{{> base}}{{/if}}";
    project.write(
        "clinic/clinic.yaml",
        &clinic(&format!("why: {{ body: \"{body}\" }}")),
    );
    let said = project.run("customize diff sleep", 0);
    for part in [
        "Why sleep matters (why)",
        "This text depends on: patient.first_name. These are all its words:",
        "{+{{#if patient.first_name}}Take fifty tablets.{{else}}+}Poor",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("There are no changes"), "{said}");
    let page = project.run("customize diff sleep --format html", 0);
    assert!(page.contains("Take fifty tablets."), "{page}");
    // Texts that no page of the leaflet shows are changes, too.
    project.write("clinic/clinic.yaml", &clinic("short-title: Tablets"));
    let said = project.run("customize diff sleep", 0);
    assert!(said.contains("short-title\n  {+Tablets+}"), "{said}");
    // The library's words, and nothing else.
    project.write(
        "clinic/clinic.yaml",
        &clinic("why: { body: \"{{> base}}\" }"),
    );
    let said = project.run("customize diff sleep", 0);
    assert!(said.contains("There are no changes."), "{said}");
}

#[test]
fn misspelt_blocks_of_shared_texts_are_reported_with_the_leaflet() {
    let project = ClinicProject::new();
    let clinic = project.folder.path().join("clinic/other.yaml");
    for (key, is_reported) in [("clossing", true), ("parking", false)] {
        let text = format!(
            "name: Hill\nemergency_number: \"999\"\ntext: {{ en: {{ shared: {{ {key}: Hello. }} }} }}\n"
        );
        fs::write(&clinic, text).unwrap();
        let made = project.run("generate sleep -c other.yaml -o other.pdf", 0);
        let message = format!("there is no block `{key}` in the library");
        assert_eq!(made.contains(&message), is_reported, "{made}");
        assert_eq!(made.contains("`shared.closing"), is_reported, "{made}");
    }
    // The name of a block, as `customize diff` shows it, leads to the key.
    let said = project.run("customize accept closing", 2);
    assert!(
        said.contains("did you mean `shared.closing.body`?"),
        "{said}"
    );
}

#[test]
fn refused_commands_say_why() {
    let project = ClinicProject::updated();
    for (arguments, message) in [
        (
            "customize merge sleep.wy.body",
            "you have no text `sleep.wy.body`: did you mean `sleep.why.body`?",
        ),
        (
            "customize accept nothing",
            "you have no text `nothing`; you have `",
        ),
        ("customize status -c nowhere", "no clinic at `nowhere`"),
        (
            "customize merge sleep.our-class.body",
            "`sleep.our-class.body` is in a block of your own",
        ),
        (
            "customize merge sleep.old-news.body",
            "the library no longer has a text `sleep.old-news.body`",
        ),
        (
            "customize merge sleep.why.body --message-format json",
            "prints text to stdout",
        ),
        (
            "customize diff slep",
            "no handout `slep`: did you mean `sleep`?",
        ),
        (
            "customize diff sleep -l sv",
            "`sleep` is not available in `sv`, only in en",
        ),
    ] {
        let said = project.run(arguments, 2);
        assert!(said.contains(message), "{arguments}: {said}");
    }
    let said = project.run("customize merge shared.about-medicines.body", 0);
    assert!(
        said.contains("your text includes the library's text"),
        "{said}"
    );
    fs::write(
        project.folder.path().join("clinic/clinic.lock"),
        "overrides: { en: { a.b: { library: x, bse: y } } }\n",
    )
    .unwrap();
    let said = project.run("customize status", 1);
    assert!(
        said.contains("error[unknown-field]") && said.contains("clinic.lock:1:39"),
        "{said}"
    );
    assert!(said.contains("did you mean `base`?"), "{said}");
}

#[test]
fn text_around_a_locked_one_is_allowed() {
    let project = ClinicProject::new().with(
        "clinic/clinic.yaml",
        "after: what-helps",
        "after: emergency",
    );
    project.run("generate sleep -c . -o sleep.pdf", 0);
    let project = project.with(
        "clinic/clinic.yaml",
        "{ key: hours, before: why }",
        "{ key: hours, before: emergency }",
    );
    project.run("generate sleep -c . -o sleep.pdf", 0);
}

#[test]
fn locked_texts_are_not_reworded_emptied_moved_or_removed() {
    for (words, others, place) in [
        (
            "    shared:\n",
            "    shared:\n      emergency: { title: Call us }\n",
            "clinic.yaml:8:7",
        ),
        (
            "    sleep:\n",
            "    sleep:\n      emergency: { body: \"\" }\n",
            "clinic.yaml:15:7",
        ),
        (
            "    sleep:\n",
            "    sleep:\n      emergency:\n",
            "clinic.yaml:15:7",
        ),
        (
            "{ key: hours, before: why }",
            "{ key: emergency, before: why }",
            "clinic.yaml:33:16",
        ),
        (
            "    move:\n",
            "    remove: [emergency]\n    move:\n",
            "clinic.yaml:32:14",
        ),
    ] {
        let said = ClinicProject::new()
            .with("clinic/clinic.yaml", words, others)
            .run("generate sleep -c .", 1);
        assert_eq!(said.matches("error[").count(), 1, "{said}");
        assert!(
            said.contains("error[locked-text]: `emergency` is locked") && said.contains(place),
            "{said}"
        );
    }
    // The first text of a call-out is part of it.
    let words = "    shared:\n      words: { caution: \"\", tip: \"Our tip:\" }\n";
    let said = ClinicProject::new()
        .with("clinic/clinic.yaml", "    shared:\n", words)
        .run("generate sleep -c .", 1);
    assert!(
        said.contains("error[locked-text]: `words.caution` is locked"),
        "{said}"
    );
    assert!(
        said.matches("error[").count() == 1 && said.contains("clinic.yaml:8:16"),
        "{said}"
    );
}

#[test]
fn clinic_writes_the_text_of_its_own_locked_section() {
    let project = ClinicProject::new().with(
        "clinic/clinic.yaml",
        "after: what-helps }",
        "after: what-helps, locked: true }",
    );
    project.run("generate sleep -c . -o sleep.pdf", 0);
}

#[test]
fn clinics_handouts_do_not_reword_locked_library_texts() {
    let project = ClinicProject::new();
    let own = project.folder.path().join("clinic/rest");
    fs::create_dir_all(own.join("text")).unwrap();
    let definition = project
        .read("library-1/sleep/handout.yaml")
        .replace("id: sleep", "id: rest");
    let sections = "sections:\n  - callout: emergency\n    kind: emergency\n";
    fs::write(
        own.join("handout.yaml"),
        definition.split("sections:").next().unwrap().to_owned() + sections,
    )
    .unwrap();
    fs::write(own.join("text/en.yaml"), "title: Rest\n").unwrap();
    project.run("generate rest -c . -o rest.pdf", 0);
    fs::write(
        own.join("text/en.yaml"),
        "title: Rest\nemergency: { title: Call us }\n",
    )
    .unwrap();
    let said = project.run("generate rest -c . -o rest.pdf", 1);
    assert!(
        said.contains("error[locked-text]") && said.contains("rest/text/en.yaml:2:1"),
        "{said}"
    );
}

#[test]
fn clinics_handouts_do_not_replace_the_librarys() {
    let project = ClinicProject::new();
    let own = project.folder.path().join("clinic/sleep");
    fs::create_dir_all(own.join("text")).unwrap();
    let definition = project.read("library-1/sleep/handout.yaml");
    let head = definition.split("sections:").next().unwrap();
    let sections = "sections:\n  - section: short\n    role: main-message\n";
    fs::write(own.join("handout.yaml"), head.to_owned() + sections).unwrap();
    fs::write(
        own.join("text/en.yaml"),
        "title: Sleep\nshort: { heading: In short, body: Rest. }\n",
    )
    .unwrap();
    for command in [
        "generate sleep -c . -o sleep.pdf",
        "generate ./sleep -c . -o sleep.pdf",
        "check clinic.yaml",
    ] {
        let said = project.run(command, 1);
        assert!(
            said.contains("error[replaced-handout]: the library also has a handout `sleep`"),
            "{said}"
        );
        assert!(said.contains("sleep/handout.yaml:1:5"), "{said}");
    }
}

#[test]
fn a_text_in_two_clinic_files_is_an_error() {
    let project = ClinicProject::new();
    let both = [
        (
            "sleep: { what-helps: { heading: Ours } }",
            "sleep.what-helps.heading",
        ),
        ("sleep: { what-helps: Ours }", "sleep.what-helps"),
    ];
    for (words, key) in both {
        project.write(
            "clinic/clinic.yaml",
            "name: C\ntext:\n  en:\n    sleep:\n      what-helps: { heading: H, body: B }\n",
        );
        project.write("clinic/text/en.yaml", words);
        let said = project.run("generate sleep -c . -o sleep.pdf", 1);
        let both = format!("error[duplicate-key]: `{key}` is also in `./clinic.yaml:5`");
        assert!(
            said.contains(&both) && said.contains("text/en.yaml:1:"),
            "{said}"
        );
        assert_eq!(said.matches("error[").count(), 1, "{said}");
    }
    // Parts of one block may be in different files.
    project.write(
        "clinic/clinic.yaml",
        "name: C\nemergency_number: \"999\"\ntext:\n  en:\n    sleep:\n      what-helps: { heading: H }\n",
    );
    project.write("clinic/text/en.yaml", "sleep: { what-helps: { body: B } }");
    project.run("generate sleep -c . -o sleep.pdf", 0);
}

#[test]
fn leaflets_say_who_adapted_them() {
    let adapted = |project: &ClinicProject| {
        let faces = Faces::bundled();
        let library = Library::open(&project.folder.path().join("library-1")).unwrap();
        let clinic = Clinic::load(&project.folder.path().join("clinic"), &faces).unwrap();
        let handout = library.handout("sleep").unwrap();
        let request =
            LeafletRequest::new(&library, &handout, &clinic, jiff::civil::date(2026, 7, 1))
                .with_language("en");
        let document = leaflet::document(&request, &JobData::new())
            .unwrap()
            .document;
        let notice = document
            .footer
            .details
            .iter()
            .find(|detail| detail.starts_with("Adapted"));
        (notice.cloned(), document.about.contributor.clone())
    };
    let hillside = || Some("Hillside Surgery".to_owned());
    let project = ClinicProject::new();
    assert_eq!(
        adapted(&project),
        (Some("Adapted by Hillside Surgery".to_owned()), hillside())
    );
    let project = project.with(
        "clinic/clinic.yaml",
        "text:\n  en:\n    shared",
        "adapted_notice: false\ntext:\n  en:\n    shared",
    );
    assert_eq!(adapted(&project), (None, hillside()));
    fs::write(
        project.folder.path().join("clinic/clinic.yaml"),
        "name: Hillside\nemergency_number: '999'\n",
    )
    .unwrap();
    fs::remove_dir_all(project.folder.path().join("clinic/text")).unwrap();
    assert_eq!(adapted(&project), (None, None));
}
