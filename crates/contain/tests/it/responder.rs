//! Somebody who applies, undoes and verifies plans in an emulator, as the program does.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use cloudtrail::Time;
use contain::Call;
use contain::account::{
    Account as Reached, Accounts, Caller, Fault, Organisation, Role, Secret, User,
};
use contain::apply::{self, ApplyError, Applying, Told};
use contain::aws::Aws;
use contain::impact::Impact;
use contain::journal::Journal;
use contain::plan::{Plan, Setting, plan, plan_for};
use contain::thing::{State, Thing};
use contain::undo::{self, Undoing, Undone};
use incident::Incident;
use tempfile::TempDir;

/// A responder with a folder for the journal.
pub(crate) struct Responder<'a> {
    pub(crate) account: &'a dyn Reached,
    pub(crate) id: &'a str,
    /// Whether the account is the organisation's management account of another one.
    pub(crate) management: Option<&'a dyn Reached>,
    pub(crate) journal: PathBuf,
    _folder: Option<TempDir>,
}

/// The emulator issues sessions by the clock of the machine, so a denial of older ones needs it too.
#[expect(
    clippy::disallowed_methods,
    reason = "the emulator's sessions have the time of the machine"
)]
fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    Time::from_seconds(since.as_secs() as i64)
}

impl<'a> Responder<'a> {
    pub(crate) fn new(account: &'a dyn Reached, id: &'a str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = folder.path().join("journal");
        Self { account, id, management: None, journal, _folder: Some(folder) }
    }

    /// With the journal in a folder of somebody else's.
    pub(crate) fn at(account: &'a dyn Reached, id: &'a str, folder: &Path) -> Self {
        Self { account, id, management: None, journal: folder.join("journal"), _folder: None }
    }

    fn accounts(&self) -> Accounts<'_> {
        [(self.id.parse().expect("an account"), self.account)].into()
    }

    pub(crate) fn plan(&self, incident: &Incident) -> Plan {
        let accounts = self.accounts();
        plan(incident, setting(&accounts))
    }

    /// With principals that must never be touched.
    pub(crate) fn plan_sparing(&self, incident: &Incident, spared: &str) -> Plan {
        let accounts = self.accounts();
        let is_spared = |arn: &str| arn == spared;
        plan(incident, Setting { spared: &is_spared, ..setting(&accounts) })
    }

    pub(crate) fn plan_for(&self, arn: &str, key: Option<&str>) -> Plan {
        let accounts = self.accounts();
        plan_for(arn, key, setting(&accounts)).expect("a plan")
    }

    /// Applies, with these steps that are taken on request only.
    pub(crate) fn apply(&self, plan: &Plan, with: &[&str]) -> Vec<Told> {
        let with: BTreeSet<String> = with.iter().map(|step| (*step).to_owned()).collect();
        let accounts = self.accounts();
        let secrets = self.journal.with_extension("secrets");
        let mut keep = |secret: &Secret| std::fs::write(&secrets, &secret.text);
        let mut about_to = |_: &Journal| Ok(());
        let mut applying = Applying {
            accounts: &accounts,
            management: self.management,
            with: &with,
            without: &BTreeSet::new(),
            now: &now,
            keep: &mut keep,
            about_to: &mut about_to,
            by: "arn:aws:iam::111122223333:user/responder",
        };
        let mut journal = self.open(plan);
        apply::apply(plan, &mut journal, &mut applying).expect("apply")
    }

    /// Shows what would be applied.
    pub(crate) fn rehearse(&self, plan: &Plan) -> Vec<apply::Rehearsed> {
        let accounts = self.accounts();
        let applying = Applying {
            accounts: &accounts,
            management: self.management,
            with: &BTreeSet::new(),
            without: &BTreeSet::new(),
            now: &now,
            keep: &mut |_| Ok(()),
            about_to: &mut |_| Ok(()),
            by: "",
        };
        let lines = Journal::lines_of(&self.journal).expect("the journal");
        apply::rehearse(plan, &lines, &applying).expect("rehearse")
    }

    pub(crate) fn undo(&self, plan: &Plan, reactivate_keys: bool) -> Vec<Undone> {
        self.try_undo(plan, reactivate_keys).expect("undo")
    }

    pub(crate) fn try_undo(
        &self,
        plan: &Plan,
        reactivate_keys: bool,
    ) -> Result<Vec<Undone>, ApplyError> {
        let accounts = self.accounts();
        let mut undoing = Undoing {
            accounts: &accounts,
            management: self.management,
            only: &BTreeSet::new(),
            reactivate_keys,
            force: false,
            now: &now,
            keep: &mut |_| Ok(()),
            by: "arn:aws:iam::111122223333:user/responder",
        };
        let mut journal = self.open(plan);
        undo::undo(plan, &mut journal, &mut undoing)
    }

    pub(crate) fn open(&self, plan: &Plan) -> Journal {
        Journal::open(&self.journal, &plan.digest, "responder", crate::incident::begun())
            .expect("the journal")
    }
}

fn setting<'a>(accounts: &'a Accounts<'a>) -> Setting<'a> {
    Setting {
        now: crate::incident::begun().plus_hours(1),
        accounts,
        spared: &|_| false,
        impact: Impact::default(),
    }
}

/// An account in which the process dies around one of the calls that change something.
pub(crate) struct Deadly {
    pub(crate) aws: Aws,
    /// The call, from 0.
    pub(crate) call: u32,
    /// Whether it is made before the process dies.
    pub(crate) after: bool,
    pub(crate) made: Cell<u32>,
}

impl Reached for Deadly {
    fn caller(&self) -> Result<Option<Caller>, Fault> {
        self.aws.caller()
    }
    fn read(&self, thing: &Thing) -> Result<State, Fault> {
        self.aws.read(thing)
    }
    fn user(&self, name: &str) -> Result<Option<User>, Fault> {
        self.aws.user(name)
    }
    fn role(&self, name: &str) -> Result<Option<Role>, Fault> {
        self.aws.role(name)
    }
    fn organisation(&self) -> Result<Option<Organisation>, Fault> {
        self.aws.organisation()
    }
    fn perform(&self, call: &Call) -> Result<Option<Secret>, Fault> {
        let this = self.made.get() == self.call;
        self.made.set(self.made.get() + 1);
        if this && !self.after {
            std::process::abort();
        }
        let answer = self.aws.perform(call);
        if this {
            std::process::abort();
        }
        answer
    }
}
