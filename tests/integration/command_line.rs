//! Commands and their output, one case per block in `tests/command_line`.

#[test]
fn commands_print_what_the_cases_show() {
    trycmd::TestCases::new().case("tests/command_line/*.trycmd");
}
