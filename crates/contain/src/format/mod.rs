//! A plan for other readers: a shell script, Markdown, a template of `CloudFormation`.

mod cloudformation;
mod markdown;
mod sh;

pub use cloudformation::cloudformation;
pub use markdown::markdown;
pub use sh::sh;
