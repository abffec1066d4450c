//! What can be typed: verbs, flags, help. Nothing happens here.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use cloudtrail::{AccessKeyId, AccountId, Time};

mod contain;
mod lake;

use crate::config::time;
pub(crate) use crate::render::style::ColorWhen;
pub(crate) use contain::{
    Consent, Contain, ContainApply, ContainFormat, ContainPlan, ContainPolicy, ContainReview,
    ContainStatus, ContainUndo, ContainVerb, ContainVerify, JournalPlace, PlanFormat, Responder,
};
#[cfg(feature = "lake")]
pub(crate) use lake::{Bounds, DossierFormat, DossierKind, DossierOutcome, HuntFormat};
pub(crate) use lake::{Dossier, Hunt, Lake};
#[cfg(feature = "lake-write")]
pub(crate) use lake::{LakePlace, LakeVerb};

/// Finds the AWS credential that somebody else is using, and shows why.
///
/// Keyhound reads CloudTrail, learns what is normal for each credential, and tells where somebody
/// else took over. It needs nothing but the logs.
#[derive(Debug, Parser)]
#[command(
    name = "keyhound",
    version,
    propagate_version = true,
    max_term_width = 100,
    styles = STYLES,
    disable_help_subcommand = true,
    after_help = "Exit status: 0 no alert, 1 at least one alert, 2 could not run.",
    after_long_help = "\
Examples:
  Is one of my keys stolen?
    keyhound scan ./AWSLogs
  Why do you say so?
    keyhound explain inc-4f1c ./AWSLogs
  Who is in these logs at all?
    keyhound scan --identities ./AWSLogs
  Would a theft be found in these logs?
    keyhound drill ./AWSLogs
  Shut the thief out
    keyhound contain plan inc-4f1c ./AWSLogs --output plan.json
  What does a stolen credential look like?
    keyhound demo

Exit status:
  0 no alert, 1 at least one alert, 2 could not run.

Results go to standard output, progress and log to standard error."
)]
pub struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Cyan.on_default().bold())
    .usage(AnsiColor::Cyan.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

/// Flags of every verb.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Read this configuration file instead of ./keyhound.toml
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Set one setting, as in `thresholds.alert=16`; overrules the file and KEYHOUND_*
    #[arg(long = "set", global = true, value_name = "NAME=VALUE")]
    pub(crate) assignments: Vec<String>,
    /// When to colour
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true
    )]
    pub(crate) color: ColorWhen,
    /// No progress bar and no books on standard error; problems are still told
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Log what is done to standard error; twice for the particulars
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Scan(Scan),
    Explain(Explain),
    Verdict(Verdict),
    Contain(Contain),
    Drill(Drill),
    Demo(Demo),
    Dossier(Dossier),
    Hunt(Hunt),
    Lake(Lake),
    Signals(Signals),
    Config(Config),
    Completions(Completions),
    Man(Man),
    Generate(Generate),
}

/// Look for stolen credentials in CloudTrail logs
///
/// Reads everything, learns what is normal for each principal, and tells what was done with
/// credentials by somebody else: alerts as cards, most certain first, and one line for each incident
/// that is only watched. The same input always gives the same output.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound scan ./AWSLogs
  keyhound scan --since 2026-11-01 --account 111122223333 ./AWSLogs
  keyhound scan --format ndjson ./AWSLogs | jq -r 'select(.status == \"alert\") | .title'
  keyhound scan --fail-on never --identities trail.json.gz
  keyhound scan --report incidents.html ./AWSLogs
  keyhound scan --format ocsf ./AWSLogs > findings.ndjson

Exit status:
  0 no alert, 1 at least one alert (see --fail-on), 2 could not run.")]
pub(crate) struct Scan {
    #[command(flatten)]
    pub(crate) input: Input,
    /// How to print the result
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
    /// Add a table of what each identity did
    #[arg(long)]
    pub(crate) identities: bool,
    /// Write a report to this file too, as HTML, Markdown or JSON by its ending
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) report: Option<PathBuf>,
    /// Also write every event that is read into the lake in this folder or `s3://BUCKET/PREFIX`, for
    /// questions in SQL; events that are there are left out
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) lake: Option<String>,
    /// From which status on the exit status is 1
    #[arg(long, value_name = "STATUS", default_value = "alert")]
    pub(crate) fail_on: FailOn,
}

/// Show everything about one incident: the evidence in bits, the timeline, what was not checked
///
/// Scans the same logs again and prints the whole card of one incident. Give the same paths and
/// filters as to `scan`: what is normal is learned from all that is read.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound explain inc-4f1c09ab77e2 ./AWSLogs
  keyhound explain 4f1c ./AWSLogs              (the beginning of the id is enough)
  keyhound explain --format json 4f1c ./AWSLogs
  keyhound explain 4f1c --report incident.html ./AWSLogs
  keyhound explain 4f1c --evidence incident.zip ./AWSLogs

Exit status:
  0 explained, 2 no such incident or could not run.")]
pub(crate) struct Explain {
    /// Id of the incident, or its beginning
    #[arg(value_name = "INCIDENT")]
    pub(crate) incident: String,
    #[command(flatten)]
    pub(crate) input: Input,
    /// How to print the result
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
    /// Write a report to this file too, as HTML, Markdown or JSON by its ending
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) report: Option<PathBuf>,
    /// Write the evidence to this zip file too: raw records, report, and their SHA-256 sums
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) evidence: Option<PathBuf>,
}

/// Say what an incident was, so that later scans know
///
/// Scans the logs as `scan` does and adds a line to the file with verdicts. From then on what a
/// benign incident showed is learned, and what a theft showed never is. After twenty benign verdicts,
/// or twenty thefts, each kind of evidence counts for less or more; hard evidence always counts whole.
/// A benign verdict also proposes exceptions that expire. Verdicts hide nothing by themselves.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_long_help = "\
Examples:
  keyhound verdict inc-4f1c benign --reason 'new office, ticket 4711' ./AWSLogs
  keyhound verdict inc-4f1c benign --reason 'new office, ticket 4711' --write ./AWSLogs
  keyhound verdict inc-77aa theft --by anna ./AWSLogs
  keyhound verdict list

Exit status:
  0 written or listed, 2 no such incident or could not run."
)]
pub(crate) struct Verdict {
    #[command(subcommand)]
    pub(crate) verb: Option<VerdictVerb>,
    /// Id of the incident, or its beginning
    #[arg(value_name = "INCIDENT", required = true)]
    pub(crate) incident: Option<String>,
    /// What it was
    #[arg(value_name = "VERDICT", required = true)]
    pub(crate) decision: Option<Decision>,
    #[command(flatten)]
    pub(crate) input: Input,
    /// Why; a benign verdict needs a reason
    #[arg(long, value_name = "TEXT", required_if_eq("decision", "benign"))]
    pub(crate) reason: Option<String>,
    /// Who says so
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// Write the proposed exceptions to the configuration file
    #[arg(long)]
    pub(crate) write: bool,
    /// Proposed exceptions expire after so many days
    #[arg(long, value_name = "NUMBER", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=366))]
    pub(crate) days: u16,
}

/// What to do with verdicts that were given.
#[derive(Debug, Subcommand)]
pub(crate) enum VerdictVerb {
    /// Print the verdicts in force, and what they teach
    List,
}

/// What an incident was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Decision {
    /// A thief
    Theft,
    /// The owner, or somebody who may
    Benign,
    /// Somebody who was asked to behave like a thief
    Test,
}

/// Implant known thefts into your logs, to see whether they would be found
///
/// Reads the logs as `scan` does, robs people and programs in them as published cases went, a few at
/// a time, and judges each round as `scan` would. Tells how many are found, how soon, how often
/// alerts are false, and why the others are missed. Without a path an organisation is made up.
/// Nothing is written to the logs; all of them are held in memory.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound drill
  keyhound drill ./AWSLogs
  keyhound drill --since 2026-11-01 --report drill.html ./AWSLogs
  keyhound drill --calibrate --budget 5 --dry-run ./AWSLogs

Exit status:
  0 drilled, 2 could not run.")]
pub(crate) struct Drill {
    #[command(flatten)]
    pub(crate) input: Input,
    /// How many thefts, spread over the 21 kinds that Keyhound knows
    #[arg(long, value_name = "NUMBER", default_value_t = 42, value_parser = clap::value_parser!(u16).range(1..=2_000))]
    pub(crate) thefts: u16,
    /// Other victims, times and thieves for each number
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The organisation to make up without a path: drill, demo, tuning, holdout-a, holdout-b, or a
    /// .toml file with parameters
    #[arg(long, value_name = "NAME", conflicts_with = "paths")]
    pub(crate) organisation: Option<String>,
    /// The most events that are held in memory
    #[arg(long, value_name = "EVENTS", default_value_t = 2_000_000)]
    pub(crate) limit: u64,
    /// Print one JSON document, as docs/reference describes it
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the report to this file too, as HTML or Markdown by its ending
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) report: Option<PathBuf>,
    /// Measure alert thresholds per kind of principal and write them to the configuration
    #[arg(long)]
    pub(crate) calibrate: bool,
    /// False alerts per 1,000 key-weeks that are allowed
    #[arg(long, value_name = "NUMBER", default_value_t = 5.0, value_parser = budget, requires = "calibrate")]
    pub(crate) budget: f64,
    /// Only show how the configuration would change
    #[arg(long, requires = "calibrate")]
    pub(crate) dry_run: bool,
}

/// Show what Keyhound does: a made-up organisation with one theft, scanned
///
/// Writes three weeks of CloudTrail of a small company, in which one key is stolen as in a
/// published case, scans them as `scan` does, and says what to try next. Nothing leaves the machine.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound demo
  keyhound demo --keep demo-logs
  keyhound demo --seed 7

Exit status:
  0 shown, 2 could not run.")]
pub(crate) struct Demo {
    /// Another organisation and another theft for each number
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Write the logs into this folder, which must be empty or not exist, instead of a temporary one
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) keep: Option<PathBuf>,
}

/// What to read, and what of it to judge.
#[derive(Debug, Default, Args)]
pub(crate) struct Input {
    /// Files, folders and quoted patterns of CloudTrail logs: .json, .json.gz, JSON Lines, output of
    /// `LookupEvents`; `-` for standard input; `s3://BUCKET/PREFIX`
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<String>,
    /// Tell of incidents since this day or time, 2026-11-20 or 2026-11-20T08:00:00Z; the 30 days before it are read to learn what is usual
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub(crate) since: Option<Time>,
    /// Read events up to the end of this day, or before this time
    #[arg(long, value_name = "TIME", value_parser = until)]
    pub(crate) until: Option<Time>,
    /// Read events of this account only; may be repeated
    #[arg(long = "account", value_name = "ID", value_delimiter = ',', value_parser = account)]
    pub(crate) accounts: Vec<AccountId>,
    /// Tell of incidents with this access key only; may be repeated
    #[arg(long = "key", value_name = "KEY", value_delimiter = ',', value_parser = key)]
    pub(crate) keys: Vec<AccessKeyId>,
    /// Also use the Sigma rules in this folder or file; may be repeated, and replaces the setting `sigma`
    #[arg(long = "sigma", value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) sigma: Vec<PathBuf>,
    /// What identities may do: output of `aws iam get-account-authorization-details`, and service control policies; may be repeated
    #[arg(long = "authorization", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) authorization: Vec<PathBuf>,
    /// Keep in this folder what was learned, so that the next scan of the same paths reads only what is new; the result is the same
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with_all = ["since", "until", "accounts", "sigma"])]
    pub(crate) state: Option<PathBuf>,
    /// Ask this S3 service instead of the one of AWS, `http://127.0.0.1:8333`; `AWS_ENDPOINT_URL` does the same
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) s3_endpoint: Option<String>,
    /// Use that many threads instead of one per core; the result is the same
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

impl Input {
    /// All of one folder.
    pub(crate) fn of(folder: String) -> Self {
        Self { paths: vec![folder], ..Self::default() }
    }
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Cards to read
    Terminal,
    /// One incident per line, as docs/reference describes it
    Ndjson,
    /// One document: incidents, what was looked at, what was not checked, books
    Json,
    /// OCSF Detection Findings, one on each line
    Ocsf,
    /// Batches of findings for AWS Security Hub, one on each line
    Asff,
    /// A table that a spreadsheet opens as text
    Csv,
    /// A layer for the ATT&CK Navigator
    Navigator,
    /// A STIX bundle of indicators: the addresses of alerts, nothing of yours
    Stix,
}

/// Which incidents make the exit status 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Watched incidents and alerts
    Watch,
    /// Alerts
    Alert,
    /// None
    Never,
}

/// List the signals: what each means, what it counts, what it needs
///
/// A signal is one observation that counts by itself, beside how unusual a call is. Without an
/// argument all are listed; with one, those whose id, sentence, rows or techniques hold the text,
/// and of a single one everything that is known.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound signals
  keyhound signals bucket
  keyhound signals T1552.005
  keyhound signals off-runtime                 (everything about one signal)
  keyhound signals --format json | jq -r '.[] | select(.bits >= 8) | .id'

The bits are those in force: data/weights.json and what judge.weights in the configuration changes.")]
pub(crate) struct Signals {
    /// Id of a signal, or a text to look for
    #[arg(value_name = "ID|TEXT")]
    pub(crate) wanted: Option<String>,
    /// How to print them
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: SignalsFormat,
}

/// How signals are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SignalsFormat {
    /// A table, or the whole of one signal
    Table,
    /// A list with everything about each
    Json,
}

/// Show the configuration and where each value comes from
///
/// Settings come from keyhound.toml, then from variables such as `KEYHOUND_THRESHOLDS_ALERT`,
/// then from --set; the last word counts.
#[derive(Debug, Args)]
pub(crate) struct Config {
    #[command(subcommand)]
    pub(crate) verb: ConfigVerb,
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigVerb {
    /// Print every setting as TOML, with its origin as a comment
    Show,
}

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound completions bash > ~/.local/share/bash-completion/completions/keyhound
  keyhound completions fish > ~/.config/fish/completions/keyhound.fish
  keyhound completions zsh > \"${fpath[1]}/_keyhound\"")]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: Shell,
}

/// Print the manual page, of the program or of one verb
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound man scan | man -l -
  keyhound man --to /usr/local/share/man/man1")]
pub(crate) struct Man {
    /// The verb
    #[arg(value_name = "VERB", conflicts_with = "to")]
    pub(crate) verb: Option<String>,
    /// Write every page into this folder
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) to: Option<PathBuf>,
}

/// Print a page of the reference, made from the code
#[derive(Debug, Args)]
#[command(hide = true)]
pub(crate) struct Generate {
    /// The page
    pub(crate) page: ReferencePage,
}

/// The pages of the reference that this crate makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReferencePage {
    /// docs/reference/cli.md
    Cli,
    /// docs/reference/configuration.md
    Configuration,
    /// docs/reference/lake.md
    Lake,
    /// docs/reference/signals.md
    Signals,
}

/// The command line as data, for completions, manual pages and the reference.
pub fn command() -> clap::Command {
    Cli::command()
}

fn since(text: &str) -> Result<Time, String> {
    time::beginning(text).ok_or_else(no_time)
}

fn until(text: &str) -> Result<Time, String> {
    time::end(text).ok_or_else(no_time)
}

fn no_time() -> String {
    format!("write a day or a time with its zone: {}", time::FORM)
}

fn budget(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|budget: &f64| (0.1..=1_000.0).contains(budget))
        .ok_or_else(|| "write a number from 0.1 to 1000, such as 5".to_owned())
}

fn account(text: &str) -> Result<AccountId, String> {
    text.parse().map_err(|_| "an account has twelve digits, such as 111122223333".to_owned())
}

fn key(text: &str) -> Result<AccessKeyId, String> {
    let plausible = text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    AccessKeyId::new(text)
        .filter(|_| plausible)
        .ok_or_else(|| "write an access key id, such as AKIAIOSFODNN7EXAMPLE".to_owned())
}
