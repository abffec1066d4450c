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

/// A name and the kit that gives it.
struct Given {
    sort: Sort,
    name: &'static str,
    by: &'static str,
}

static NAMES: LazyLock<Vec<Given>> = LazyLock::new(|| {
    include_str!("../../../../data/kit-names.tsv").lines().filter_map(row).collect()
});

fn row(line: &'static str) -> Option<Given> {
    let mut cells = line.split('\t');
    let sort = match cells.next()? {
        "user" => Sort::User,
        "account" => Sort::Account,
        _ => return None,
    };
    Some(Given { sort, name: cells.next()?, by: cells.next()? })
}

/// The entry of a name; the whole name counts, upper and lower case included.
fn known(sort: Sort, name: &str) -> Option<&'static Given> {
    NAMES.iter().find(|given| given.sort == sort && given.name == name)
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
    let given = user.or_else(trusted)?;
    Some(Seen::new(format_compact!("{} of {}", given.name, given.by)))
}

fn account(principal: &str) -> Option<CompactString> {
    policy::account_of(principal).map(|account: AccountId| format_compact!("{account}"))
}

#[cfg(test)]
mod tests {
    use super::{NAMES, Sort, known};

    #[test]
    fn whole_names_only() {
        assert!(NAMES.len() >= 15, "{}", NAMES.len());
        assert!(known(Sort::User, "ses_xcatze").is_some());
        assert!(known(Sort::User, "ses_xcatze2").is_none());
        assert!(known(Sort::Account, "ses_xcatze").is_none());
        let lines = include_str!("../../../../data/kit-names.tsv").lines();
        let told = lines.filter(|line| !line.starts_with('#') && !line.is_empty()).count();
        assert_eq!(told, NAMES.len(), "a line of data/kit-names.tsv is not understood");
    }
}
