//! `keyhound contain review` and `keyhound contain policy`: what was left behind, and what a responder
//! must be allowed.

use anyhow::Result;
use serde_json::{Map, Value};

use super::files;
use crate::cli::{ContainFormat, ContainPolicy, ContainReview, Global};
use crate::render;
use crate::render::style::Screen;
use crate::verb::{Verdict, deliver};

pub(super) fn run(arguments: &ContainReview, global: &Global) -> Result<Verdict> {
    let plan = files::plan(&arguments.plan)?;
    let printed = match arguments.format {
        ContainFormat::Json => super::json(&plan.leftovers)?,
        ContainFormat::Terminal => {
            render::contain::leftovers(&plan, Screen::stdout(global.color)).into_bytes()
        }
    };
    deliver(&printed)?;
    Ok(Verdict::Quiet)
}

/// Prints the policies, by the account in which each is needed; one alone as it is.
pub(super) fn policy(arguments: &ContainPolicy) -> Result<Verdict> {
    let plan = files::plan(&arguments.plan)?;
    let mut policies = contain::policy::responder(&plan);
    let printed = if policies.len() == 1 {
        policies.pop().map_or(Value::Null, |(_, policy)| policy)
    } else {
        Value::Object(policies.into_iter().collect::<Map<_, _>>())
    };
    deliver(&super::json(&printed)?)?;
    Ok(Verdict::Quiet)
}
