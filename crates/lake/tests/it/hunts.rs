//! Every saved hunt can be asked.

use std::fmt::Write;
use std::sync::Arc;

use intel::address::AddressBook;
use lake::Lake;
use lake::query::{Engine, Limits, Value, Values, hunts, period};
use object_store::memory::InMemory;

use crate::events::{records, write};

#[test]
fn every_saved_hunt_is_answered() {
    let lake = Arc::new(Lake::in_store("memory", Arc::new(InMemory::new())).unwrap());
    let mut writer = lake.writer().unwrap();
    write(&mut writer, &records(1..=2, 4)).unwrap();
    writer.commit().unwrap();
    let engine = Engine::new(&lake, &Arc::new(AddressBook::new()), Limits::default()).unwrap();
    let given = |name: &str| {
        Value::Text(
            match name {
                "key" => "AKIAUSERUSERUSERUSE1",
                "address" => "203.0.113.2",
                "principal" => "arn:aws:iam::193672423079:user/user1",
                "incident" => "inc-000000000000",
                _ => "2",
            }
            .to_owned(),
        )
    };
    let mut told = String::new();
    for hunt in hunts() {
        let names = hunt.parameters.iter().map(|parameter| parameter.name);
        let values: Values = names.map(|name| (name.to_owned(), given(name))).collect();
        let mut values = hunt.values(&values).unwrap();
        values.extend(period(None, None));
        let rows = engine.rows(hunt.sql, &values).unwrap_or_else(|e| panic!("{}: {e}", hunt.name));
        let rows: usize = rows.iter().map(lake::query::RecordBatch::num_rows).sum();
        writeln!(told, "{}: {rows}", hunt.name).unwrap();
        // A value is a value, never a piece of the question.
        let hostile = Value::Text("' OR 1=1 --".to_owned());
        if hunt.parameters.iter().any(|parameter| parameter.name == "key") {
            values.insert("key".to_owned(), hostile);
            let rows = engine.rows(hunt.sql, &values).unwrap();
            assert_eq!(rows.iter().map(lake::query::RecordBatch::num_rows).sum::<usize>(), 0);
        }
    }
    insta::assert_snapshot!(told);
}
