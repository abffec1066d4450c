//! What can be typed about a containment: `contain plan`, `apply`, `verify`, `undo`, `status`, …

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::Input;

/// Shut a thief out of AWS: plan, apply, verify, undo
///
/// `plan` makes a file with ordered steps, their exact calls and what will break. `apply` shows what
/// it would do, and does it only with --apply, credentials that you name, and a confirmation; before
/// each call it writes down what was there, so that `undo` puts it back. `verify` proves that the
/// thief is out, or shows who is still inside.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound contain plan inc-4f1c ./AWSLogs --output plan.json
  keyhound contain policy plan.json              (what the responder must be allowed)
  keyhound contain apply plan.json --profile responder
  keyhound contain apply plan.json --profile responder --apply
  keyhound contain verify plan.json ./AWSLogs
  keyhound contain status plan.json
  keyhound contain undo plan.json --profile responder --apply

Exit status:
  0 done, 1 a step failed, somebody is still inside or silence is not proven, 2 could not run.")]
pub(crate) struct Contain {
    #[command(subcommand)]
    pub(crate) verb: ContainVerb,
}

/// What to do about a theft.
#[derive(Debug, Subcommand)]
pub(crate) enum ContainVerb {
    Plan(ContainPlan),
    Apply(ContainApply),
    Verify(ContainVerify),
    Undo(ContainUndo),
    Status(ContainStatus),
    Review(ContainReview),
    Policy(ContainPolicy),
}

/// Make a plan: ordered steps with reasons, calls, what will break
///
/// Scans the logs as `explain` does and plans against one incident. Nothing is changed; with
/// --profile or --role it is looked up in AWS how things are, else --authorization files tell.
/// A credential that was found leaked elsewhere is named by its ARN: --arn, --access-key.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound contain plan inc-4f1c ./AWSLogs --output plan.json
  keyhound contain plan inc-4f1c ./AWSLogs --profile audit --format markdown
  keyhound contain plan --arn arn:aws:iam::111122223333:user/sam --access-key AKIAIOSFODNN7EXAMPLE
  keyhound contain plan inc-4f1c ./AWSLogs --format sh > contain.sh

Exit status:
  0 planned, 2 no such incident or could not run.")]
pub(crate) struct ContainPlan {
    /// Id of the incident, or its beginning
    #[arg(value_name = "INCIDENT", required_unless_present = "arn", conflicts_with = "arn")]
    pub(crate) incident: Option<String>,
    #[command(flatten)]
    pub(crate) input: Input,
    /// Plan against this user, role or root instead of an incident
    #[arg(long, value_name = "ARN")]
    pub(crate) arn: Option<String>,
    /// The access key of the user that --arn names
    #[arg(long, value_name = "KEY", requires = "arn")]
    pub(crate) access_key: Option<String>,
    #[command(flatten)]
    pub(crate) responder: Responder,
    /// Who else used the credential is looked up in this lake too, with what the logs tell
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) lake: Option<String>,
    /// How to print the plan
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: PlanFormat,
    /// Write the plan to this file, for `apply`
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

/// How a plan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// Pages to read
    Terminal,
    /// The plan itself, as `apply` takes it
    Json,
    /// For a ticket
    Markdown,
    /// A shell script for the AWS CLI
    Sh,
    /// What can be declared, as a template of `CloudFormation`
    Cloudformation,
}

/// In whose name AWS is asked.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Access to AWS")]
pub(crate) struct Responder {
    /// Act with this profile of ~/.aws/config; may be repeated, one for each account
    #[arg(long = "profile", value_name = "NAME")]
    pub(crate) profiles: Vec<String>,
    /// Act as this role, assumed with the profile or else with what the environment has; may be
    /// repeated, one for each account
    #[arg(long = "role", value_name = "ARN")]
    pub(crate) roles: Vec<String>,
    /// The external id that the role asks for
    #[arg(long, value_name = "ID", requires = "roles")]
    pub(crate) external_id: Option<String>,
    /// Ask this service instead of AWS
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) aws_endpoint: Option<String>,
}

/// Take the steps of a plan; without --apply, only show what would be done
///
/// Goes on where an earlier run stopped. The journal beside the plan has every call; secrets of new
/// keys go into one file that only you can read.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound contain apply plan.json --profile responder
  keyhound contain apply plan.json --profile responder --profile management --apply
  keyhound contain apply plan.json --role arn:aws:iam::111122223333:role/responder --apply --yes
  keyhound contain apply plan.json --profile responder --apply --with restore-access:sam

Exit status:
  0 all steps are taken, 1 a step failed or was left, 2 could not run.")]
pub(crate) struct ContainApply {
    /// The plan
    #[arg(value_name = "PLAN", value_hint = ValueHint::FilePath)]
    pub(crate) plan: PathBuf,
    #[command(flatten)]
    pub(crate) responder: Responder,
    #[command(flatten)]
    pub(crate) consent: Consent,
    /// Take this step too, which is taken on request only; may be repeated
    #[arg(long = "with", value_name = "STEP", value_delimiter = ',')]
    pub(crate) with: Vec<String>,
    /// Leave this step out; may be repeated
    #[arg(long = "without", value_name = "STEP", value_delimiter = ',')]
    pub(crate) without: Vec<String>,
    #[command(flatten)]
    pub(crate) journal: JournalPlace,
}

/// What makes a run change something.
#[derive(Debug, Args)]
pub(crate) struct Consent {
    /// Change AWS; without it nothing is changed
    #[arg(long)]
    pub(crate) apply: bool,
    /// Do not ask for the account and the key; for automation
    #[arg(long, requires = "apply")]
    pub(crate) yes: bool,
}

/// Where the journal is.
#[derive(Debug, Default, Args)]
pub(crate) struct JournalPlace {
    /// The journal of the plan, instead of PLAN.journal
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) journal: Option<PathBuf>,
}

/// Prove that nobody of the lineage succeeds any more, or show who does
///
/// Reads logs that are delivered meanwhile, again and again, or asks `LookupEvents`, until the watch is
/// over; and looks whether somebody undid a step. Silence counts only where somebody would be heard:
/// as long as the logs do not reach the end of the watch, nothing is proven.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound contain verify plan.json ./AWSLogs
  keyhound contain verify plan.json --lookup --profile responder
  keyhound contain verify plan.json s3://trail/AWSLogs --once

Exit status:
  0 proven, 1 somebody is inside or nothing is proven yet, 2 could not run.")]
pub(crate) struct ContainVerify {
    /// The plan
    #[arg(value_name = "PLAN", value_hint = ValueHint::FilePath)]
    pub(crate) plan: PathBuf,
    /// Logs to listen to, as for `scan`
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<String>,
    /// Ask CloudTrail's event history, in the regions of the incident; needs --profile or --role
    #[arg(long)]
    pub(crate) lookup: bool,
    /// Ask in these regions too
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',')]
    pub(crate) regions: Vec<String>,
    #[command(flatten)]
    pub(crate) responder: Responder,
    /// So many minutes must be silent
    #[arg(long = "for", value_name = "MINUTES", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_080))]
    pub(crate) minutes: u32,
    /// Look again after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub(crate) every: u64,
    /// Look once and tell
    #[arg(long)]
    pub(crate) once: bool,
    /// How to print the result
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: ContainFormat,
    /// Ask this S3 service instead of the one of AWS
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) s3_endpoint: Option<String>,
    #[command(flatten)]
    pub(crate) journal: JournalPlace,
}

/// How something is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ContainFormat {
    /// Pages to read
    Terminal,
    /// One JSON document
    Json,
}

/// Put back what was changed, the last first; without --apply, only show what would be done
///
/// Only what is still as we left it is put back, byte for byte. Stolen keys stay off unless
/// --reactivate-keys asks for them.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound contain undo plan.json --profile responder
  keyhound contain undo plan.json --profile responder --apply
  keyhound contain undo plan.json --profile responder --apply --only deny-user:sam

Exit status:
  0 all is as it was, 1 something could not be put back, 2 could not run.")]
pub(crate) struct ContainUndo {
    /// The plan
    #[arg(value_name = "PLAN", value_hint = ValueHint::FilePath)]
    pub(crate) plan: PathBuf,
    #[command(flatten)]
    pub(crate) responder: Responder,
    #[command(flatten)]
    pub(crate) consent: Consent,
    /// Put back this step only; may be repeated
    #[arg(long = "only", value_name = "STEP", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Switch stolen keys on again
    #[arg(long)]
    pub(crate) reactivate_keys: bool,
    /// Put back what somebody else changed since
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) journal: JournalPlace,
}

/// Show the resolution as a checklist: what is done, verified, left
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound contain status plan.json
  keyhound contain status plan.json --profile responder    (and whether each step still holds)
  keyhound contain status plan.json --done account --note 'nothing unknown, ticket 4711'

Exit status:
  0 shown, 1 a step does not hold any more, 2 could not run.")]
pub(crate) struct ContainStatus {
    /// The plan
    #[arg(value_name = "PLAN", value_hint = ValueHint::FilePath)]
    pub(crate) plan: PathBuf,
    #[command(flatten)]
    pub(crate) responder: Responder,
    /// Tick this item; for what people do
    #[arg(long, value_name = "ITEM")]
    pub(crate) done: Option<String>,
    /// Take the tick away from this item
    #[arg(long, value_name = "ITEM", conflicts_with = "done")]
    pub(crate) open: Option<String>,
    /// What there is to say of it
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) note: String,
    /// Who says so
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(crate) by: String,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: ContainFormat,
    #[command(flatten)]
    pub(crate) journal: JournalPlace,
}

/// List what the thief made or changed, with commands to delete it; deletes nothing
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound contain review plan.json
  keyhound contain review plan.json --format json | jq -r '.[] | select(.standing != \"gone\") | .command'

Exit status:
  0 shown, 2 could not run.")]
pub(crate) struct ContainReview {
    /// The plan
    #[arg(value_name = "PLAN", value_hint = ValueHint::FilePath)]
    pub(crate) plan: PathBuf,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: ContainFormat,
}

/// Print the least that a responder must be allowed for a plan, as IAM policies
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  keyhound contain policy plan.json

Exit status:
  0 printed, 2 could not run.")]
pub(crate) struct ContainPolicy {
    /// The plan
    #[arg(value_name = "PLAN", value_hint = ValueHint::FilePath)]
    pub(crate) plan: PathBuf,
}
