//! `keyhound hunt`: a question in SQL to the events of a lake.

use anyhow::Result;

use super::Verdict;
use crate::cli::{Global, Hunt};

#[cfg(not(feature = "lake"))]
pub(super) fn run(_: &Hunt, _: &Global) -> Result<Verdict> {
    Err(super::lake::not_built().into())
}

#[cfg(feature = "lake")]
pub(super) fn run(arguments: &Hunt, global: &Global) -> Result<Verdict> {
    asked::run(arguments, global)
}

#[cfg(feature = "lake")]
mod asked {
    use std::fs::File;
    use std::io::{self, BufWriter, Write};

    use anyhow::{Context, Result};
    use lake::query::{Csv, Engine, Lacking, Ndjson, ParquetFile, Value, Values, hunts, period};

    use super::super::deliver;
    use super::super::lake::{self as lakes, advised};
    use super::Verdict;
    use crate::cannot_run::CannotRun;
    use crate::cli::{Global, Hunt, HuntFormat};
    use crate::render::answer::Answer;
    use crate::render::page::{Line, Page};
    use crate::render::style::{Ink, Screen};

    pub(super) fn run(arguments: &Hunt, global: &Global) -> Result<Verdict> {
        if arguments.list {
            deliver(&listed(Screen::stdout(global.color)))?;
            return Ok(Verdict::Quiet);
        }
        let (sql, values) = question(arguments)?;
        let lake = arguments.lake.as_deref().ok_or_else(|| {
            CannotRun::new(
                "no lake is given",
                "name it: --lake DIR, as `keyhound scan --lake DIR` made it",
            )
        })?;
        let (engine, _) = lakes::engine(lake, &arguments.bounds, global)?;
        if arguments.explain {
            deliver(engine.explain(&sql, &values).map_err(advised)?.as_bytes())?;
        } else {
            answer(&engine, &sql, &values, arguments, global)?;
        }
        Ok(Verdict::Quiet)
    }

    /// The question and the values that it leaves open.
    fn question(arguments: &Hunt) -> Result<(String, Values), CannotRun> {
        let mut values = Values::new();
        for (name, value) in &arguments.parameters {
            values.insert(name.clone(), Value::Text(value.clone()));
        }
        let sql = match (&arguments.saved, &arguments.sql) {
            (Some(name), _) => {
                let hunt = lake::query::Hunt::named(name).ok_or_else(|| unknown(name))?;
                values = hunt.values(&values).map_err(|lacking| lacks(name, lacking))?;
                hunt.sql.to_owned()
            }
            (None, Some(sql)) => sql.clone(),
            (None, None) => {
                return Err(CannotRun::new(
                    "no question is given",
                    "write SQL, or choose one with --saved; `keyhound hunt --list` lists them",
                ));
            }
        };
        values.extend(period(arguments.since, arguments.until));
        Ok((sql, values))
    }

    fn unknown(name: &str) -> CannotRun {
        let near = hunts().iter().map(|hunt| hunt.name);
        let near = near.min_by_key(|known| strsim::levenshtein(known, name));
        let near = near.filter(|known| strsim::levenshtein(known, name) <= 4);
        let tip = match near {
            Some(near) => format!("did you mean {near}? `keyhound hunt --list` lists them"),
            None => "`keyhound hunt --list` lists them".to_owned(),
        };
        CannotRun::new(format!("there is no saved hunt {name}"), tip)
    }

    fn lacks(name: &str, lacking: Lacking) -> CannotRun {
        match lacking {
            Lacking::Missing(parameter) => CannotRun::new(
                format!("the hunt {name} needs {}", parameter.about),
                format!("give it: --param {}=VALUE", parameter.name),
            ),
            Lacking::Unknown(given) => CannotRun::new(
                format!("the hunt {name} has no parameter {given}"),
                "`keyhound hunt --list` lists the parameters",
            ),
        }
    }

    fn answer(
        engine: &Engine,
        sql: &str,
        values: &Values,
        arguments: &Hunt,
        global: &Global,
    ) -> Result<()> {
        let columns = engine.columns(sql, values).map_err(advised)?;
        let out: Box<dyn Write + Send> = match &arguments.output {
            Some(path) => Box::new(
                File::create(path)
                    .with_context(|| format!("cannot write the answer to {}", path.display()))?,
            ),
            None => Box::new(io::stdout()),
        };
        let mut out = BufWriter::new(out);
        let result = match arguments.format {
            HuntFormat::Table => {
                let screen = match arguments.output {
                    Some(_) => Screen::file(),
                    None => Screen::stdout(global.color),
                };
                let mut answer = Answer::new(&columns, arguments.rows);
                engine.ask(sql, values, |rows| answer.add(&rows).map_err(Failure::from)).and_then(
                    |()| {
                        let mut page = Page::new(screen.width);
                        answer.set(&mut page, screen.terminal);
                        Ok(out.write_all(page.text(screen.colour).as_bytes())?)
                    },
                )
            }
            HuntFormat::Csv => Csv::new(&mut out, &columns)
                .map_err(Failure::from)
                .and_then(|mut csv| engine.ask(sql, values, |rows| Ok(csv.write(&rows)?))),
            HuntFormat::Ndjson => {
                let mut lines = Ndjson::new(&mut out);
                engine.ask(sql, values, |rows| Ok(lines.write(&rows)?))
            }
            HuntFormat::Parquet => {
                ParquetFile::new(&mut out, &columns).map_err(Failure::from).and_then(|mut file| {
                    engine.ask(sql, values, |rows| file.write(&rows).map_err(Failure::from))?;
                    file.finish()?;
                    Ok(())
                })
            }
        };
        match result.and_then(|()| Ok(out.flush()?)) {
            Ok(()) => Ok(()),
            // A reader who has left early wants no more.
            Err(Failure::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(Failure::Write(error)) => Err(error).context("cannot write the answer"),
            Err(Failure::Lake(error)) => Err(advised(error)),
        }
    }

    /// Why an answer ended.
    enum Failure {
        Lake(lake::Error),
        Write(io::Error),
    }

    impl From<lake::Error> for Failure {
        fn from(error: lake::Error) -> Self {
            Self::Lake(error)
        }
    }

    impl From<io::Error> for Failure {
        fn from(error: io::Error) -> Self {
            Self::Write(error)
        }
    }

    /// The saved hunts.
    fn listed(screen: Screen) -> Vec<u8> {
        let mut page = Page::new(screen.width);
        for hunt in hunts() {
            page.line(Line::new().ink(Ink::Strong, hunt.name));
            page.wrap(4, &Line::new().gap(4).plain(hunt.about));
            for parameter in &hunt.parameters {
                let default = match parameter.default {
                    Some("") => " (may be left out)".to_owned(),
                    Some(default) => format!(" ({default} if left out)"),
                    None => String::new(),
                };
                let line = format!("--param {}=…  {}{default}", parameter.name, parameter.about);
                page.wrap(8, &Line::new().gap(4).ink(Ink::Faint, line.as_str()));
            }
        }
        page.text(screen.colour).into_bytes()
    }
}
