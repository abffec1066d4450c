//! What stands above the condition of a rule: its names, its log, its state.

use compact_str::CompactString;
use detect::{Level, Rule};
use rsigma_parser::{
    CorrelationRule, Detection, LogSource, Modifier, SigmaRule, Status, is_unsupported,
};

use crate::file::{RuleFile, line};

/// Longer names are no names.
const LONGEST: usize = 200;

/// The parts of rules and correlations that name them.
pub(crate) struct Head<'a> {
    id: Option<&'a str>,
    title: &'a str,
    level: Option<rsigma_parser::Level>,
    author: Option<&'a str>,
    licence: Option<&'a str>,
    tags: &'a [String],
    status: Option<Status>,
    version: Option<u32>,
}

impl<'a> Head<'a> {
    pub(crate) fn of_rule(rule: &'a SigmaRule) -> Self {
        Self {
            id: rule.id.as_deref(),
            title: &rule.title,
            level: rule.level,
            author: rule.author.as_deref(),
            licence: rule.license.as_deref(),
            tags: &rule.tags,
            status: rule.status,
            version: rule.sigma_version,
        }
    }

    pub(crate) fn of_correlation(rule: &'a CorrelationRule) -> Self {
        Self {
            id: rule.id.as_deref(),
            title: &rule.title,
            level: rule.level,
            author: rule.author.as_deref(),
            licence: rule.license.as_deref(),
            tags: &rule.tags,
            status: rule.status,
            version: rule.sigma_version,
        }
    }

    /// Why a rule is not used whatever it asks for.
    pub(crate) fn unusable(&self) -> Option<&'static str> {
        match self.status {
            Some(Status::Deprecated) => Some("its author has deprecated it"),
            Some(Status::Unsupported) => Some("its author says that it is not supported"),
            _ if is_unsupported(self.version) => Some("it is written for a later version of Sigma"),
            _ => None,
        }
    }

    /// Its id, if it has one that can be shown.
    pub(crate) fn id(&self) -> Option<&'a str> {
        self.id.map(str::trim).filter(|id| (1..=LONGEST).contains(&id.len()))
    }

    /// The rule as ledgers name it, under an id.
    pub(crate) fn card(&self, file: &RuleFile, id: CompactString) -> Rule {
        let text = |text: Option<&str>| CompactString::new(line(text.unwrap_or_default(), LONGEST));
        let level = match self.level {
            None | Some(rsigma_parser::Level::Informational) => Level::Informational,
            Some(rsigma_parser::Level::Low) => Level::Low,
            Some(rsigma_parser::Level::Medium) => Level::Medium,
            Some(rsigma_parser::Level::High) => Level::High,
            Some(rsigma_parser::Level::Critical) => Level::Critical,
        };
        Rule {
            id,
            title: text(Some(self.title)),
            level,
            author: text(self.author),
            licence: text(self.licence.or(Some(&file.licence))),
            file: CompactString::new(&file.path),
            techniques: self.tags.iter().filter_map(|tag| technique(tag)).collect(),
        }
    }
}

/// Everything that a correlation or a filter may call a rule: public ones also use titles and
/// names of files.
pub(crate) fn names(
    file: &RuleFile,
    id: Option<&str>,
    name: Option<&str>,
    title: &str,
) -> Vec<String> {
    let all = [id, name, Some(title), Some(stem(&file.path))];
    all.into_iter().flatten().map(ToOwned::to_owned).collect()
}

/// The name of a file without its ending.
pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a rule is for CloudTrail.
pub(crate) fn is_of_cloudtrail(source: &LogSource) -> bool {
    let is = |field: &Option<String>, word: &str| {
        field.as_deref().is_some_and(|text| text.eq_ignore_ascii_case(word))
    };
    is(&source.product, "aws") && is(&source.service, "cloudtrail")
}

/// `attack.t1078.004` is T1078.004.
fn technique(tag: &str) -> Option<CompactString> {
    let number = tag.strip_prefix("attack.t").or_else(|| tag.strip_prefix("attack.T"))?;
    let (main, sub) = number.split_once('.').unwrap_or((number, "000"));
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    (digits(main, 4) && digits(sub, 3)).then(|| compact_str::format_compact!("T{number}"))
}

/// Whether a rule has placeholders for what somebody else is to fill in.
pub(crate) fn asks_for_placeholders(rule: &SigmaRule) -> bool {
    fn asks(detection: &Detection) -> bool {
        match detection {
            Detection::AllOf(items) => {
                items.iter().any(|item| item.field.has_modifier(Modifier::Expand))
            }
            Detection::AnyOf(all) | Detection::And(all) => all.iter().any(asks),
            Detection::ArrayMatch { body, .. } => asks(body),
            Detection::Conditional { named, .. } => named.values().any(asks),
            Detection::Keywords(_) => false,
        }
    }
    rule.detection.named.values().any(asks)
}
