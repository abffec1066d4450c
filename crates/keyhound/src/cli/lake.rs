//! What can be typed about a lake: `dossier`, `hunt`, `lake`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use cloudtrail::Time;

use super::{since, until};

/// Show everything about one key, principal, address, client or resource
///
/// Reads a lake that `keyhound scan --lake DIR` has made: when and where it was seen, what is usual for
/// it and what was new, sign-ins, sensitive calls, key, address and call together, which credentials
/// made which, incidents. Every number leads to its events: JSON has the condition for `hunt` beside it.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound dossier AKIAIOSFODNN7EXAMPLE --lake lake
  keyhound dossier arn:aws:iam::111122223333:user/lena --lake lake --since 2026-11-01 --outcome denied
  keyhound dossier 198.51.100.7 --lake s3://logs/lake --format json | jq '.access_keys.top'
  keyhound dossier backups --as resource --lake lake

Exit status:
  0 shown, 2 nothing of that name or could not run.")]
pub(crate) struct Dossier {
    /// An access key id, a principal (ARN, role, or name), an address, a client (aws-cli) or a resource
    #[arg(value_name = "WHO")]
    pub(crate) who: String,
    /// The lake: a folder or `s3://BUCKET/PREFIX`
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) lake: String,
    /// What WHO is, where its form and the lake do not tell
    #[arg(long = "as", value_name = "KIND")]
    pub(crate) kind: Option<DossierKind>,
    /// Count events from this day or time on
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub(crate) since: Option<Time>,
    /// Count events up to the end of this day, or before this time
    #[arg(long, value_name = "TIME", value_parser = until)]
    pub(crate) until: Option<Time>,
    /// Count events in this region
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// Count calls of this service, as `iam`
    #[arg(long, value_name = "SERVICE")]
    pub(crate) service: Option<String>,
    /// Count calls that ended so
    #[arg(long, value_name = "OUTCOME")]
    pub(crate) outcome: Option<DossierOutcome>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: DossierFormat,
    #[command(flatten)]
    pub(crate) bounds: Bounds,
}

/// What a dossier may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DossierKind {
    /// An access key id
    Key,
    /// A user, role or session
    Principal,
    /// An address
    Address,
    /// A client family
    Client,
    /// A resource
    Resource,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DossierOutcome {
    /// It did what was asked
    Success,
    /// The caller was not allowed to
    Denied,
    /// It failed otherwise
    Failed,
}

/// How a dossier is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DossierFormat {
    /// Pages to read
    Terminal,
    /// One JSON document
    Json,
}

/// Ask the events of a lake in SQL, or with a saved hunt
///
/// A lake is made by `keyhound scan --lake DIR`. There are the tables events, identities, incidents
/// and lineage, and functions for what is known about addresses, clients and actions. Nothing can be
/// changed by a question.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound hunt --lake lake \"SELECT action, count(*) AS n FROM events GROUP BY action ORDER BY n DESC LIMIT 20\"
  keyhound hunt --list
  keyhound hunt --lake lake --saved key-sources --param key=AKIAIOSFODNN7EXAMPLE
  keyhound hunt --lake lake --saved refusals --since 2026-11-01 --format csv > refusals.csv
  keyhound hunt --lake s3://logs/lake --explain \"SELECT count(*) FROM events WHERE address = '198.51.100.7'\"

Exit status:
  0 answered, 2 could not run.")]
pub(crate) struct Hunt {
    /// The question; `$since`, `$until` and what --param gives may stand in it
    #[arg(value_name = "SQL", conflicts_with = "saved")]
    pub(crate) sql: Option<String>,
    /// The lake: a folder or `s3://BUCKET/PREFIX`
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) lake: Option<String>,
    /// Ask a saved question
    #[arg(long, value_name = "NAME")]
    pub(crate) saved: Option<String>,
    /// List the saved questions and what they need
    #[arg(long)]
    pub(crate) list: bool,
    /// A value that the question leaves open as `$NAME`; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) parameters: Vec<(String, String)>,
    /// `$since`: from this day or time on
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub(crate) since: Option<Time>,
    /// `$until`: up to the end of this day, or before this time
    #[arg(long, value_name = "TIME", value_parser = until)]
    pub(crate) until: Option<Time>,
    /// How to print the answer
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: HuntFormat,
    /// Write the answer to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Rows of a table, at most
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000)]
    pub(crate) rows: usize,
    /// Show how the question would be answered, and from which files
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) bounds: Bounds,
}

/// What an answer from a lake may use, and how the lake is reached.
#[derive(Debug, Args)]
pub(crate) struct Bounds {
    /// The memory that the answer may take, in megabytes; what needs more goes to disk
    #[arg(long, value_name = "MEGABYTES", default_value_t = 1_024, value_parser = clap::value_parser!(u64).range(16..))]
    pub(crate) memory: u64,
    /// The time that the answer may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout: u64,
    /// Use that many threads instead of one per core
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Ask this S3 service instead of the one of AWS
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) s3_endpoint: Option<String>,
}

/// How the answer to a question is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HuntFormat {
    /// A table to read
    Table,
    /// Comma-separated values, safe in a spreadsheet
    Csv,
    /// One JSON object a row
    Ndjson,
    /// A Parquet file
    Parquet,
}

/// Look after a lake: what is in it, joining small files, removing old days
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound lake status lake
  keyhound lake compact lake                   (once a day)
  keyhound lake retain lake --days 400

Exit status:
  0 done, 2 could not run.")]
pub(crate) struct Lake {
    #[command(subcommand)]
    pub(crate) verb: LakeVerb,
}

/// What to do with a lake.
#[derive(Debug, Subcommand)]
pub(crate) enum LakeVerb {
    /// Show what is in it
    Status {
        #[command(flatten)]
        place: LakePlace,
    },
    /// Join the files of each day and bucket that has several
    Compact {
        #[command(flatten)]
        place: LakePlace,
    },
    /// Remove the days before the newest so many
    Retain {
        #[command(flatten)]
        place: LakePlace,
        /// So many days stay, counted from the day of the last event
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
        days: u32,
    },
}

/// Where a lake is.
#[derive(Debug, Args)]
pub(crate) struct LakePlace {
    /// The lake: a folder or `s3://BUCKET/PREFIX`
    #[arg(value_name = "LAKE", value_hint = ValueHint::DirPath)]
    pub(crate) place: String,
    /// Ask this S3 service instead of the one of AWS
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) s3_endpoint: Option<String>,
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.trim_start_matches('$').to_owned(), value.to_owned()))
}
