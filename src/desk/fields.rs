//! Fields of an address or a form.

/// Names and values, in the order in which the browser sends them.
pub(super) type Fields = Vec<(String, String)>;

/// Returns the value of a field without blanks around it; `None` if it is missing.
pub(super) fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    let mut values = fields.iter();
    let (_, value) = values.find(|(known, _)| known == name)?;
    Some(value.trim())
}
