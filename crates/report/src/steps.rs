//! What to do about a theft, step by step, with this incident's values filled in.
//!
//! Order and substance: AWS's playbook for stolen credentials (`IRP-CredCompromise` of
//! aws-samples/aws-incident-response-playbooks) and its guidance on compromised keys: see to the
//! resources, invalidate, restore access, review the account. Nothing is run. A command is written
//! only when its values are what AWS allows, because they come from the records.

mod resources;
mod review;

use cloudtrail::{AccessKeyId, Arn, EventId, KeyKind};
use incident::investigation::Standing;
use incident::{Incident, Status};

use crate::facts;

/// The four parts of a resolution, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// See to the resources that are affected.
    Resources,
    /// Make the credentials worthless.
    Invalidate,
    /// Give the owner new ones.
    Restore,
    /// Find what was left behind.
    Review,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The part that it belongs to.
    pub phase: Phase,
    /// What to do, and why.
    pub text: String,
    /// How, as commands for a shell; none where the values cannot be written safely.
    pub commands: Vec<String>,
    /// Whether the records say that it has been done.
    pub state: State,
    /// The events behind it.
    pub event_ids: Vec<EventId>,
    /// Whether it is among the first things to do.
    pub urgent: bool,
}

/// Whether a step has been done, as far as the records tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing in the records says so.
    Open,
    /// The records say so.
    Done,
}

impl Phase {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::Resources, Self::Invalidate, Self::Restore, Self::Review];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Resources => "See to the resources that are affected",
            Self::Invalidate => "Invalidate the credentials",
            Self::Restore => "Restore access with new credentials",
            Self::Review => "Review the account",
        }
    }
}

impl State {
    /// In words.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done, the logs say",
        }
    }
}

impl Step {
    fn new(phase: Phase, text: impl Into<String>) -> Self {
        let (commands, event_ids) = (Vec::new(), Vec::new());
        Self { phase, text: text.into(), commands, state: State::Open, event_ids, urgent: false }
    }

    fn urgent(mut self) -> Self {
        self.urgent = true;
        self
    }

    fn run(mut self, commands: impl IntoIterator<Item = String>) -> Self {
        self.commands.extend(commands);
        self
    }

    fn seen(mut self, events: &[EventId]) -> Self {
        self.event_ids.extend_from_slice(events);
        self
    }

    /// Done, where the records say that what the step is about is gone.
    fn until(mut self, standing: Standing) -> Self {
        if standing == Standing::Gone {
            self.state = State::Done;
        }
        self
    }
}

/// All steps of an incident, in the order of their phases.
pub(crate) fn plan(incident: &Incident, again: &str) -> Vec<Step> {
    let mut steps = resources::steps(incident);
    if incident.status == Status::Watch {
        let ask = "Ask the owner whether these calls were theirs. If they were not, go on.";
        steps.insert(0, Step::new(Phase::Resources, ask).urgent());
    }
    steps.extend(invalidate(incident));
    steps.extend(sessions(incident));
    steps.extend(restore(incident));
    steps.extend(review::steps(incident, again));
    steps
}

/// The credential that was stolen first, by its kind.
fn invalidate(incident: &Incident) -> Vec<Step> {
    let step = |text: &str| Step::new(Phase::Invalidate, text).urgent();
    let owner = facts::owner(incident);
    let root = incident.root_access_key_id.as_ref();
    let first = std::slice::from_ref(&incident.first_event_id);
    if Arn::parse(owner).is_some_and(|arn| arn.resource == "root") {
        return vec![
            step(
                "These are credentials of the account's root: sign in as root, delete its access \
                 keys, change its password, renew its MFA device, and look at the account's mail \
                 address and phone number.",
            )
            .run([command::root_keys()])
            .seen(first),
        ];
    }
    match root.map(AccessKeyId::kind) {
        Some(KeyKind::LongTerm) => {
            let user = user_of(owner);
            let off = step(
                "Switch the key off. Do not delete it: its id is needed, and a deletion cannot be \
                 undone.",
            );
            let key = root.and_then(|key| command::deactivate(user?, key.as_str()));
            let deny = step(
                "Deny the user everything: sessions made with the key live on after it is switched \
                 off, and lose their rights only so.",
            );
            vec![off.run(key).seen(first), deny.run(user.and_then(command::deny_user)).seen(first)]
        }
        Some(KeyKind::Temporary) => vec![temporary(owner).seen(first)],
        Some(KeyKind::Other) | None => vec![
            step(
                "Find out which credential signed these calls: the records do not name it. A \
                 stolen password is changed, and the sessions that it opened are denied.",
            )
            .run(user_of(owner).and_then(command::deny_user))
            .seen(first),
        ],
    }
}

/// A temporary credential cannot be switched off: what was issued before now is denied.
fn temporary(owner: &str) -> Step {
    let step = |text: &str| Step::new(Phase::Invalidate, text).urgent();
    let Some((role, _)) = Arn::parse(owner).and_then(|arn| arn.assumed_role()) else {
        let text = "A temporary credential cannot be switched off: deny its user everything until \
                    the session has run out, then close the way in which it was taken.";
        return step(text).run(user_of(owner).and_then(command::deny_user));
    };
    if role.starts_with("AWSReservedSSO_") {
        return step(
            "This session comes from IAM Identity Center, whose roles cannot be changed here: \
             disable the person there, delete their sessions, and deny what was issued before now \
             in the permission set or in a service control policy (aws:TokenIssueTime).",
        );
    }
    step(
        "A temporary credential cannot be switched off: deny everything to sessions of the role \
         that were issued before now. Good sessions are renewed by themselves. Then close the way \
         in which it was taken.",
    )
    .run(command::deny_sessions(role))
}

/// Sessions that may still be alive.
fn sessions(incident: &Incident) -> Vec<Step> {
    let sessions = &incident.investigation.radius.sessions;
    let told = sessions.iter().map(|session| {
        let end = if session.end_is_told { "until" } else { "at the longest until" };
        let key = session.access_key_id.as_ref().map_or_else(String::new, |key| format!(" {key}"));
        let role = Arn::parse(&session.acts_as)
            .and_then(|arn| arn.assumed_role().map(|(role, _)| role).or(Some(arn.name())))
            .filter(|_| session.kind == "role-session");
        let text = format!(
            "End the {}{key} of {}, which works {end} {}: {}.",
            facts::spaced(&session.kind),
            facts::name(&session.acts_as),
            session.ends,
            session.stopped_by.trim_end_matches('.'),
        );
        Step::new(Phase::Invalidate, text)
            .run(role.and_then(command::deny_sessions))
            .seen(&session.event_ids)
            .until(session.standing)
    });
    told.take(MOST).collect()
}

/// So many steps of one sort are written out.
const MOST: usize = 25;

fn restore(incident: &Incident) -> Vec<Step> {
    let step = |text: &str| Step::new(Phase::Restore, text);
    let owner = facts::owner(incident);
    match incident.root_access_key_id.as_ref().map(AccessKeyId::kind) {
        Some(KeyKind::LongTerm) => vec![
            step(
                "When the way in is closed, give the owner a new key, or better a role with \
                 temporary credentials; delete the old key when the investigation is over.",
            )
            .run(user_of(owner).and_then(command::new_key)),
            step("Take the deny policy away.").run(user_of(owner).and_then(command::allow_user)),
        ],
        _ => vec![step(
            "Let the owner sign in again, so that sessions are issued after the denial; where a \
             machine's credentials were taken, replace the machine and require IMDSv2.",
        )],
    }
}

/// The name of an IAM user in an ARN.
fn user_of(arn: &str) -> Option<&str> {
    Arn::parse(arn)?.resource.strip_prefix("user/")?.rsplit('/').next()
}

/// Commands for a shell, made only of values that AWS would allow.
pub mod command {
    const DENY_ALL: &str =
        r#"'{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'"#;
    /// The shell puts the time of the call in.
    const DENY_OLDER: &str = r#"'{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"'"$(date -u +%FT%TZ)"'"}}}]}'"#;
    const DENIAL: &str = "KeyhoundDenyAll";

    /// A name that IAM allows, and no shell or program takes for anything else.
    fn named(name: &str, longest: usize) -> Option<&str> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
        let fits = (1..=longest).contains(&name.len()) && !name.starts_with('-');
        (fits && name.bytes().all(allowed)).then_some(name)
    }

    fn key_id(key: &str) -> Option<&str> {
        let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        ((16..=128).contains(&key.len()) && key.bytes().all(allowed)).then_some(key)
    }

    fn word(text: &str, allowed: &[u8]) -> Option<String> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || allowed.contains(&byte);
        let harmless = !text.is_empty() && text.len() <= 1_024 && !text.starts_with('-');
        (harmless && text.bytes().all(fits)).then(|| text.to_owned())
    }

    /// ` --region R`, where the region's name is one.
    pub(crate) fn in_region(region: &str) -> String {
        word(region, b"-").map_or_else(String::new, |region| format!(" --region {region}"))
    }

    /// An ARN or an id in a command.
    pub(crate) fn thing(name: &str) -> Option<String> {
        word(name, b"_+=,.@:/-")
    }

    /// Makes a user's key inactive.
    pub fn deactivate(user: &str, key: &str) -> Option<String> {
        let (user, key) = (named(user, 64)?, key_id(key)?);
        Some(format!(
            "aws iam update-access-key --user-name {user} --access-key-id {key} --status Inactive"
        ))
    }

    pub(crate) fn deny_user(user: &str) -> Option<String> {
        let user = named(user, 64)?;
        Some(format!(
            "aws iam put-user-policy --user-name {user} --policy-name {DENIAL} --policy-document {DENY_ALL}"
        ))
    }

    pub(crate) fn allow_user(user: &str) -> Option<String> {
        let user = named(user, 64)?;
        Some(format!("aws iam delete-user-policy --user-name {user} --policy-name {DENIAL}"))
    }

    pub(crate) fn deny_role(role: &str) -> Option<String> {
        let role = named(role, 64)?;
        Some(format!(
            "aws iam put-role-policy --role-name {role} --policy-name {DENIAL} --policy-document {DENY_ALL}"
        ))
    }

    pub(crate) fn deny_sessions(role: &str) -> Option<String> {
        let role = named(role, 64)?;
        Some(format!(
            "aws iam put-role-policy --role-name {role} --policy-name AWSRevokeOlderSessions --policy-document {DENY_OLDER}"
        ))
    }

    pub(crate) fn new_key(user: &str) -> Option<String> {
        Some(format!("aws iam create-access-key --user-name {}", named(user, 64)?))
    }

    pub(crate) fn keys_of(user: &str) -> Option<String> {
        Some(format!("aws iam list-access-keys --user-name {}", named(user, 64)?))
    }

    pub(crate) fn no_password(user: &str) -> Option<String> {
        Some(format!("aws iam delete-login-profile --user-name {}", named(user, 64)?))
    }

    pub(crate) fn trust_of(role: &str) -> Option<String> {
        let role = named(role, 64)?;
        Some(format!("aws iam get-role --role-name {role} --query Role.AssumeRolePolicyDocument"))
    }

    pub(crate) fn policies_of(kind: &str, name: &str) -> Option<String> {
        let name = named(name, 128)?;
        let kind = if kind == "role" { "role" } else { "user" };
        Some(format!("aws iam list-attached-{kind}-policies --{kind}-name {name}"))
    }

    pub(crate) fn stop_instance(id: &str, region: &str) -> Option<String> {
        let id = word(id, b"-").filter(|id| id.starts_with("i-"))?;
        Some(format!("aws ec2 stop-instances --instance-ids {id}{}", in_region(region)))
    }

    pub(crate) fn versions_of(object: &str) -> Option<String> {
        let (bucket, key) = object.strip_prefix("s3://")?.split_once('/')?;
        let (bucket, key) = (word(bucket, b".-")?, word(key, b"_+=,.@:/-")?);
        Some(format!("aws s3api list-object-versions --bucket {bucket} --prefix {key}"))
    }

    pub(crate) fn log_again(trail: &str, region: &str) -> Option<String> {
        let trail = thing(trail)?;
        Some(format!("aws cloudtrail start-logging --name {trail}{}", in_region(region)))
    }

    pub(crate) fn root_keys() -> String {
        "aws iam get-account-summary --query SummaryMap.AccountAccessKeysPresent".to_owned()
    }

    #[cfg(test)]
    mod tests {
        use super::{deactivate, deny_sessions, stop_instance, versions_of};

        #[test]
        fn a_value_that_aws_would_not_allow_makes_no_command() {
            let key = "AKIAIOSFODNN7EXAMPLE";
            assert!(deactivate("sam.silva", key).is_some());
            for user in ["", "a b", "$(id)", "--x", "a;b", "é", "a'b", &"x".repeat(65)] {
                assert_eq!(deactivate(user, key), None, "{user}");
                assert_eq!(deny_sessions(user), None, "{user}");
            }
            assert_eq!(deactivate("sam", "AKIA`id`AAAAAAAAA"), None);
            assert_eq!(stop_instance("i-1;reboot", "eu-west-1"), None);
            assert_eq!(
                stop_instance("i-1", "$(x)").as_deref(),
                Some("aws ec2 stop-instances --instance-ids i-1")
            );
            assert_eq!(versions_of("s3://b/$(x)"), None);
            assert!(versions_of("s3://bucket/a/b.txt").is_some());
        }
    }
}
