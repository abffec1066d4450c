//! An incident for the tests of plans: a user's key was stolen, sessions were made with it, and
//! ways back in were left.

use cloudtrail::{AccessKeyId, AccountId, EventId, Outcome, Time};
use detect::{Act, Fact, Kind, Subject};
use incident::investigation::{Case, Changed, How, Session, Standing};
use incident::{Incident, SCHEMA, Severity, Status};

/// What happened, in the order in which it is told.
pub(crate) struct Theft {
    account: AccountId,
    acts: Vec<Act>,
    changed: Vec<Changed>,
    sessions: Vec<Session>,
    pub(crate) kind: Kind,
    pub(crate) case: Case,
}

/// Where the thief is.
pub(crate) const ADDRESS: &str = "198.51.100.7";

pub(crate) fn begun() -> Time {
    "2026-11-20T02:14:07Z".parse().expect("a time")
}

impl Theft {
    /// In this account.
    pub(crate) fn of(account: &str) -> Self {
        Self {
            account: account.parse().expect("an account"),
            acts: Vec::new(),
            changed: Vec::new(),
            sessions: Vec::new(),
            kind: Kind::UserWorkload,
            case: Case::ReadAndWrite,
        }
    }

    fn time(&self) -> Time {
        begun().plus_seconds(60 * self.acts.len() as i64)
    }

    /// A call of the thief's that succeeded.
    pub(crate) fn call(
        &mut self,
        who: &str,
        key: &str,
        action: &str,
        on: &str,
        facts: &[(Subject, &str)],
    ) -> &mut Self {
        let said = |(about, text): &(Subject, &str)| Fact { about: *about, text: (*text).into() };
        self.acts.push(Act {
            time: self.time(),
            event_id: EventId::new(&format!("event-{}", self.acts.len())),
            principal: who.to_owned(),
            access_key: AccessKeyId::new(key),
            action: action.to_owned(),
            region: "eu-west-1".to_owned(),
            account: Some(self.account),
            source: ADDRESS.to_owned(),
            client: "aws-cli".to_owned(),
            console: false,
            outcome: Outcome::Success,
            error: String::new(),
            resource: on.to_owned(),
            touched: Vec::new(),
            made: Vec::new(),
            facts: facts.iter().map(said).collect(),
        });
        self
    }

    /// That the last call made or changed something.
    pub(crate) fn changed(&mut self, kind: &str, name: &str, how: How) -> &mut Self {
        let act = self.acts.last().expect("a call");
        self.changed.push(Changed {
            kind: kind.to_owned(),
            name: name.to_owned(),
            how,
            detail: String::new(),
            way_in: true,
            standing: Standing::Stands,
            by: act.principal.clone(),
            access_key_id: act.access_key.clone(),
            action: act.action.clone(),
            account_id: act.account,
            region: act.region.clone(),
            time: act.time,
            event_ids: vec![act.event_id.clone()],
        });
        self
    }

    /// That the last call made a session.
    pub(crate) fn session(&mut self, kind: &str, key: &str, acts_as: &str) -> &mut Self {
        let act = self.acts.last().expect("a call");
        self.sessions.push(Session {
            access_key_id: AccessKeyId::new(key),
            kind: kind.to_owned(),
            acts_as: acts_as.to_owned(),
            from: act.access_key.as_ref().expect("a key").as_str().to_owned(),
            begun: act.time,
            ends: act.time.plus_hours(12),
            end_is_told: true,
            standing: Standing::Stands,
            stopped_by: String::new(),
            uses: 0,
            event_ids: vec![act.event_id.clone()],
        });
        self
    }

    pub(crate) fn incident(&self) -> Incident {
        let mut principals: Vec<String> = Vec::new();
        let mut keys: Vec<AccessKeyId> = Vec::new();
        for act in &self.acts {
            if !principals.contains(&act.principal) {
                principals.push(act.principal.clone());
            }
            keys.extend(act.access_key.clone().filter(|key| !keys.contains(key)));
        }
        for made in self.changed.iter().filter(|one| one.kind == "access-key") {
            keys.extend(AccessKeyId::new(&made.name));
        }
        let mut investigation = incident::Investigation::default();
        investigation.radius.changed.clone_from(&self.changed);
        investigation.radius.sessions.clone_from(&self.sessions);
        investigation.resolution.case = self.case;
        let first = self.acts.first().expect("a call");
        Incident {
            id: "inc-4f1c09ab77e2".to_owned(),
            schema: SCHEMA,
            title: "Long-term key of user/sam: more rights".to_owned(),
            severity: Severity::Critical,
            status: Status::Alert,
            score: 40.0,
            probability: 1.0,
            first_seen: first.time,
            last_seen: self.time(),
            detected_at: Some(first.time),
            root_access_key_id: first.access_key.clone(),
            access_key_ids: keys,
            principals,
            account_ids: vec![self.account],
            networks: Vec::new(),
            clients: Vec::new(),
            first_event_id: first.event_id.clone(),
            event_ids: self.acts.iter().map(|act| act.event_id.clone()).collect(),
            resources: Vec::new(),
            created: Vec::new(),
            tactics: Vec::new(),
            techniques: Vec::new(),
            ledger: Vec::new(),
            hypotheses: Vec::new(),
            coverage: Vec::new(),
            investigation,
            kind: self.kind,
            timeline: self.acts.clone(),
            lineage: Vec::new(),
            episodes: Vec::new(),
            further_events: 0,
        }
    }
}
