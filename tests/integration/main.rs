//! Integration tests: the command line, and the files that it writes.
//!
//! All tests are one binary, so that they link once. Each module below tests one subject; the
//! modules after them are what several tests share.
#![allow(clippy::unwrap_used)]

mod author;
mod batch;
mod command_line;
mod crash_safety;
mod customize;
mod decisions;
mod desk;
mod desk_letters;
mod desk_many;
mod desk_pile;
mod desk_printers;
mod desk_words;
mod drawings;
mod editions;
mod exit_codes;
mod expected_words;
mod folded_sheets;
mod fuzz_fixtures;
mod golden;
mod hidden_marks;
mod hostile;
mod inspect;
mod install;
mod job_data;
mod languages;
mod leaflets;
mod letters;
mod licenses;
mod log;
mod new_user;
mod not_for_patients;
mod nothing_lost;
mod other_formats;
mod own_clinic;
mod own_faces;
mod page_breaks;
mod pdf;
mod prepared;
mod preview;
mod print_office;
mod printed_batches;
mod printing;
mod readme;
mod references;
mod right_clinic;
mod scripts;
mod short_form;
mod texts_kept;
mod words_kept;
mod workbooks;

mod desk_clinic;
mod desk_program;
mod desk_review;
mod fake_printer;
#[path = "../fuzz/targets.rs"]
mod fuzz_targets;
mod pdf_reader;
mod reading_order;
mod sample_jobs;
mod shipped_library;
mod test_project;
