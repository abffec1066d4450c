//! Pages of docs/reference that the code writes: the command line, the configuration, the signals.

use std::fmt::Write;

use clap::{Arg, Command};
use detect::Weights;
use detect::signal::{self, ATTACK_VERSION, About};

use crate::cli;
use crate::config::Settings;
use crate::config::setting::{SETTINGS, Shown};

/// docs/reference/cli.md.
pub(crate) fn cli() -> String {
    let mut command = cli::command();
    command.build();
    let mut page = String::from(
        "# The command line\n\n\
         Written by `keyhound generate cli` from `crates/keyhound/src/cli.rs`; do not edit.\n",
    );
    verb(&mut page, &command, "keyhound");
    page
}

/// docs/reference/configuration.md.
pub(crate) fn configuration() -> String {
    let mut page = String::from(
        "# The configuration\n\n\
         Written by `keyhound generate configuration` from `crates/keyhound/src/config/setting.rs`; do not edit.\n\n\
         Nothing needs to be configured. What is, comes from `keyhound.toml` in the working directory \
         (another file with `--config FILE` or `KEYHOUND_CONFIG`; an empty `KEYHOUND_CONFIG` means no file), \
         then from the variable of each setting, then from `--set NAME=VALUE`.\n\
         The last word counts; a list replaces the list before it.\n\
         Variables and `--set` take values as TOML writes them; a list of texts may also be given with commas between.\n\
         Paths in a file are meant from its own folder.\n\
         `keyhound config show` prints the result and where each value came from.\n",
    );
    for setting in SETTINGS {
        let _ = write!(
            page,
            "\n## `{}`\n\n{}\n\n- variable: `{}`\n",
            setting.name,
            setting.meaning,
            setting.variable()
        );
        if let Shown::One(value) = setting.shown(&Settings::default()) {
            let _ = writeln!(page, "- default: `{value}`");
        }
        let _ = write!(page, "\n```toml\n{}\n```\n", setting.example);
    }
    page
}

/// docs/reference/signals.md.
pub(crate) fn signals() -> String {
    let mut page = format!(
        "# Signals\n\n\
         Written by `keyhound generate signals` from `crates/detect/src/signal/`; do not edit.\n\n\
         A signal is one observation that counts by itself, beside how unusual the call is.\n\
         Its bits stand in `data/weights.json` under its id; each signal counts once per incident.\n\
         What is weighed without a signal (network, client, region, account, hour, actions, refusals) \
         is explained in [how Keyhound judges](../guide/how-it-judges.md), the other numbers in [weights](weights.md).\n\n\
         *Needs* says what must be there for the signal to see anything; `keyhound scan` names what never appeared.\n\
         *Looks back* says how much it remembers.\n\
         *Innocent cases* are what to think of first.\n\
         *Rows* are those of the project's catalogue of signals that public rule sets look for; techniques are of ATT&CK {ATTACK_VERSION}.\n",
    );
    let parts = [
        (
            "Seen in the events of one principal",
            signal::catalogue().take(signal::ALL.len()).collect(),
        ),
        ("Seen across principals", signal::ACROSS.iter().collect::<Vec<_>>()),
    ];
    for (heading, mut abouts) in parts {
        abouts.sort_by_key(|about| about.id);
        let _ = write!(page, "\n## {heading}\n");
        for about in abouts {
            one_signal(&mut page, about);
        }
    }
    page.push_str(
        "\n## Rows without a signal of their own\n\n\
         The evidence that every call is weighed by shows these rows of the catalogue, in whole or in part.\n\
         Every other row of the first release has a signal above; a test compares.\n\n\
         | row | shown by |\n|---|---|\n",
    );
    for (row, how) in signal::BY_CONTEXT {
        let _ = writeln!(page, "| {row} | {how} |");
    }
    page
}

fn one_signal(page: &mut String, about: &About) {
    let needs = about.needs.in_words();
    let _ = write!(
        page,
        "\n### `{}`\n\n{}.\n\n- bits: {:+}\n- ATT&CK: {}\n- needs: {needs}\n- looks back: {}\n- innocent cases: {}\n- rows: {}\n",
        about.id,
        capital(about.text),
        Weights::shipped().signal(about.id).to_f64(),
        about.techniques.join(", "),
        about.look_back,
        about.noise,
        about.rows.join(", "),
    );
}

/// A sentence begins with a capital letter.
fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}

fn verb(page: &mut String, command: &Command, name: &str) {
    let about = command.get_long_about().or(command.get_about());
    let _ =
        write!(page, "\n## `{name}`\n\n{}\n", about.map(ToString::to_string).unwrap_or_default());
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    let _ = write!(page, "\n```text\n{usage}\n```\n");
    let own = |arg: &&Arg| !arg.is_hide_set() && (name == "keyhound" || !arg.is_global_set());
    let arguments: Vec<&Arg> = command.get_arguments().filter(own).collect();
    if !arguments.is_empty() {
        page.push('\n');
    }
    for argument in
        arguments.into_iter().filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version"))
    {
        option(page, argument);
    }
    if let Some(after) = command.get_after_long_help() {
        let _ = write!(page, "\n```text\n{}\n```\n", after.to_string().trim_end());
    }
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        verb(page, inner, &format!("{name} {}", inner.get_name()));
    }
}

/// One line of a list: how it is typed, and what it means.
fn option(page: &mut String, argument: &Arg) {
    let mut typed = Vec::new();
    if let Some(short) = argument.get_short() {
        typed.push(format!("-{short}"));
    }
    if let Some(long) = argument.get_long() {
        typed.push(format!("--{long}"));
    }
    let takes_value = argument.get_action().takes_values();
    let value = argument.get_value_names().unwrap_or_default().join(" ");
    let typed = match (typed.is_empty(), takes_value) {
        (true, _) => value,
        (false, true) => format!("{} {value}", typed.join(", ")),
        (false, false) => typed.join(", "),
    };
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let _ = write!(page, "- `{typed}`: {help}");
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|value| takes_value && !value.is_hide_set())
        .map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({help})", value.get_name()),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    if !values.is_empty() {
        let _ = write!(page, ": {}", values.join(", "));
    }
    if let Some(default) = argument.get_default_values().first().filter(|_| takes_value) {
        let _ = write!(page, "; default `{}`", default.to_string_lossy());
    }
    page.push_str(".\n");
}
