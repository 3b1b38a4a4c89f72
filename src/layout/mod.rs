//! Document and theme to pages.

pub mod icon;
pub mod inline;
pub mod page;
