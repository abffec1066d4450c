//! The tables as a backup knows them: which columns there are since which version.
//!
//! A test holds this to the tables that the migrations make.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// The version that brought it.
    pub(super) since: u32,
}

/// A table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The version that brought it.
    pub(super) since: u32,
    /// The columns in whose order rows are written.
    pub(super) key: &'static str,
    pub(super) columns: &'static [Column],
}

impl Table {
    /// The columns of that version.
    pub(super) fn columns(&self, version: u32) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().filter(move |column| column.since <= version)
    }
}

/// The tables of that version, those that others refer to first.
pub(super) fn tables(version: u32) -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(move |table| table.since <= version)
}

macro_rules! table {
    ($name:literal since $since:literal by $key:literal: $($column:ident $kind:ident $($later:literal)?),+ $(,)?) => {
        Table {
            name: $name,
            since: $since,
            key: $key,
            columns: &[$(Column {
                name: stringify!($column),
                kind: Kind::$kind,
                since: { #[allow(unused_mut, unused_assignments)] let mut since = $since; $(since = $later;)? since },
            }),+],
        }
    };
}

const TABLES: &[Table] = &[
    table!("numbers" since 1 by "name": name Text, last Number),
    table!("incidents" since 1 by "id":
        id Text, version Number, kind Text, severity Number, alert Number, score Number, title Text, folded Text,
        first_seen Number, last_seen Number, document Text, digest Text, created_at Number, updated_at Number,
        status Text 2, reason Text 2, closed_at Number 2, assignee Text 2, verdict Text 2),
    table!("incident_terms" since 1 by "kind, value, incident_id": kind Text, value Text, incident_id Text),
    table!("incident_versions" since 1 by "incident_id, version":
        incident_id Text, version Number, at Number, document Text),
    table!("positions" since 1 by "source": source Text, value Text, at Number),
    table!("verdicts" since 2 by "number":
        number Number, incident_id Text, verdict Text, reason Text, actor_kind Text, actor Text, at Number),
    table!("comments" since 2 by "number":
        number Number, incident_id Text, actor_kind Text, actor Text, version Number, text Text, created_at Number,
        edited_at Number, deleted_at Number, deleted_by Text),
    table!("comment_versions" since 2 by "comment, version":
        comment Number, version Number, text Text, at Number),
    table!("exceptions" since 3 by "number":
        number Number, version Number, expression Text, reason Text, owner Text, created_at Number,
        expires_at Number, ended_at Number),
    table!("hidden_incidents" since 3 by "exception, incident_id":
        exception Number, incident_id Text, first_at Number, last_at Number),
    table!("notifications" since 4 by "number":
        number Number, incident_id Text, incident_version Number, channel Text, key Text, body Text, state Text,
        attempts Number, created_at Number, due_at Number, leased_until Number, sent_at Number, error Text,
        thread Text),
    table!("users" since 5 by "name":
        name Text, version Number, display Text, role Text, password_hash Text, subject Text, disabled Number,
        failed_attempts Number, locked_until Number, created_at Number, signed_in_at Number),
    table!("setup_links" since 5 by "hash":
        hash Text, user_name Text, created_at Number, expires_at Number, used_at Number),
    table!("sessions" since 5 by "hash":
        hash Text, user_name Text, created_at Number, seen_at Number, expires_at Number, revoked_at Number),
    table!("tokens" since 5 by "name":
        name Text, hash Text, scopes Text, created_by Text, created_at Number, expires_at Number, used_at Number,
        revoked_at Number),
    table!("settings" since 6 by "name":
        name Text, version Number, value Text, actor_kind Text, actor Text, at Number),
    table!("setting_versions" since 6 by "name, version":
        name Text, version Number, value Text, actor_kind Text, actor Text, at Number),
    table!("views" since 6 by "user_name, name":
        user_name Text, name Text, version Number, query Text, at Number),
    table!("audit_entries" since 1 by "sequence":
        sequence Number, at Number, actor_kind Text, actor Text, action Text, target_kind Text, target Text,
        before_digest Text, after_digest Text, detail Text, hash Text),
    table!("audit_head" since 1 by "one":
        one Number, sequence Number, hash Text, forgotten_sequence Number, forgotten_hash Text),
];
