//! Names that AWS allows. Every name in a plan comes from records, which an attacker writes: what
//! AWS would not allow is put into no call, command or policy.

/// A name of a user, role, group or policy: the IAM API's `[\w+=,.@-]+`, at most 128 signs.
pub(crate) fn is_identity(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    (1..=128).contains(&name.len()) && name.bytes().all(allowed)
}

/// Patterns of ARNs of the user or role of this name, whatever its path.
pub(crate) fn patterns(partition: &str, account: &str, kind: &str, name: &str) -> Vec<String> {
    ["", "*/"].map(|path| format!("arn:{partition}:iam::{account}:{kind}/{path}{name}")).into()
}

/// An access key id.
pub(crate) fn is_key(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    (16..=128).contains(&id.len()) && id.bytes().all(allowed)
}

/// An id of EC2 with this prefix: `i-`, `snap-`, `ami-`.
fn is_ec2(id: &str, prefix: &str) -> bool {
    let hexadecimal = |rest: &str| {
        (8..=17).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    id.strip_prefix(prefix).is_some_and(hexadecimal)
}

/// The id of a machine.
pub(crate) fn is_instance(id: &str) -> bool {
    is_ec2(id, "i-")
}

/// The id of a snapshot or an image.
pub(crate) fn is_shareable(id: &str) -> bool {
    is_ec2(id, "snap-") || is_ec2(id, "ami-")
}

/// The name of a function.
pub(crate) fn is_function(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}

/// The name of a region.
pub(crate) fn is_region(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (9..=20).contains(&name.len()) && name.contains('-') && name.bytes().all(allowed)
}

/// The ARN of a managed policy, or of anything else: no sign in it means something to a shell, a
/// policy or a terminal.
pub(crate) fn is_arn(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@:/-".contains(&byte);
    text.starts_with("arn:") && text.len() <= 2_048 && text.bytes().all(allowed)
}

/// A text for people, without what a terminal would obey, and not too long.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 160;
    let short: String = text.chars().take(LONGEST).collect();
    let more = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
    whole(&short) + more
}

/// The same, however long.
pub(crate) fn whole(text: &str) -> String {
    // Signs that turn the direction of a text make it look like another.
    let turns = |sign: char| matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    text.chars()
        .map(|sign| if sign.is_control() || turns(sign) { '\u{fffd}' } else { sign })
        .collect()
}

/// Adds a text that is not there.
pub(crate) fn push(list: &mut Vec<String>, text: &str) {
    if !list.iter().any(|known| known == text) {
        list.push(text.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_would_not_allow_is_no_name() {
        for name in ["", "a b", "$(id)", "a;b", "é", "a'b", "a\"b", "{now}", "*", &"x".repeat(129)]
        {
            assert!(!is_identity(name), "{name}");
            assert!(!is_function(name), "{name}");
        }
        for name in ["a b", "$(id)", "a;b", "é", "a'b", "{now}", "*", "a`b"] {
            assert!(!is_arn(&format!("arn:aws:iam::1:user/{name}")), "{name}");
        }
        assert!(is_identity("sam.silva@example.com"));
        assert!(is_instance("i-0abc12345def67890") && !is_instance("i-1;reboot"));
        assert!(is_shareable("snap-0abc12345def67890") && is_shareable("ami-0abc1234"));
        assert!(is_region("eu-west-1") && !is_region("$(x)") && !is_region("global"));
        assert!(is_key("AKIAIOSFODNN7EXAMPLE") && !is_key("AKIA`id`AAAAAAAAA"));
    }
}
