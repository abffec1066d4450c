//! The columns of the table `events`: what each holds, and how it is taken from an event.

use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit};
use cloudtrail::{Source, Time};
use compact_str::CompactString;

use crate::row::{Row, category, credential_type, grant_kind, outcome};

/// The version of the columns, written into every file. It grows when one changes its meaning;
/// columns may be added without.
pub const SCHEMA_VERSION: u32 = 1;

/// A column of `events`.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds, in one sentence.
    pub about: &'static str,
    /// How it is looked for.
    pub find: Find,
    pub(crate) take: Take,
}

/// How the values of a column are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Find {
    /// By the least and the greatest value of row groups.
    Range,
    /// Likewise, and by those of pages.
    Pages,
    /// By the values of row groups, and by the list of which values are in which file.
    Listed,
    /// Likewise, by the values of pages, and by a Bloom filter in the file.
    ListedAndBloom,
    /// By a Bloom filter: every value is another.
    Bloom,
    /// Not at all: it is read when it is wanted.
    No,
}

/// How a value is taken from an event. An empty text is no value.
#[derive(Debug)]
pub(crate) enum Take {
    /// A text that the event has.
    Text(for<'a> fn(&Row<'a>) -> &'a str),
    /// A text that is made from it.
    Shown(fn(&Row<'_>, &mut String)),
    /// A moment.
    Time(fn(&Row<'_>) -> Option<Time>),
    /// Yes or no.
    Flag(fn(&Row<'_>) -> Option<bool>),
    /// A number.
    Number(fn(&Row<'_>) -> Option<i64>),
    /// A small number.
    Small(fn(&Row<'_>) -> i32),
    /// Several texts.
    Texts(for<'a> fn(&Row<'a>) -> &'a [CompactString]),
}

impl Column {
    /// Its type in Arrow.
    pub fn data_type(&self) -> DataType {
        match self.take {
            Take::Text(_) | Take::Shown(_) => DataType::Utf8,
            Take::Time(_) => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Take::Flag(_) => DataType::Boolean,
            Take::Number(_) => DataType::Int64,
            Take::Small(_) => DataType::Int32,
            Take::Texts(_) => DataType::List(element()),
        }
    }

    /// Its type in the words of Athena, Trino and Spark.
    pub fn sql_type(&self) -> &'static str {
        match self.take {
            Take::Text(_) | Take::Shown(_) => "string",
            Take::Time(_) => "timestamp",
            Take::Flag(_) => "boolean",
            Take::Number(_) => "bigint",
            Take::Small(_) => "int",
            Take::Texts(_) => "array<string>",
        }
    }

    /// Whether files list which of its values they hold.
    pub fn is_listed(&self) -> bool {
        matches!(self.find, Find::Listed | Find::ListedAndBloom)
    }

    /// Whether files have a Bloom filter of its values.
    pub fn has_bloom(&self) -> bool {
        matches!(self.find, Find::Bloom | Find::ListedAndBloom)
    }
}

/// What a list holds.
pub(crate) fn element() -> FieldRef {
    Arc::new(Field::new("element", DataType::Utf8, true))
}

/// The columns in a file of events as an Arrow schema.
pub fn schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let field = |column: &Column| Field::new(column.name, column.data_type(), true);
        Arc::new(Schema::new(COLUMNS.iter().map(field).collect::<Vec<_>>()))
    });
    Arc::clone(&SCHEMA)
}

/// The column that holds the whole record.
pub const RECORD: &str = "record";

const fn column(name: &'static str, find: Find, take: Take, about: &'static str) -> Column {
    Column { name, about, find, take }
}

/// All columns, in the order of the files.
pub static COLUMNS: &[Column] = &[
    column(
        "event_time",
        Find::Pages,
        Take::Time(|row| Some(row.event.time)),
        "When the call was made: `eventTime`, in UTC",
    ),
    column(
        "event_id",
        Find::Bloom,
        Take::Shown(|row, text| shown(text, &row.event.id)),
        "`eventID`; a digest of the record where it has none",
    ),
    column(
        "service",
        Find::Listed,
        Take::Text(|row| &row.event.service),
        "The service that was called: `eventSource` without `.amazonaws.com`, for example `iam`",
    ),
    column(
        "event_name",
        Find::ListedAndBloom,
        Take::Text(|row| &row.event.name),
        "The call: `eventName`, for example `CreateUser`",
    ),
    column("region", Find::Range, Take::Text(|row| row.event.region.as_str()), "`awsRegion`"),
    column(
        "account_id",
        Find::Range,
        Take::Text(|row| &row.caller.trail_account),
        "The account whose trail tells this: `recipientAccountId`, else the caller's",
    ),
    column(
        "category",
        Find::Range,
        Take::Text(|row| category(row.event.category)),
        "`Management`, `Data` or `NetworkActivity`: `eventCategory`, or what older records imply",
    ),
    column(
        "read_only",
        Find::Range,
        Take::Flag(|row| row.event.read_only),
        "`readOnly`, where the record says so",
    ),
    column(
        "outcome",
        Find::Range,
        Take::Text(|row| outcome(row.event.outcome)),
        "How it ended: `success`, `denied` (the caller was not allowed to) or `failed` (otherwise)",
    ),
    column(
        "error_code",
        Find::Range,
        Take::Text(|row| &row.event.error),
        "`errorCode`; none for success",
    ),
    column(
        "shared_event_id",
        Find::No,
        Take::Shown(|row, text| {
            if let Some(id) = &row.event.shared_id {
                shown(text, id);
            }
        }),
        "`sharedEventID`: the same call in another account's trail",
    ),
    column(
        "principal",
        Find::ListedAndBloom,
        Take::Text(|row| &row.caller.principal),
        "Whose behaviour this is, as Keyhound tells principals apart: sessions of one person, machine or job \
         share it",
    ),
    column(
        "principal_kind",
        Find::Range,
        Take::Text(|row| row.caller.kind),
        "What the principal's type and name say it is, for example `user-human`, `instance` or `ci`",
    ),
    column(
        "identity_type",
        Find::Range,
        Take::Text(|row| row.caller.identity.kind.as_str()),
        "`userIdentity.type`, or what the other fields tell",
    ),
    column("arn", Find::Listed, Take::Text(|row| &row.caller.identity.arn), "`userIdentity.arn`"),
    column(
        "principal_id",
        Find::Range,
        Take::Text(|row| &row.caller.identity.principal_id),
        "`userIdentity.principalId`",
    ),
    column(
        "identity_account_id",
        Find::Range,
        Take::Text(|row| &row.caller.own_account),
        "The account that the caller belongs to: `userIdentity.accountId`",
    ),
    column(
        "access_key_id",
        Find::ListedAndBloom,
        Take::Text(|row| row.caller.access_key()),
        "The key that signed the call: `userIdentity.accessKeyId`",
    ),
    column(
        "credential_type",
        Find::Range,
        Take::Text(|row| credential_type(&row.caller.identity)),
        "`long-term`, `temporary` or `other`, as the beginning of the key id tells",
    ),
    column(
        "user_name",
        Find::Listed,
        Take::Text(|row| &row.caller.identity.user_name),
        "`userIdentity.userName`",
    ),
    column(
        "invoked_by",
        Find::Range,
        Take::Text(|row| &row.caller.identity.invoked_by),
        "The AWS service that called on behalf of the identity: `userIdentity.invokedBy`",
    ),
    column(
        "identity_provider",
        Find::Range,
        Take::Text(|row| &row.caller.identity.identity_provider),
        "`userIdentity.identityProvider` of a SAML or web identity",
    ),
    column(
        "session_issuer_type",
        Find::Range,
        Take::Text(|row| &row.caller.issuer().kind),
        "`sessionContext.sessionIssuer.type`",
    ),
    column(
        "session_issuer_arn",
        Find::Listed,
        Take::Text(|row| &row.caller.issuer().arn),
        "The role, user or root that the session was made from: `sessionContext.sessionIssuer.arn`",
    ),
    column(
        "session_name",
        Find::Range,
        Take::Text(|row| &row.caller.session_name),
        "The name that whoever assumed the role gave the session",
    ),
    column(
        "session_created",
        Find::Range,
        Take::Time(|row| row.caller.session().created),
        "When the session was made: `sessionContext.attributes.creationDate`",
    ),
    column(
        "session_mfa",
        Find::Range,
        Take::Flag(|row| row.caller.session().mfa),
        "Whether the session was made with a second factor: `sessionContext.attributes.mfaAuthenticated`",
    ),
    column(
        "source_identity",
        Find::Range,
        Take::Text(|row| &row.caller.session().source_identity),
        "`sessionContext.sourceIdentity`, which stays the same along a chain of roles",
    ),
    column(
        "web_identity_provider",
        Find::Range,
        Take::Text(|row| &row.caller.session().web_identity_provider),
        "`sessionContext.webIdFederationData.federatedProvider`",
    ),
    column(
        "ec2_role_delivery",
        Find::Range,
        Take::Text(|row| &row.caller.session().ec2_role_delivery),
        "The version of the instance metadata service that delivered the credentials",
    ),
    column(
        "sign_in_session",
        Find::Range,
        Take::Text(|row| &row.caller.session().sign_in_session),
        "The sign-in session under which keys rotate",
    ),
    column(
        "on_behalf_of_user_id",
        Find::Range,
        Take::Text(|row| row.caller.person().0),
        "The person of Identity Center on whose behalf the call was made: `onBehalfOf.userId`",
    ),
    column(
        "identity_store",
        Find::Range,
        Take::Text(|row| row.caller.person().1),
        "The identity store of that person",
    ),
    column(
        "from_console",
        Find::Range,
        Take::Flag(|row| row.event.from_console.then_some(true)),
        "True where the credential was made by the console: `sessionCredentialFromConsole`",
    ),
    column(
        "source",
        Find::Range,
        Take::Shown(|row, text| source(text, &row.event.source)),
        "`sourceIPAddress`: an address, the name of an AWS service, or `AWS Internal`",
    ),
    column(
        "address",
        Find::ListedAndBloom,
        Take::Shown(|row, text| {
            if let Some(address) = row.event.source.address() {
                shown(text, &address);
            }
        }),
        "The address alone, where there is one",
    ),
    column(
        "vpc_endpoint_id",
        Find::Range,
        Take::Text(|row| match &row.event.source {
            Source::Endpoint { endpoint, .. } => endpoint,
            _ => "",
        }),
        "`vpcEndpointId`",
    ),
    column("user_agent", Find::Range, Take::Text(|row| &row.event.user_agent), "`userAgent`"),
    column(
        "mfa_used",
        Find::Range,
        Take::Flag(|row| row.event.mfa_used),
        "Whether a sign-in showed a second factor: `additionalEventData.MFAUsed`",
    ),
    column(
        "bytes_out",
        Find::Range,
        Take::Number(|row| (row.event.bytes_out > 0).then_some(row.event.bytes_out as i64)),
        "`additionalEventData.bytesTransferredOut`, where it is not zero",
    ),
    column(
        "resources",
        Find::No,
        Take::Texts(|row| &row.event.resources),
        "ARNs or names in `resources`, sixteen at most; left out where the request names the same",
    ),
    column(
        "made_kind",
        Find::Listed,
        Take::Text(|row| row.event.grant.as_ref().map_or("", |grant| grant_kind(grant.kind))),
        "What the call made or ended: `role-session`, `session-token`, `federation-token`, `console-session`, \
         `access-key`, `password`, `service-credential`, `user` or `trust`",
    ),
    column(
        "made_ends",
        Find::Range,
        Take::Flag(|row| row.event.grant.as_ref().map(|grant| grant.ends)),
        "Whether it ended it",
    ),
    column(
        "made_key_id",
        Find::Listed,
        Take::Text(|row| {
            let key = row.event.grant.as_ref().and_then(|grant| grant.key.as_ref());
            key.map_or("", |key| key.as_str())
        }),
        "The key id of what was made or ended, where there is one",
    ),
    column(
        "made_owner",
        Find::Listed,
        Take::Text(|row| row.event.grant.as_ref().map_or("", |grant| &grant.owner)),
        "Whom it lets in: a user's name, the ARN of a role session; none where it is the caller",
    ),
    column(
        "shard",
        Find::No,
        Take::Small(|row| i32::from(row.caller.shard)),
        "Which of the 256 shards of the judge the principal belongs to",
    ),
    column(
        RECORD,
        Find::No,
        Take::Text(|row| row.event.record.as_deref().unwrap_or_default()),
        "The whole record, byte for byte as it was read: JSON",
    ),
];

fn shown(text: &mut String, value: &dyn std::fmt::Display) {
    // Writing into memory does not fail.
    let _ = write!(text, "{value}");
}

/// What stood in `sourceIPAddress`.
fn source(text: &mut String, source: &Source) {
    match source {
        Source::Missing => {}
        Source::Endpoint { address, .. } => {
            if let Some(address) = address {
                shown(text, address);
            }
        }
        other => shown(text, other),
    }
}
