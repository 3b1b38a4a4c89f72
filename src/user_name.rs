//! The name of the person who runs the program.

/// Returns the user's name on this computer; `None` if the system does not say.
pub(crate) fn user_name() -> Option<String> {
    let variables = ["USER", "LOGNAME", "USERNAME"].into_iter();
    let mut names = variables.filter_map(|variable| std::env::var(variable).ok());
    names.find(|name| !name.trim().is_empty())
}
