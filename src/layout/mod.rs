//! Document and theme to pages.

pub mod page;
