//! Benign changes that look like a theft, one sort per file: what a judge must not fall for.

#![expect(clippy::unnecessary_wraps, reason = "all sorts have one signature; some cannot fail")]

mod audit;
mod break_glass;
mod console_fan_out;
mod disaster_recovery;
mod hosted_runners;
mod incident_responder;
mod isp_change;
mod nat_change;
mod new_office;
mod new_region;
mod onboarding;
mod pen_test;
mod quota_job;
mod rotation;
mod scanner_onboarding;
mod sdk_upgrade;
mod sloppy_rotation;
mod temporary_user;
mod terraform_refresh;
mod travel;
mod vpn_change;

use std::collections::BTreeSet;

use crate::caller::access_key;
use crate::catalogue::Catalogue;
use crate::client::Client;
use crate::error::Result;
use crate::habits::{self, DAY, HOUR, Schedule};
use crate::organisation::Builder;
use crate::principal::{Change, Key, Kind, Login, Principal, Shift, at};
use crate::record::{Call, Fields, Focus, Outcome, Record};
use crate::seed::Dice;
use crate::truth::{LookAlike, Reason};

/// A sort of change.
pub struct Sort {
    /// Its name in parameter files.
    pub name: &'static str,
    /// Makes it happen; none if nobody suits.
    happen: fn(&mut Occasion<'_, '_>) -> Result<Option<LookAlike>>,
}

/// All sorts; those that few principals suit come first.
pub const SORTS: [Sort; 21] = [
    Sort { name: "incident-responder", happen: incident_responder::happen },
    Sort { name: "quarterly-audit", happen: audit::happen },
    Sort { name: "disaster-recovery", happen: disaster_recovery::happen },
    Sort { name: "vpn-change", happen: vpn_change::happen },
    Sort { name: "isp-change", happen: isp_change::happen },
    Sort { name: "nat-change", happen: nat_change::happen },
    Sort { name: "travel", happen: travel::happen },
    Sort { name: "new-office", happen: new_office::happen },
    Sort { name: "hosted-runners", happen: hosted_runners::happen },
    Sort { name: "terraform-refresh", happen: terraform_refresh::happen },
    Sort { name: "console-fan-out", happen: console_fan_out::happen },
    Sort { name: "scanner-onboarding", happen: scanner_onboarding::happen },
    Sort { name: "pen-test", happen: pen_test::happen },
    Sort { name: "rotation", happen: rotation::happen },
    Sort { name: "sloppy-rotation", happen: sloppy_rotation::happen },
    Sort { name: "temporary-user", happen: temporary_user::happen },
    Sort { name: "sdk-upgrade", happen: sdk_upgrade::happen },
    Sort { name: "new-region", happen: new_region::happen },
    Sort { name: "break-glass", happen: break_glass::happen },
    Sort { name: "onboarding", happen: onboarding::happen },
    Sort { name: "quota-job", happen: quota_job::happen },
];

/// A change that is about to happen.
pub struct Occasion<'a, 'b> {
    /// The organisation that it happens to.
    pub builder: &'a mut Builder<'b>,
    /// Its choices.
    pub dice: Dice,
    /// When, in seconds since 1970: the morning of a working day.
    pub time: i64,
    /// How many of this sort happened before.
    pub number: u32,
    /// Calls that belong to no habit.
    pub records: &'a mut Vec<Record>,
    /// Principals that something happens to already: changes do not overlap.
    pub taken: &'a mut BTreeSet<usize>,
}

impl Occasion<'_, '_> {
    /// One of the principals of these kinds that nothing happens to yet.
    fn pick(&mut self, kinds: &[Kind]) -> Option<usize> {
        let time = self.time;
        let free: Vec<usize> = (0..self.builder.organisation.principals.len())
            .filter(|index| !self.taken.contains(index))
            .filter(|index| {
                let principal = &self.builder.organisation.principals[*index];
                kinds.contains(&principal.kind) && principal.from < time - 14 * DAY
            })
            .collect();
        let index = *self.dice.pick(&free)?;
        self.taken.insert(index);
        Some(index)
    }

    /// One of the principals of a kind, whatever else happens to it.
    fn any(&mut self, kind: Kind) -> Option<usize> {
        let principals = self.builder.organisation.principals.iter().enumerate();
        let known: Vec<usize> = principals
            .filter(|(_, principal)| principal.kind == kind && principal.is_active(self.time))
            .map(|(index, _)| index)
            .collect();
        self.dice.pick(&known).copied()
    }

    /// A principal.
    fn principal(&mut self, index: usize) -> &mut Principal {
        &mut self.builder.organisation.principals[index]
    }

    /// Something is different for a principal from now on, for so many days.
    fn shift(&mut self, index: usize, days: i64, change: Change) {
        let from = self.time;
        let until = from.saturating_add(days.saturating_mul(DAY));
        self.principal(index).shifts.push(Shift { from, until, change });
    }

    /// A principal does something once, so many hours from now.
    fn once(&mut self, index: usize, routine: &str, hours: i64, account: usize) -> Result<()> {
        let schedule = Schedule::Once { at: self.time + hours * HOUR + self.dice.between(0, HOUR) };
        let duty = self.builder.duty(routine, schedule, account, 0)?;
        self.principal(index).duties.push(duty);
        Ok(())
    }

    /// A principal makes one call, so many seconds from now; false if it cannot call then.
    fn call(&mut self, index: usize, action: &str, seconds: i64, fields: &Fields) -> Result<bool> {
        let organisation = &self.builder.organisation;
        let principal = &organisation.principals[index];
        let time = self.time + seconds;
        let Some((session, address, client)) = habits::credential(principal, organisation, time)?
        else {
            return Ok(false);
        };
        let action = Catalogue::shipped()?.action(action)?;
        let Some(account) =
            organisation.accounts.iter().find(|account| account.id == session.caller.account)
        else {
            return Ok(false);
        };
        let call = Call {
            action,
            caller: &session.caller,
            time: at(time),
            region: &account.region,
            address: &address,
            agent: &client.agent(action),
            outcome: Outcome::Done,
            estate: &account.estate,
            fields,
            endpoint: None,
            shared: None,
        };
        self.records.push(call.record(&mut Focus::default(), &mut self.dice));
        Ok(true)
    }

    /// A principal's user gets a second key now; the first goes on for so many seconds. Returns
    /// the first.
    fn new_key(&mut self, index: usize, overlap: i64) -> Result<String> {
        let (time, account) = (self.time, self.principal(index).account);
        let account = self.builder.organisation.accounts[account].id.clone();
        let key = access_key("AKIA", &account, &mut self.dice);
        let user = self.principal(index).name.clone();
        let fields = Fields::default().with("new-user", &user).with("minted-key", &key);
        self.call_by_administrator("iam:CreateAccessKey", -600, &fields, index)?;
        let mut old = String::new();
        if let Login::User { keys, .. } = &mut self.principal(index).login {
            if let Some(first) = keys.last_mut() {
                first.until = time + overlap;
                old.clone_from(&first.id);
            }
            keys.push(Key { id: key, from: time, until: i64::MAX });
        }
        Ok(old)
    }

    /// An administrator on duty makes a call that concerns a principal's user; the user itself if
    /// there is none.
    fn call_by_administrator(
        &mut self,
        action: &str,
        seconds: i64,
        fields: &Fields,
        index: usize,
    ) -> Result<()> {
        let account = self.principal(index).account;
        let principals = &self.builder.organisation.principals;
        let of_account = |principal: &Principal| {
            principal.kind == Kind::UserPerson
                && principal.account == account
                && principal.policy == "administrator"
        };
        let administrator = principals.iter().position(of_account).unwrap_or(index);
        self.call(administrator, action, seconds, fields)?;
        Ok(())
    }

    /// Another program of a family.
    fn client(&mut self, family: &str) -> Result<Client> {
        self.builder.clients.make(family, &mut self.dice)
    }

    /// The label of a change that concerns these principals for so many days.
    fn label(&self, name: &str, reason: Reason, who: &[usize], days: i64) -> LookAlike {
        let organisation = &self.builder.organisation;
        let principals = who.iter().map(|index| &organisation.principals[*index]);
        let keys = principals.clone().flat_map(|principal| match &principal.login {
            Login::User { keys, .. } => keys.iter().map(|key| key.id.clone()).collect(),
            _ => Vec::new(),
        });
        LookAlike {
            name: name.to_owned(),
            reason,
            access_key_ids: keys.collect(),
            principals: principals
                .flat_map(|principal| principal.arns(&organisation.accounts[principal.account].id))
                .collect(),
            from: at(self.time),
            until: at(self.time + days * DAY),
            announced: Vec::new(),
        }
    }
}

/// Lets the changes of the parameters happen between two times.
pub fn all(
    builder: &mut Builder<'_>,
    (from, until): (i64, i64),
    taken: &mut BTreeSet<usize>,
    records: &mut Vec<Record>,
) -> Result<Vec<LookAlike>> {
    let mut labels = Vec::new();
    for sort in &SORTS {
        let count = builder.parameters.changes.get(sort.name).copied().unwrap_or_default();
        for number in 0..count {
            let mut dice = builder.seed.part(sort.name, number.into()).dice();
            let time = working_hour(dice.between(from, (until - 3 * DAY).max(from)));
            let mut occasion =
                Occasion { builder: &mut *builder, dice, time, number, records, taken };
            labels.extend((sort.happen)(&mut occasion)?);
        }
    }
    Ok(labels)
}

/// Nine o'clock of a working day near a time.
fn working_hour(time: i64) -> i64 {
    let morning = time.div_euclid(DAY) * DAY + 9 * HOUR;
    match habits::weekday(morning) {
        5 => morning + 2 * DAY,
        6 => morning + DAY,
        _ => morning,
    }
}

/// The names of all sorts.
pub fn names() -> impl Iterator<Item = &'static str> {
    SORTS.iter().map(|sort| sort.name)
}
