//! Rules that load and still cannot do what their author meant: asked of the rule alone, before it
//! sees a record.
//!
//! Each item of a rule can match, cannot, or always does, as far as the names of CloudTrail's
//! fields tell; conditions add that up. The faults looked for are those met in public rules.

use std::collections::BTreeMap;

use rsigma_parser::{
    ArrayQuantifier, ConditionExpr, Detection, DetectionItem, Modifier, Quantifier, SigmaRule,
    SigmaValue,
};

use crate::file::line;

/// What there is to say of a rule without a level.
pub(crate) const NO_LEVEL: &str = "it has no level: a match of it counts nothing";

/// The engine keeps the last character of each encoded form, although what follows changes it.
const AT_ANY_OFFSET: &str =
    "|base64offset finds a text only where its end falls on a group of three bytes";

/// The fields at the top of a record, from AWS's page on record contents, and those that exports
/// and Insights add.
const FIELDS: &[&str] = &[
    "additionalEventData",
    "addendum",
    "annotation",
    "apiVersion",
    "awsRegion",
    "edgeDeviceDetails",
    "errorCode",
    "errorMessage",
    "eventCategory",
    "eventContext",
    "eventID",
    "eventName",
    "eventSource",
    "eventTime",
    "eventType",
    "eventVersion",
    "insightDetails",
    "managementEvent",
    "readOnly",
    "recipientAccountId",
    "requestID",
    "requestParameters",
    "resources",
    "responseElements",
    "serviceEventDetails",
    "sessionCredentialFromConsole",
    "sharedEventID",
    "sourceIPAddress",
    "tlsDetails",
    "userAgent",
    "userIdentity",
    "vpcEndpointAccountId",
    "vpcEndpointId",
];

/// Those that are objects where they are not null.
const OBJECTS: &[&str] = &[
    "additionalEventData",
    "requestParameters",
    "responseElements",
    "serviceEventDetails",
    "tlsDetails",
    "userIdentity",
];

/// Names of permissions and of calls that records never bear; beside each what they bear.
const NEVER_NAMES: &[(&str, &str)] = &[
    ("PutBucketLifecycleConfiguration", "PutBucketLifecycle"),
    ("PutEncryptionConfiguration", "PutBucketEncryption"),
    ("PutLifecycleConfiguration", "PutBucketLifecycle"),
    ("PutReplicationConfiguration", "PutBucketReplication"),
];

/// Whether something can match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Can {
    Never,
    Perhaps,
    Always,
}

/// What there is to doubt in a rule.
pub(crate) fn doubts(rule: &SigmaRule) -> Vec<String> {
    let mut asking = Asking::default();
    let mut named = BTreeMap::new();
    let mut why = BTreeMap::new();
    for (name, detection) in &rule.detection.named {
        let can = asking.of(detection);
        named.insert(name, can);
        why.insert(name, std::mem::take(&mut asking.why).join(", "));
    }
    let conditions = &rule.detection.conditions;
    let never = !conditions.is_empty()
        && conditions.iter().all(|condition| condition_can(condition, &named) == Can::Never);
    why.retain(|name, why| !why.is_empty() && named.get(name) == Some(&Can::Never));
    let mut doubts = Vec::new();
    if never {
        let why: Vec<String> = why.into_values().collect();
        doubts.push(format!("it can never match: {}", why.join(", ")));
    } else {
        let part = |(name, why): (&String, String)| {
            format!("its part `{}` can never match: {why}", line(name, 60))
        };
        doubts.extend(why.into_iter().map(part));
    }
    asking.literal.sort();
    for field in asking.literal {
        doubts.push(format!(
            "it compares with the text `{}`, not with the field of that name; that takes |fieldref",
            line(&field, 80)
        ));
    }
    if asking.at_any_offset {
        doubts.push(AT_ANY_OFFSET.to_owned());
    }
    if rule.level.is_none() {
        doubts.push(NO_LEVEL.to_owned());
    }
    doubts
}

#[derive(Default)]
struct Asking {
    /// Why items cannot match.
    why: Vec<String>,
    /// Values that are written like fields.
    literal: Vec<String>,
    /// Whether a text is looked for at any offset of a base64 text.
    at_any_offset: bool,
}

impl Asking {
    fn of(&mut self, detection: &Detection) -> Can {
        match detection {
            Detection::AllOf(items) => all(items.iter().map(|item| self.item(item))),
            Detection::And(parts) => all(parts.iter().map(|part| self.of(part))),
            Detection::AnyOf(parts) => any(parts.iter().map(|part| self.of(part))),
            Detection::ArrayMatch { field, quantifier, .. } if !is_field(field) => match quantifier
            {
                ArrayQuantifier::Any | ArrayQuantifier::All => self.no_field(field),
                ArrayQuantifier::AllOrEmpty | ArrayQuantifier::None => Can::Always,
            },
            Detection::ArrayMatch { .. }
            | Detection::Keywords(_)
            | Detection::Conditional { .. } => Can::Perhaps,
        }
    }

    fn item(&mut self, item: &DetectionItem) -> Can {
        let Some(field) = &item.field.name else { return Can::Perhaps };
        self.at_any_offset |= item.field.has_modifier(Modifier::Base64Offset);
        let texts = || item.values.iter().map(plain_text);
        if !item.field.has_modifier(Modifier::FieldRef) {
            let written_like_fields = texts().flatten().filter(|text| is_path(text));
            self.literal.extend(written_like_fields.map(ToOwned::to_owned));
        }
        if !is_field(field) {
            return self.absent(field, item);
        }
        let is_text = |value: &SigmaValue| matches!(value, SigmaValue::String(_));
        if OBJECTS.contains(&field.as_str()) && item.values.iter().all(is_text) {
            self.why.push(format!("`{field}` is no text in records; name a field in it"));
            return if item.values.is_empty() { Can::Perhaps } else { Can::Never };
        }
        // Modifiers make other values of the written ones.
        if !item.field.modifiers.is_empty() || item.values.is_empty() {
            return Can::Perhaps;
        }
        let values = || texts().flatten();
        if texts().any(|text| text.is_none()) {
            return Can::Perhaps;
        }
        if field == "errorCode" && values().all(|text| text.eq_ignore_ascii_case("Success")) {
            self.why.push("successful calls have no errorCode".to_owned());
            return Can::Never;
        }
        let borne = |text: &str| {
            NEVER_NAMES.iter().find(|(never, _)| never.eq_ignore_ascii_case(text)).copied()
        };
        if field == "eventName" && values().all(|text| borne(text).is_some()) {
            let told = values().filter_map(borne);
            self.why.extend(told.map(|(never, name)| format!("records say {name}, not {never}")));
            return Can::Never;
        }
        Can::Perhaps
    }

    /// What an item can do that asks for a field which no record has.
    fn absent(&mut self, field: &str, item: &DetectionItem) -> Can {
        let modifiers = &item.field.modifiers;
        if modifiers.contains(&Modifier::Exists) {
            let wants = !item.values.iter().any(|value| matches!(value, SigmaValue::Bool(false)));
            return if wants { self.no_field(field) } else { Can::Always };
        }
        if item.values.iter().any(|value| matches!(value, SigmaValue::Null)) {
            return Can::Always;
        }
        if modifiers.contains(&Modifier::Neq) {
            return Can::Perhaps;
        }
        self.no_field(field)
    }

    fn no_field(&mut self, field: &str) -> Can {
        self.why.push(format!("no record has a field `{}`", line(field, 60)));
        Can::Never
    }
}

fn condition_can(condition: &ConditionExpr, named: &BTreeMap<&String, Can>) -> Can {
    match condition {
        ConditionExpr::And(parts) => all(parts.iter().map(|part| condition_can(part, named))),
        ConditionExpr::Or(parts) => any(parts.iter().map(|part| condition_can(part, named))),
        ConditionExpr::Not(part) => match condition_can(part, named) {
            Can::Never => Can::Always,
            Can::Perhaps => Can::Perhaps,
            Can::Always => Can::Never,
        },
        ConditionExpr::Identifier(name) => named.get(name).copied().unwrap_or(Can::Perhaps),
        ConditionExpr::Selector { quantifier, pattern } => {
            let chosen = named
                .iter()
                .filter(|(name, _)| pattern.matches_detection_name(name))
                .map(|(_, can)| *can);
            match quantifier {
                Quantifier::Any => any(chosen),
                Quantifier::All => all(chosen),
                Quantifier::Count(least) => {
                    let able = chosen.filter(|can| *can != Can::Never).count() as u64;
                    if able < *least { Can::Never } else { Can::Perhaps }
                }
            }
        }
    }
}

fn all(parts: impl Iterator<Item = Can>) -> Can {
    let mut whole = Can::Always;
    for part in parts {
        whole = match (whole, part) {
            (Can::Never, _) | (_, Can::Never) => Can::Never,
            (Can::Always, Can::Always) => Can::Always,
            _ => Can::Perhaps,
        };
    }
    whole
}

fn any(parts: impl Iterator<Item = Can>) -> Can {
    let mut whole = Can::Never;
    for part in parts {
        whole = match (whole, part) {
            (Can::Always, _) | (_, Can::Always) => Can::Always,
            (Can::Never, Can::Never) => Can::Never,
            _ => Can::Perhaps,
        };
    }
    whole
}

/// Whether a path begins with a field that records have.
fn is_field(path: &str) -> bool {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    FIELDS.contains(&&path[..end])
}

/// Whether a value is written like the path of a field.
fn is_path(text: &str) -> bool {
    let named = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    matches!(text.split_once('.'), Some((first, rest))
        if FIELDS.contains(&first) && rest.split('.').all(named))
}

fn plain_text(value: &SigmaValue) -> Option<&str> {
    match value {
        SigmaValue::String(text) if text.is_plain() => Some(&text.original),
        _ => None,
    }
}
