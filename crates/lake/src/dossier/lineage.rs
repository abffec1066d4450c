//! Which credentials made those of a subject, which they made, and in which incidents they stand.

use std::collections::{BTreeSet, VecDeque};

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use cloudtrail::Time;
use serde::Serialize;

use super::seen::Row;
use super::subject::quoted;
use crate::Error;
use crate::query::{Engine, RecordBatch, Values};

/// A credential, user or way in that another credential made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// How many steps away from the subject, from 1.
    pub step: u32,
    /// When.
    pub time: Time,
    /// The event that made it.
    pub event_id: String,
    /// The call, as `service:Name`.
    pub how: String,
    /// Who made it.
    pub maker: String,
    /// With which key; empty where the call had none.
    pub maker_key_id: String,
    /// What was made: `role-session`, `access-key`, `user` and so on.
    pub made_kind: String,
    /// Its key id, where it has one.
    pub made_key_id: String,
    /// Whom it lets in, where the call names somebody.
    pub made_owner: String,
}

/// An incident that has to do with the subject.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Related {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// `watch` or `alert`.
    pub status: String,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: String,
    /// Its score in bits.
    pub score: f64,
    /// The first suspicious event.
    pub first_seen: Time,
    /// The last one.
    pub last_seen: Time,
}

/// So many steps are followed.
const DEEPEST: u32 = 6;
/// So many edges are told.
const MOST: usize = 200;
/// So many keys are asked for at once.
const AT_ONCE: usize = 200;

const COLUMNS: &str =
    "event_time, event_id, how, maker, maker_key_id, made_kind, made_key_id, made_owner";

/// Which credentials made some keys, nearest first.
pub(super) fn up(engine: &Engine, keys: &[String]) -> Result<Vec<Edge>, Error> {
    followed(engine, keys, "made_key_id", None, |edge| &edge.maker_key_id)
}

/// Which credentials some keys made, nearest first. What all events of these keys made may be known
/// already.
pub(super) fn down(
    engine: &Engine,
    keys: &[String],
    known: Option<Vec<Edge>>,
) -> Result<Vec<Edge>, Error> {
    followed(engine, keys, "maker_key_id", known, |edge| &edge.made_key_id)
}

/// What a subject's events made, the earliest; it is met on the way through them.
#[derive(Debug, Default)]
pub(super) struct Made(Vec<Edge>);

impl Made {
    pub(super) fn take(&mut self, row: &Row<'_>) {
        let Some((kind, key, owner)) = row.made else { return };
        self.0.push(Edge {
            step: 1,
            time: row.time,
            event_id: row.event_id.to_owned(),
            how: row.action.to_owned(),
            maker: row.principal.to_owned(),
            maker_key_id: row.access_key.to_owned(),
            made_kind: kind.to_owned(),
            made_key_id: key.to_owned(),
            made_owner: owner.to_owned(),
        });
        if self.0.len() >= 16 * MOST {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.0.sort_by(|a, b| (a.time, &a.event_id).cmp(&(b.time, &b.event_id)));
        self.0.truncate(MOST);
    }

    /// In the order of time, as many as are told.
    pub(super) fn edges(mut self) -> Vec<Edge> {
        self.cut();
        self.0
    }
}

fn followed(
    engine: &Engine,
    keys: &[String],
    by: &str,
    mut first: Option<Vec<Edge>>,
    next: impl Fn(&Edge) -> &String,
) -> Result<Vec<Edge>, Error> {
    let mut known: BTreeSet<String> = keys.iter().cloned().collect();
    let mut all = Vec::new();
    let mut waiting: VecDeque<Vec<String>> = VecDeque::from([keys.to_vec()]);
    for step in 1..=DEEPEST {
        let Some(keys) = waiting.pop_front().filter(|keys| !keys.is_empty()) else { break };
        let given = first.take();
        let asked: &[String] = if given.is_some() { &[] } else { &keys };
        let mut found = given.unwrap_or_default();
        for keys in asked.chunks(AT_ONCE) {
            let list = keys.iter().map(|key| quoted(key)).collect::<Vec<_>>().join(", ");
            let sql = format!(
                "SELECT {COLUMNS} FROM lineage WHERE {by} IN ({list}) AND made_ends IS NOT TRUE \
                 ORDER BY event_time, event_id LIMIT {MOST}"
            );
            for rows in engine.rows(&sql, &Values::new())? {
                edges(&rows, step, &mut found)?;
            }
        }
        let fresh = found.iter().map(&next).filter(|key| !key.is_empty());
        let fresh: Vec<String> =
            fresh.filter(|key| known.insert((*key).clone())).cloned().collect();
        waiting.push_back(fresh);
        all.extend(found);
        if all.len() >= MOST {
            all.truncate(MOST);
            break;
        }
    }
    Ok(all)
}

fn edges(rows: &RecordBatch, step: u32, found: &mut Vec<Edge>) -> Result<(), Error> {
    let times = times(rows, 0)?;
    let texts = (1..=7).map(|at| texts(rows, at)).collect::<Result<Vec<_>, _>>()?;
    for (at, time) in times.into_iter().enumerate() {
        let text = |column: usize| {
            texts.get(column).and_then(|texts| texts.get(at)).cloned().unwrap_or_default()
        };
        found.push(Edge {
            step,
            time,
            event_id: text(0),
            how: text(1),
            maker: text(2),
            maker_key_id: text(3),
            made_kind: text(4),
            made_key_id: text(5),
            made_owner: text(6),
        });
    }
    Ok(())
}

/// The incidents in which one of the keys or principals stands, the surest first.
pub(super) fn incidents(
    engine: &Engine,
    keys: &[String],
    principals: &[String],
) -> Result<Vec<Related>, Error> {
    let sql = "SELECT first_seen, last_seen, id, title, status, severity, score, access_key_ids, \
               principals FROM incidents ORDER BY score DESC, id";
    let mut related = Vec::new();
    for rows in engine.rows(sql, &Values::new())? {
        let (first, last) = (times(&rows, 0)?, times(&rows, 1)?);
        let columns = (2..=5).map(|at| texts(&rows, at)).collect::<Result<Vec<_>, _>>()?;
        let scores = cast(rows.column(6), &DataType::Float64).map_err(Error::encode)?;
        let scores = scores.as_primitive::<arrow::datatypes::Float64Type>();
        for at in 0..rows.num_rows() {
            let names = |column: usize, list: &[String]| {
                let values = rows.column(column).as_list_opt::<i32>().map(|lists| lists.value(at));
                let values = values.and_then(|values| cast(&values, &DataType::Utf8).ok());
                values.is_some_and(|values| {
                    let values = values.as_string::<i32>();
                    values.iter().flatten().any(|value| list.iter().any(|one| one == value))
                })
            };
            let (Some(first_seen), Some(last_seen)) = (first.get(at), last.get(at)) else {
                continue;
            };
            if !names(7, keys) && !names(8, principals) {
                continue;
            }
            let text = |column: usize| {
                columns.get(column).and_then(|texts| texts.get(at)).cloned().unwrap_or_default()
            };
            related.push(Related {
                id: text(0),
                title: text(1),
                status: text(2),
                severity: text(3),
                score: scores.value(at),
                first_seen: *first_seen,
                last_seen: *last_seen,
            });
        }
    }
    Ok(related)
}

fn times(rows: &RecordBatch, at: usize) -> Result<Vec<Time>, Error> {
    let kind = DataType::Timestamp(TimeUnit::Microsecond, None);
    let column = cast(rows.column(at), &kind).map_err(Error::encode)?;
    let column = column.as_primitive::<TimestampMicrosecondType>();
    Ok(column.iter().map(|micros| Time::from_micros(micros.unwrap_or_default())).collect())
}

fn texts(rows: &RecordBatch, at: usize) -> Result<Vec<String>, Error> {
    let column = cast(rows.column(at), &DataType::Utf8).map_err(Error::encode)?;
    let column = column.as_string::<i32>();
    Ok(column.iter().map(|text| text.unwrap_or_default().to_owned()).collect())
}
