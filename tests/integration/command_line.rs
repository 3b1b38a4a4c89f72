//! Commands as people type them, and what they see.

#[test]
fn commands_answer_as_written() {
    trycmd::TestCases::new().case("tests/command_line/*.trycmd");
}
