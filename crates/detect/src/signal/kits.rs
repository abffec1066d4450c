//! Names that attack kits give to what they make.

use std::sync::LazyLock;

use cloudtrail::AccountId;
use compact_str::{CompactString, format_compact};

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::policy;

pub(super) static KIT_NAME: Signal = Signal {
    about: About {
        id: "attack-kit-name",
        text: "a user or a trusted account has a name that a known attack kit uses",
        rows: &["PE-10"],
        techniques: &["T1136.003"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "hardly any: the whole name must be the same",
    },
    wants: Wants::Actions(&[
        "iam:CreateUser",
        "iam:CreateRole",
        "iam:CreateLoginProfile",
        "iam:CreateAccessKey",
        "iam:AddUserToGroup",
        "iam:UpdateAssumeRolePolicy",
    ]),
    see: Some(see),
    notify: None,
};

/// What a name is given to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    User,
    Account,
}

struct Kit {
    sort: Sort,
    name: &'static str,
    kit: &'static str,
}

static KITS: LazyLock<Vec<Kit>> = LazyLock::new(|| {
    include_str!("../../../../data/kit-names.tsv").lines().filter_map(row).collect()
});

fn row(line: &'static str) -> Option<Kit> {
    let mut cells = line.split('\t');
    let sort = match cells.next()? {
        "user" => Sort::User,
        "account" => Sort::Account,
        _ => return None,
    };
    Some(Kit { sort, name: cells.next()?, kit: cells.next()? })
}

/// The kit that a name belongs to; the whole name counts, upper and lower case included.
fn known(sort: Sort, name: &str) -> Option<&'static Kit> {
    KITS.iter().find(|kit| kit.sort == sort && kit.name == name)
}

fn see(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    let user = event.request_text("userName").and_then(|name| known(Sort::User, &name));
    let trusted = || {
        let document = event.request_text("policyDocument");
        let document = document.or_else(|| event.request_text("assumeRolePolicyDocument"))?;
        let mut accounts =
            policy::admitted(&document).into_iter().filter_map(|name| account(&name));
        accounts.find_map(|account| known(Sort::Account, &account))
    };
    let kit = user.or_else(trusted)?;
    Some(Seen::new(format_compact!("{} of {}", kit.name, kit.kit)))
}

fn account(principal: &str) -> Option<CompactString> {
    policy::account_of(principal).map(|account: AccountId| format_compact!("{account}"))
}

#[cfg(test)]
mod tests {
    use super::{KITS, Sort, known};

    #[test]
    fn whole_names_only() {
        assert!(KITS.len() >= 15, "{}", KITS.len());
        assert!(known(Sort::User, "ses_xcatze").is_some());
        assert!(known(Sort::User, "ses_xcatze2").is_none());
        assert!(known(Sort::Account, "ses_xcatze").is_none());
        let lines = include_str!("../../../../data/kit-names.tsv").lines();
        let told = lines.filter(|line| !line.starts_with('#') && !line.is_empty()).count();
        assert_eq!(told, KITS.len(), "a line of data/kit-names.tsv is not understood");
    }
}
