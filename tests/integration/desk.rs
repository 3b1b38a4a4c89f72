//! The desk answers its own page only, and shows what is typed about a reader to nobody else.
//!
//! The tests write requests byte by byte, because browsers and libraries do not send the malformed ones.

use std::io::Write;
use std::net::TcpStream;

use crate::desk_program::{Desk, OWN, between, get, post};
use crate::pdf_reader::PdfFile;
use crate::test_project::TestProject;

/// A name that appears nowhere but in the leaflet.
const PATIENT: &str = "Quillon";

#[test]
fn only_its_own_host_is_answered() {
    let desk = Desk::start(&[]);
    let cookie = desk.session();
    let (host, port) = (&desk.host, desk.host.rsplit_once(':').unwrap().1);
    let ask = |line: &str, hosts: &str| {
        desk.send(&format!(
            "{line}\r\n{hosts}{cookie}\r\nConnection: close\r\n\r\n"
        ))
    };
    let get = "GET / HTTP/1.1";
    for own in [
        host.clone(),
        format!("localhost:{port}"),
        format!("LocalHost:{port}"),
    ] {
        let answer = ask(get, &format!("Host: {own}\r\n"));
        assert_eq!(answer.status, 200, "{own}");
        assert!(answer.shows_leaflets(), "{own}");
    }
    let other_port = if port == "80" { "81" } else { "80" };
    for hosts in [
        String::new(),
        format!("Host: {host}\r\nHost: {host}\r\n"),
        "Host: \r\n".to_owned(),
        "Host: 127.0.0.1\r\n".to_owned(),
        format!("Host: 127.0.0.1:{other_port}\r\n"),
        format!("Host: 127.0.0.1.evil.com:{port}\r\n"),
        format!("Host: evil.com:{port}\r\n"),
        format!("Host: localhost.:{port}\r\n"),
        format!("Host: someone@127.0.0.1:{port}\r\n"),
        format!("Host: 127.1:{port}\r\n"),
        format!("Host: 0.0.0.0:{port}\r\n"),
        format!("Host: [::1]:{port}\r\n"),
        format!("Host: {host}/\r\n"),
    ] {
        let answer = ask(get, &hosts);
        assert!(
            [400, 421].contains(&answer.status),
            "{hosts}: {}",
            answer.head
        );
        assert!(!answer.shows_leaflets(), "{hosts}");
    }
    for line in [
        format!("GET http://{host}/ HTTP/1.1"),
        "GET http://evil.com/ HTTP/1.1".to_owned(),
        "GET / HTTP/1.0".to_owned(),
    ] {
        let answer = ask(&line, &format!("Host: {host}\r\n"));
        assert!(
            [400, 421].contains(&answer.status),
            "{line}: {}",
            answer.head
        );
        assert!(!answer.shows_leaflets(), "{line}");
    }
}

#[test]
fn allowed_hosts_are_answered() {
    let desk = Desk::start(&["--allow-host", "ward-3.local"]);
    let cookie = desk.session();
    let port = desk.host.rsplit_once(':').unwrap().1;
    let status = |host: &str| {
        desk.send(&format!(
            "GET / HTTP/1.1\r\nHost: {host}:{port}\r\n{cookie}\r\nConnection: close\r\n\r\n"
        ))
        .status
    };
    assert_eq!(status("ward-3.local"), 200);
    assert_eq!(status("ward-4.local"), 421);
    assert_eq!(status("x.ward-3.local"), 421);
}

#[test]
fn other_computers_need_a_name_that_is_allowed() {
    for arguments in [
        ["serve", "--no-open", "--listen", "0.0.0.0:0"],
        ["serve", "--no-open", "--listen", "[::1]:0"],
        ["serve", "--no-open", "--allow-host", "ward-3.local:80"],
    ] {
        let run = TestProject::new().run(&arguments, "");
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stderr);
        assert!(!run.stderr.contains("key="), "{}", run.stderr);
    }
}

#[test]
fn first_address_works_once() {
    let desk = Desk::start(&[]);
    let wrong = desk.ask(&format!("GET /?key={}", "0".repeat(64)), &[], "");
    assert_eq!((wrong.status, wrong.header("set-cookie")), (403, None));
    let line = format!("GET /?key={}", desk.key);
    let first = desk.ask(&line, &["Sec-Fetch-Site: none"], "");
    assert_eq!(first.status, 303);
    assert_eq!(first.header("location"), Some("/"));
    assert_eq!(first.header("referrer-policy"), Some("same-origin"));
    let cookie = first.header("set-cookie").unwrap();
    let attributes: Vec<&str> = cookie.split("; ").collect();
    let [session, "Path=/", "HttpOnly", "SameSite=Strict"] = attributes[..] else {
        panic!("{cookie}");
    };
    // Cookies ignore ports: two desks on one computer need two names.
    let (name, value) = session.split_once('=').unwrap();
    let instance = name.strip_prefix("handout-").unwrap();
    assert!(
        instance.len() >= 16 && value.len() >= 32 && value != desk.key,
        "{cookie}"
    );
    let other = Desk::start(&[]);
    assert_ne!(
        other.session().split('=').next(),
        Some(format!("Cookie: {name}").as_str())
    );

    let second = desk.ask(&line, &[], "");
    assert_eq!((second.status, second.header("set-cookie")), (403, None));
    assert!(!second.shows_leaflets());
    // The browser that has the session may open the address again.
    let again = desk.ask(&line, &[&format!("Cookie: {session}")], "");
    assert_eq!((again.status, again.header("set-cookie")), (303, None));
}

#[test]
fn nothing_is_shown_without_a_session() {
    let desk = Desk::start(&[]);
    let cookie = desk.session();
    let wrong_value = format!("{}0", &cookie[..cookie.len() - 1]);
    let wrong_value = match wrong_value == cookie {
        true => format!("{}1", &cookie[..cookie.len() - 1]),
        false => wrong_value,
    };
    for path in [
        "/",
        "/leaflets",
        "/leaflets?code=M79.7",
        "/leaflets/visit",
        "/leaflets/visit/pages/1",
        "/leaflets/visit/files/visit.pdf",
        "/readers/0/pages/1",
        "/logo.svg",
        "/help",
        "/nothing",
    ] {
        for cookie in ["X-Cookie: none", &wrong_value, "Cookie: handout=1"] {
            let answer = get(&desk, cookie, path);
            assert_eq!(answer.status, 403, "{path}");
            assert!(!answer.shows_leaflets(), "{path}");
        }
    }
    for path in ["/leaflets/visit", "/leaflets/visit/print"] {
        assert_eq!(post(&desk, "X-Cookie: none", path, "").status, 403);
    }
}

#[test]
fn other_sites_change_nothing_and_embed_nothing() {
    let desk = Desk::start(&[]);
    let cookie = desk.session();
    let own_origin = format!("Origin: http://{}", desk.host);
    let ask = |line: &str, headers: &[&str]| {
        let headers = [&[cookie.as_str()], headers].concat();
        desk.ask(line, &headers, "")
    };
    let print = "POST /leaflets/visit/print";
    let [cross, same_site, none] =
        ["cross-site", "same-site", "none"].map(|site| format!("Sec-Fetch-Site: {site}"));
    let [other_port, other_scheme, subdomain, null] = [
        "http://127.0.0.1:1",
        &format!("https://{}", desk.host),
        &format!("http://x.{}", desk.host),
        "null",
    ]
    .map(|origin| format!("Origin: {origin}"));
    for headers in [
        &[] as &[&str],
        &[&cross],
        &[&same_site],
        &[&none],
        &[&cross, &own_origin],
        &[&other_port],
        &[&other_scheme],
        &[&subdomain],
        &[&null],
        &[OWN, &other_port],
    ] {
        assert_eq!(ask(print, headers).status, 403, "{headers:?}");
    }
    // A name is missing, so there is no file. The request itself is answered.
    for headers in [&[OWN] as &[&str], &[&own_origin], &[OWN, &own_origin]] {
        assert_ne!(ask(print, headers).status, 403, "{headers:?}");
    }
    for line in [
        "GET /leaflets/visit/pages/1",
        "GET /leaflets/visit",
        "GET /",
        "GET /assets/0/desk.css",
        "HEAD /",
    ] {
        for headers in [&[cross.as_str()] as &[&str], &[&same_site], &[&other_port]] {
            let answer = ask(line, headers);
            assert_eq!(answer.status, 403, "{line} {headers:?}");
            assert!(!answer.shows_leaflets());
        }
    }
    assert_eq!(ask("GET /leaflets/visit/pages/1", &[&none]).status, 200);
}

#[test]
fn links_from_other_sites_lead_to_a_page_that_goes_on() {
    let desk = Desk::start(&[]);
    let cookie = desk.session();
    let cross = "Sec-Fetch-Site: cross-site";
    let navigation = ["Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
    let link = "GET /leaflets?code=M79.7&language=%22%3E%3Cb%3E";
    let top_level = [&[cross], &navigation[..]].concat();
    let answer = desk.ask(link, &top_level, "");
    assert_eq!(answer.status, 200);
    assert!(!answer.shows_leaflets());
    let text = answer.text();
    assert!(
        text.contains("href=\"/leaflets?code=M79.7&amp;language=%22%3E%3Cb%3E\""),
        "{text}"
    );
    let with_cookie = desk.ask(link, &[&top_level[..], &[&cookie]].concat(), "");
    assert_eq!(with_cookie.text(), text);
    for (line, headers) in [
        ("GET /leaflets?code=M79.7", vec![cross]),
        (
            "GET /leaflets",
            vec![cross, navigation[0], "Sec-Fetch-Dest: iframe"],
        ),
        ("POST /leaflets", top_level.clone()),
        ("GET /leaflets/visit", top_level.clone()),
        ("GET /", top_level.clone()),
    ] {
        assert_eq!(
            desk.ask(line, &headers, "").status,
            403,
            "{line} {headers:?}"
        );
    }
}

#[test]
fn links_open_the_leaflets_that_fit() {
    let project = TestProject::new();
    let codes = "data: [patient.first_name]\ncodes: { icd-10: [M79.7], icpc-2: [L18] }\n";
    project.change(
        "library/visit/handout.yaml",
        "data: [patient.first_name]\n",
        codes,
    );
    let desk = Desk::start_in(project, &[]);
    let cookie = desk.session();
    let location = |path: &str| {
        let answer = get(&desk, &cookie, path);
        answer.header("location").map(str::to_owned)
    };
    for (query, leaflet) in [
        ("code=M79.7", "/leaflets/visit"),
        ("code=m79.7&system=icd-10", "/leaflets/visit"),
        (
            "code=L18&system=icpc-2&language=en-GB",
            "/leaflets/visit?language=en",
        ),
    ] {
        assert_eq!(
            location(&format!("/leaflets?{query}")).as_deref(),
            Some(leaflet),
            "{query}"
        );
    }
    assert_eq!(location("/leaflets").as_deref(), Some("/"));
    for query in ["code=M79.7&system=icpc-2", "code=X"] {
        let page = get(&desk, &cookie, &format!("/leaflets?{query}")).text();
        assert!(
            page.contains("No leaflets") && !page.contains("Your visit"),
            "{page}"
        );
    }
    let other = get(&desk, &cookie, "/leaflets?code=M79.7&language=sv").text();
    assert!(
        other.contains("1 leaflet. None of them is in Swedish."),
        "{other}"
    );
    assert!(other.contains("Your visit"), "{other}");
    let hostile = get(&desk, &cookie, "/leaflets?code=%3Ci%3E&language=%3Ci%3E").text();
    assert!(!hostile.contains("<i>"), "{hostile}");
}

#[test]
fn every_answer_has_the_headers_that_keep_it_here() {
    let desk = Desk::start(&[]);
    let cookie = desk.session();
    let home = get(&desk, &cookie, "/").text();
    let style = between(&home, "rel=\"stylesheet\" href=\"", "\"");
    let pages = [
        ("/", 200),
        ("/leaflets/visit", 200),
        ("/leaflets/visit/pages/1", 200),
        ("/nothing", 404),
        ("/leaflets/visit/files/visit.exe", 404),
        (style, 200),
    ];
    for (path, status) in pages {
        let answer = get(&desk, &cookie, path);
        assert_eq!(answer.status, status, "{path}");
        for (name, value) in [
            (
                "content-security-policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
                 img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; \
                 object-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
            ),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        let storage = answer.header("cache-control").unwrap();
        match path == style {
            true => assert!(storage.contains("immutable"), "{storage}"),
            false => assert_eq!(storage, "no-store", "{path}"),
        }
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    let refused = desk.send("GET / HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n");
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    assert!(refused.header("content-security-policy").is_some());
}

#[test]
fn large_forms_and_half_requests_do_not_stop_others() {
    let desk = Desk::start(&[]);
    let cookie = desk.session();
    let form = |bytes: usize| format!("patient.first_name={}", "a".repeat(bytes));
    let large = post(&desk, &cookie, "/leaflets/visit", &form(1 << 20));
    assert_eq!(large.status, 413);
    assert!(large.text().contains("too much text"), "{}", large.text());

    let mut half: Vec<TcpStream> = (0..8).map(|_| desk.connect()).collect();
    for stream in &mut half {
        write!(stream, "GET / HTTP/1.1\r\nHost: {}\r\nX-Slow: ", desk.host).unwrap();
    }
    let mut without_body = desk.connect();
    write!(
        without_body,
        "POST /leaflets/visit HTTP/1.1\r\nHost: {}\r\n{cookie}\r\n{OWN}\r\nContent-Length: 10\r\n\r\n",
        desk.host
    )
    .unwrap();
    assert_eq!(get(&desk, &cookie, "/help").status, 200);
    drop((half, without_body));
}

#[test]
fn paths_lead_to_nothing_but_leaflets() {
    let desk = Desk::start(&[]);
    let cookie = desk.session();
    for path in [
        "/assets/0/../desk.css",
        "/assets/0/..%2f..%2fCargo.toml",
        "/assets/0/%2e%2e%2fhandout.yaml",
        "/assets/0/",
        "/assets/../library/library.yaml",
        "/leaflets/..%2f..%2flibrary",
        "/leaflets/%2e%2e",
        "/leaflets/visit%00",
        "/leaflets/library%2fvisit",
        "/leaflets/visit/pages/0",
        "/leaflets/visit/pages/1000",
        "/leaflets/visit/pages/-1",
        "/leaflets/visit/pages/one",
        "/leaflets/CON/pages/1",
        "/leaflets/visit/files/..%2fhandout.yaml",
    ] {
        let answer = get(&desk, &cookie, path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            answer.text().contains("no such page"),
            "{path}: {}",
            answer.text()
        );
    }
    let unknown = format!("/readers/{}/pages/1", "0".repeat(64));
    assert_eq!(get(&desk, &cookie, &unknown).status, 410);
    let unknown = format!("/readers/{}/files/print.pdf", "0".repeat(64));
    assert_eq!(get(&desk, &cookie, &unknown).status, 410);
    let wrong_method = post(&desk, &cookie, "/help", "");
    assert_eq!(wrong_method.status, 405);
    assert!(wrong_method.text().contains("did not understand"));
}

#[test]
fn reader_is_on_the_page_and_nowhere_else() {
    let desk = Desk::start(&[]);
    let cookie = desk.session();
    let form = format!("patient.first_name={PATIENT}&copies=2");
    let mut answers = vec![post(&desk, &cookie, "/leaflets/visit", &form)];
    let page = answers[0].text();
    assert_eq!(answers[0].status, 200);
    // The form keeps the value. Title and addresses do not have it.
    assert_eq!(page.matches(PATIENT).count(), 1);
    assert!(page.contains(&format!("value=\"{PATIENT}\"")), "{page}");
    let reader = between(&page, "name=\"reader\" value=\"", "\"").to_owned();
    assert_eq!(reader.len(), 64);

    let picture = get(&desk, &cookie, &format!("/readers/{reader}/pages/1"));
    assert_eq!(
        (picture.status, picture.header("content-type")),
        (200, Some("image/svg+xml"))
    );
    let anyone = get(&desk, &cookie, "/leaflets/visit/pages/1");
    assert_ne!(picture.body, anyone.body);
    let text = get(
        &desk,
        &cookie,
        &format!("/readers/{reader}/files/visit.txt"),
    );
    assert!(
        text.text().contains(&format!("Dear {PATIENT}")),
        "{}",
        text.text()
    );
    let page = get(
        &desk,
        &cookie,
        &format!("/readers/{reader}/files/visit.html"),
    );
    assert!(
        page.header("content-disposition")
            .unwrap()
            .starts_with("attachment")
    );

    let printed = post(&desk, &cookie, "/leaflets/visit/print", &form);
    assert_eq!(printed.status, 303);
    let address = printed.header("location").unwrap().to_owned();
    let file = get(&desk, &cookie, &address);
    assert_eq!(file.header("content-type"), Some("application/pdf"));
    let disposition = "inline; filename=\"visit.pdf\"";
    assert_eq!(file.header("content-disposition"), Some(disposition));
    let one = get(
        &desk,
        &cookie,
        &format!("/readers/{reader}/files/visit.pdf"),
    );
    let [two, one_copy] = [&file, &one].map(|file| PdfFile::read(&file.body));
    let pages = |file: &PdfFile| file.document.get_pages().len();
    // Each copy begins on a sheet of its own, which has two sides.
    let sides = pages(&one_copy).next_multiple_of(2);
    assert_eq!(pages(&two), sides + sides);
    let name = |file: &PdfFile| {
        file.texts()
            .iter()
            .filter(|text| text.contains(PATIENT))
            .count()
    };
    assert_eq!((name(&two), name(&one_copy)), (2, 1));

    answers.extend([picture, text, page, printed, file, one]);
    for answer in &answers {
        assert!(!answer.head.contains(PATIENT), "{}", answer.head);
    }
    let address = format!("/readers/{reader}/pages/1");
    assert_eq!(get(&desk, &cookie, &address).status, 200);
    assert_eq!(
        post(&desk, &cookie, &format!("/readers/{reader}/done"), "").status,
        204
    );
    assert_eq!(get(&desk, &cookie, &address).status, 410);
    assert_eq!(desk.end(), "");
}

#[test]
fn values_that_are_refused_are_not_quoted() {
    let desk = Desk::start(&[]);
    let cookie = desk.session();
    // No typeface has this letter.
    let name = format!("{PATIENT}%F0%9D%95%8F");
    let form = format!("patient.first_name={name}");
    let answer = post(&desk, &cookie, "/leaflets/visit", &form);
    let text = answer.text();
    assert_eq!(answer.status, 200);
    assert_eq!(text.matches(PATIENT).count(), 1, "{text}");
    assert!(text.contains("Before you print"), "{text}");
    assert!(!text.contains("Download PDF"), "{text}");
    let printed = post(&desk, &cookie, "/leaflets/visit/print", &form);
    assert_eq!(printed.status, 422);
    assert_eq!(printed.text().matches(PATIENT).count(), 1);
    assert_eq!(desk.end(), "");
}

#[test]
fn copies_are_a_small_number() {
    let desk = Desk::start(&[]);
    let cookie = desk.session();
    for copies in ["0", "501", "-1", "two", "", "4294967297"] {
        let form = format!("patient.first_name=Ada&copies={copies}");
        assert_eq!(post(&desk, &cookie, "/leaflets/visit", &form).status, 200);
        let printed = post(&desk, &cookie, "/leaflets/visit/print", &form);
        assert_eq!(printed.status, 422, "{copies}");
        assert!(printed.text().contains("between 1 and 500"));
    }
}

/// Starts the desk for a clinic with defaults.
fn desk_with_defaults(defaults: &str) -> Desk {
    let project = TestProject::new();
    let clinic = format!("name: Small Clinic\ndefaults: {{ {defaults} }}\n");
    project.write("c/clinic.yaml", clinic);
    Desk::start_in(project, &["-c", "c"])
}

#[test]
fn another_sheet_than_the_clinics_is_said() {
    let shown = |desk: &Desk, cookie: &str, query: &str| {
        let page = get(desk, cookie, &format!("/leaflets/visit{query}")).text();
        let address = between(&page, "data-address=\"", "\"").to_owned();
        let note = between(
            &page,
            "id=\"sheet-note\" role=\"status\">",
            "<div id=\"reader\">",
        )
        .to_owned();
        let note = match note.contains("class=\"note\"") {
            true => note,
            false => String::new(),
        };
        (address, note)
    };
    // A sheet that is folded twice takes the short edition, as on the command line.
    let desk = desk_with_defaults("paper: dl-trifold");
    let cookie = desk.session();
    let (address, note) = shown(&desk, &cookie, "");
    assert!(
        address.contains("edition=short&amp;paper=dl-trifold"),
        "{address}"
    );
    assert_eq!(note, "");
    let (address, note) = shown(&desk, &cookie, "?edition=standard&paper=dl-trifold");
    assert!(
        address.contains("edition=standard&amp;paper=a4"),
        "{address}"
    );
    for part in [
        "On A4, not on your usual sheet",
        "The edition “Standard” is not made for “Folded”. So it is printed on A4.",
        "data-edition=\"short\" data-paper=\"dl-trifold\">Use “Short” on “Folded”</button>",
    ] {
        assert!(note.contains(part), "{part}: {note}");
    }
    // Choosing the sheet that is shown does not make it the usual one.
    let (_, note) = shown(&desk, &cookie, "?edition=standard&paper=a4");
    assert!(note.contains("not on your usual sheet"), "{note}");
    let body = "language=en&edition=short&paper=dl-trifold";
    let page = post(&desk, &cookie, "/leaflets/visit", body).text();
    assert!(!page.contains("usual sheet"), "{page}");

    // The command line refuses these defaults. Here a person can go on.
    let desk = desk_with_defaults("edition: large-print, paper: letter-trifold");
    let cookie = desk.session();
    let (address, note) = shown(&desk, &cookie, "");
    assert!(
        address.contains("edition=large-print&amp;paper=letter&"),
        "{address}"
    );
    assert!(note.contains("Use “Short” on “Folded letter”"), "{note}");
    let refused = desk.project.run(&["generate", "visit", "-c", "c"], "");
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);

    let desk = desk_with_defaults("");
    let cookie = desk.session();
    let (_, note) = shown(&desk, &cookie, "?edition=large-print&paper=a5");
    assert!(note.contains("On A4, not on “A5”"), "{note}");
    assert!(!note.contains("usual sheet"), "{note}");
    assert_eq!(shown(&desk, &cookie, "?edition=large-print").1, "");
}
