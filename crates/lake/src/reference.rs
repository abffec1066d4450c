//! docs/reference/lake.md: tables, columns, functions and saved hunts, as the code has them.

use std::fmt::Write;

use crate::lake::BUCKETS;
use crate::query::{FROM_RECORD, FUNCTIONS, TABLES, hunts};
use crate::schema::{COLUMNS, Find, SCHEMA_VERSION};

/// The page.
pub fn reference() -> String {
    let mut page = format!(
        "# The lake\n\n\
         Written by `keyhound generate lake` from `crates/lake`; do not edit.\n\n\
         `keyhound scan --lake DIR` writes the events of a scan into a lake, `keyhound hunt` asks it, and \
         [other engines](../how-to/query-the-lake-with-other-engines.md) read it in place.\n\
         This is version {SCHEMA_VERSION} of the columns.\n\n\
         ## Tables\n\n\
         | table | what is in it |\n|---|---|\n"
    );
    for (name, about) in TABLES {
        let _ = writeln!(page, "| `{name}` | {about} |");
    }
    columns(&mut page);
    functions(&mut page);
    saved(&mut page);
    athena(&mut page);
    page
}

fn columns(page: &mut String) {
    page.push_str(
        "\n## Columns of `events`\n\n\
         Where a record says nothing there is no value (`NULL`).\n\
         A condition on a column with a *list* opens only the files that have the value; one with a *range* skips \
         row groups that cannot have it, with *pages* also pages; one with a *filter* skips row groups that have not.\n\n\
         | column | type | found by | what it holds |\n|---|---|---|---|\n",
    );
    for column in COLUMNS {
        let find = match column.find {
            Find::Range => "range",
            Find::Pages => "range, pages",
            Find::Listed => "range, list",
            Find::ListedAndBloom => "range, pages, list, filter",
            Find::Bloom => "filter",
            Find::No => "",
        };
        let kind = column.sql_type();
        let _ = writeln!(page, "| `{}` | {kind} | {find} | {} |", column.name, column.about);
    }
    page.push_str(
        "| `day` | date | list | The UTC day of `event_time`, in the names of the folders |\n\
         | `bucket` | int | list | Which of the day's buckets: neighbouring shards |\n\n\
         `keyhound hunt` also has these, which are read from the record when they are asked for:\n\n\
         | column | what it holds |\n|---|---|\n",
    );
    for (name, _, about) in FROM_RECORD {
        let _ = writeln!(page, "| `{name}` | {about} |");
    }
    page.push_str(
        "\n`lineage` has `event_time`, `event_id`, `account_id`, `maker`, `maker_arn`, `maker_key_id`, `how`, \
         `made_kind`, `made_key_id`, `made_owner`, `made_ends`, `day` and `bucket`.\n\
         `identities` has the columns of `keyhound scan --identities --format json`, `incidents` those of \
         [NDJSON](ndjson.md) that are texts, numbers, times and lists of texts, and the whole of it in `incident`.\n",
    );
}

fn functions(page: &mut String) {
    page.push_str(
        "\n## Functions\n\n\
         Beside those of [DataFusion](https://datafusion.apache.org/user-guide/sql/scalar_functions.html).\n\
         What is known comes from the tables in the program and from your own lists in `keyhound.toml`.\n\n\
         | function | answers |\n|---|---|\n",
    );
    for function in FUNCTIONS {
        let (name, arguments) = (function.name, function.arguments);
        let _ = writeln!(page, "| `{name}({arguments})` | {} |", function.about);
    }
}

fn saved(page: &mut String) {
    page.push_str(
        "\n## Saved hunts\n\n\
         `keyhound hunt --lake DIR --saved NAME --param PARAMETER=VALUE`; all of them heed `--since` and `--until`.\n\
         Each is a file in `crates/lake/hunts/`.\n\n\
         | hunt | parameters | what it shows |\n|---|---|---|\n",
    );
    for hunt in hunts() {
        let parameters: Vec<String> = hunt
            .parameters
            .iter()
            .map(|parameter| match parameter.default {
                None => format!("`{}`", parameter.name),
                Some("") => format!("`{}` (may be left out)", parameter.name),
                Some(default) => format!("`{}` ({default})", parameter.name),
            })
            .collect();
        let _ = writeln!(page, "| `{}` | {} | {} |", hunt.name, parameters.join(", "), hunt.about);
    }
}

/// The table as Athena is told of it.
fn athena(page: &mut String) {
    page.push_str(
        "\n## The table in Athena\n\n\
         Replace the location (twice) and the first day.\n\n\
         ```sql\nCREATE EXTERNAL TABLE keyhound_events (\n",
    );
    let columns: Vec<String> =
        COLUMNS.iter().map(|column| format!("  {} {}", column.name, column.sql_type())).collect();
    let last = BUCKETS - 1;
    let _ = write!(
        page,
        "{}\n)\nPARTITIONED BY (day date, bucket string)\nSTORED AS PARQUET\n\
         LOCATION 's3://BUCKET/PREFIX/events/'\nTBLPROPERTIES (\n  \
         'projection.enabled' = 'true',\n  \
         'projection.day.type' = 'date',\n  \
         'projection.day.format' = 'yyyy-MM-dd',\n  \
         'projection.day.range' = '2026-01-01,NOW',\n  \
         'projection.bucket.type' = 'integer',\n  \
         'projection.bucket.range' = '0,{last}',\n  \
         'projection.bucket.digits' = '2',\n  \
         'storage.location.template' = 's3://BUCKET/PREFIX/events/day=${{day}}/bucket=${{bucket}}/'\n);\n```\n",
        columns.join(",\n"),
    );
}
