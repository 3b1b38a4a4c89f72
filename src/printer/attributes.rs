//! Reads and makes attributes of IPP messages.

use ipp::attribute::{IppAttribute, IppAttributeGroup};
use ipp::value::{IppName, IppValue};

/// Returns the values of an attribute; none if it is missing.
fn values<'a>(group: &'a IppAttributeGroup, name: &str) -> Vec<&'a IppValue> {
    match group.get(name).map(IppAttribute::value) {
        None => Vec::new(),
        Some(IppValue::Array(values)) => values.iter().collect(),
        Some(value) => vec![value],
    }
}

/// Returns the texts of an attribute: keywords, names, texts, media types or addresses.
pub(super) fn texts(group: &IppAttributeGroup, name: &str) -> Vec<String> {
    let text = |value: &IppValue| match value {
        IppValue::TextWithLanguage { text, .. } => Some(text.to_string()),
        IppValue::NameWithLanguage { name, .. } => Some(name.to_string()),
        IppValue::Keyword(_)
        | IppValue::NameWithoutLanguage(_)
        | IppValue::TextWithoutLanguage(_)
        | IppValue::MimeMediaType(_)
        | IppValue::Uri(_) => Some(value.to_string()),
        _ => None,
    };
    values(group, name).into_iter().filter_map(text).collect()
}

/// Returns the first text of an attribute. `None` if it is missing or empty.
pub(super) fn text(group: &IppAttributeGroup, name: &str) -> Option<String> {
    let text = texts(group, name).into_iter().next()?;
    (!text.trim().is_empty()).then_some(text)
}

/// Returns the numbers of an attribute: integers, enums, or the upper ends of ranges.
pub(super) fn numbers(group: &IppAttributeGroup, name: &str) -> Vec<i32> {
    let number = |value: &IppValue| match value {
        IppValue::Integer(number) | IppValue::Enum(number) => Some(*number),
        IppValue::RangeOfInteger { max, .. } => Some(*max),
        _ => None,
    };
    values(group, name).into_iter().filter_map(number).collect()
}

/// Returns a truth value. `None` if it is missing.
pub(super) fn truth(group: &IppAttributeGroup, name: &str) -> Option<bool> {
    match values(group, name).first() {
        Some(IppValue::Boolean(value)) => Some(*value),
        _ => None,
    }
}

/// Makes an attribute.
pub(super) fn attribute(name: &str, value: IppValue) -> IppAttribute {
    IppAttribute::new(IppName::new_truncated(name), value)
}

/// Makes an attribute with keywords.
pub(super) fn keywords<'a>(
    name: &str,
    keywords: impl IntoIterator<Item = &'a str>,
) -> IppAttribute {
    attribute(
        name,
        IppValue::Array(keywords.into_iter().map(keyword).collect()),
    )
}

/// Makes a keyword.
pub(super) fn keyword(text: &str) -> IppValue {
    IppValue::Keyword(ipp::value::IppKeyword::new_truncated(text))
}
