//! The catalogue of signals: a table, everything about one, or JSON.

use detect::Weights;
use detect::signal::{ACROSS, ATTACK_VERSION, About, Needs};
use serde::Serialize;

use super::page::{Line, Page};
use super::style::{Ink, Screen};

/// From this width on there is room for the techniques.
const WIDE: usize = 110;

/// One line for each signal, wrapped where a person is looking, whole where a program is.
pub(crate) fn table(page: &mut Page, abouts: &[&About], weights: &Weights, screen: Screen) {
    let wide = screen.width >= WIDE || !screen.terminal;
    let longest = abouts.iter().map(|about| about.id.len()).max().unwrap_or(0);
    let techniques = longest + 2 + "bits".len() + 2;
    let needs = techniques + if wide { "T1552.005 +1".len() + 2 } else { 0 };
    let text = needs + "S3 data".len() + 2;
    let mut row = |cells: [Line; 5]| {
        let [id, bits, technique, need, meaning] = cells;
        let mut columns = vec![(0, id), (longest + 2, bits)];
        if wide {
            columns.push((techniques, technique));
        }
        columns.extend([(needs, need), (text, meaning)]);
        if screen.terminal {
            page.beside(&columns, 0);
        } else {
            let whole = |line: Line, (column, cell): (usize, Line)| line.column(column).join(cell);
            let first = columns.remove(0).1;
            page.line(columns.into_iter().fold(first, whole));
        }
    };
    let faint = |text: &str| Line::new().ink(Ink::Faint, text);
    row([faint("signal"), faint("bits"), faint("ATT&CK"), faint("needs"), faint("what it means")]);
    for about in abouts {
        let further = about.techniques.len().saturating_sub(1);
        let technique = match (about.techniques.first(), further) {
            (None, _) => String::new(),
            (Some(first), 0) => (*first).to_owned(),
            (Some(first), _) => format!("{first} +{further}"),
        };
        row([
            Line::new().ink(Ink::Guide, about.id),
            Line::new().plain(format!("{:>4}", bits(about, weights))),
            Line::new().plain(technique),
            Line::new().plain(need(about.needs)),
            Line::new().plain(about.text),
        ]);
    }
    if screen.terminal {
        page.blank();
        let told = format!(
            "{} signals. needs: events are management events, which every trail has. ATT&CK {ATTACK_VERSION}. \
             `keyhound signals ID` tells everything about one.",
            abouts.len()
        );
        page.wrap(0, &Line::new().ink(Ink::Faint, told));
    }
}

/// Everything about one signal.
pub(crate) fn one(page: &mut Page, about: &About, weights: &Weights) {
    const LABEL: usize = 12;
    page.line(Line::new().ink(Ink::Strong, about.id));
    page.wrap(0, &Line::new().plain(sentence(about.text)));
    page.blank();
    let seen = if is_across(about) {
        "across principals, when their episodes are laid side by side"
    } else {
        "in the events of one principal"
    };
    let attack = format!("{} (ATT&CK {ATTACK_VERSION})", about.techniques.join(", "));
    let told = [
        ("bits", bits(about, weights)),
        ("ATT&CK", attack),
        ("needs", about.needs.in_words().to_owned()),
        ("looks back", about.look_back.to_owned()),
        ("innocent", about.noise.to_owned()),
        ("seen", seen.to_owned()),
        ("rows", about.rows.join(", ")),
    ];
    for (label, text) in told {
        page.wrap(LABEL, &Line::new().ink(Ink::Faint, label).column(LABEL).plain(text));
    }
}

/// A signal as programs read it.
#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    text: &'a str,
    bits: f64,
    attack_version: &'a str,
    techniques: &'a [&'a str],
    needs: &'a str,
    look_back: &'a str,
    innocent_cases: &'a str,
    rows: &'a [&'a str],
    across_principals: bool,
}

/// The signals as one line of JSON: a list, also of a single one.
pub(crate) fn json(abouts: &[&'static About], weights: &Weights) -> serde_json::Result<Vec<u8>> {
    let entry = |about: &&'static About| Entry {
        id: about.id,
        text: about.text,
        bits: weights.signal(about.id).to_f64(),
        attack_version: ATTACK_VERSION,
        techniques: about.techniques,
        needs: need(about.needs),
        look_back: about.look_back,
        innocent_cases: about.noise,
        rows: about.rows,
        across_principals: is_across(about),
    };
    let entries: Vec<Entry<'_>> = abouts.iter().map(entry).collect();
    let mut out = serde_json::to_vec(&entries)?;
    out.push(b'\n');
    Ok(out)
}

fn is_across(about: &About) -> bool {
    ACROSS.iter().any(|across| across.id == about.id)
}

/// Bits without decimals that say nothing: `+8`, `+2.5`.
fn bits(about: &About, weights: &Weights) -> String {
    format!("{:+}", weights.signal(about.id).to_f64())
}

const fn need(needs: Needs) -> &'static str {
    match needs {
        Needs::Management => "events",
        Needs::S3Data => "S3 data",
        Needs::UserList => "a list",
        Needs::Health => "Health",
    }
}

/// A sentence begins with a capital letter and ends with a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use detect::Weights;
    use detect::signal::{About, catalogue};

    use super::table;
    use crate::render::page::Page;
    use crate::render::safe;
    use crate::render::style::Screen;

    #[test]
    fn the_table_fits_every_terminal() {
        let all: Vec<&About> = catalogue().collect();
        for width in [80, 110, 140] {
            let screen = Screen { width, colour: false, terminal: true };
            let mut page = Page::new(width);
            table(&mut page, &all, Weights::shipped(), screen);
            let text = page.text(false);
            let longest = text.lines().map(safe::width).max();
            assert!(longest.is_some_and(|longest| longest <= width), "{width}:\n{text}");
            assert_eq!(text.contains("T1078.004"), width >= 110);
        }
    }
}
