//! The targets as a library for the binaries of this package.

#[path = "../integration/reading_order.rs"]
#[allow(dead_code)]
mod reading_order;
#[allow(dead_code)]
mod targets;

/// Returns the function of a target.
pub fn named(name: &str) -> fn(&[u8]) {
    let target = targets::TARGETS.iter().find(|(other, _)| *other == name);
    target.expect("the name is one of TARGETS").1
}
