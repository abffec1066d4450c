//! Lists of incidents: what each filter lets through, in which order.

use std::collections::BTreeSet;

use store::{
    Assignee, Filter, Judged, Limit, Order, Reason, Role, Severity, Sort, Status, Step, Store,
    VerdictWord, nobody,
};

use crate::sample::{by, judge, judged, minute, user};
use crate::site::{Site, both};

both!(
    filters_let_through_what_fits,
    sorts_sort,
    a_cursor_of_another_list_is_refused,
    tallies_add_up
);

fn set(values: &[&str]) -> BTreeSet<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// Five incidents, each unlike the others.
async fn fill(store: &Store) {
    user(store, "anna", Role::Analyst).await;
    let with = |id: &str, change: fn(&mut Judged)| {
        let mut judged = judged(id);
        change(&mut judged);
        judged
    };
    let all = [
        with("a", |_| {}),
        with("b", |b| {
            b.severity = Severity::Critical;
            b.score = 30 * 256;
            b.title = "ROOT of Grüße_100% is used".to_owned();
            b.kind = "root".to_owned();
            b.accounts = set(&["444455556666"]);
            (b.first_seen, b.last_seen) = (minute(100), minute(200));
        }),
        with("c", |c| {
            c.severity = Severity::Low;
            c.alert = false;
            c.score = 11 * 256;
            c.keys = set(&["ASIAOTHER", "AKIAEXAMPLE"]);
            (c.first_seen, c.last_seen) = (minute(10), minute(20));
        }),
        with("d", |d| {
            d.addresses = set(&["2001:db8::1"]);
            d.principals = set(&["arn:aws:iam::111122223333:role/deploy"]);
            d.last_seen = minute(300);
        }),
        with("B", |b| b.last_seen = minute(50)),
    ];
    for (minutes, judged) in (400..).zip(&all) {
        store.put(&judge(minutes), judged, &nobody).await.expect("put");
    }
    let anna = |minutes| by("anna", minutes);
    let steps = [
        ("a", Step::Start),
        ("a", Step::Assign(Some("anna".to_owned()))),
        ("b", Step::Close { reason: Reason::TheftResolved, note: String::new() }),
        ("b", Step::Judge { verdict: VerdictWord::Theft, reason: String::new() }),
    ];
    for (minutes, (id, step)) in (500..).zip(&steps) {
        store.advance(&anna(minutes), id, None, step, &nobody).await.expect("a step");
    }
}

async fn ids(store: &Store, filter: &Filter, order: Order) -> String {
    let page = store.incidents(filter, order, None, Limit::new(100)).await.expect("list");
    assert_eq!(page.next, None);
    page.items.iter().map(|incident| incident.id.as_str()).collect::<Vec<_>>().join(" ")
}

async fn filters_let_through_what_fits(site: Site) {
    let store = site.open().await;
    fill(&store).await;
    let by_id = Order { sort: Sort::FirstSeen, descending: false };
    let texts =
        |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let none = Filter::default;
    for (filter, expected) in [
        (none(), "B a d c b"),
        (Filter { statuses: vec![Status::Open], ..none() }, "B d c"),
        (Filter { statuses: vec![Status::InProgress, Status::Closed], ..none() }, "a b"),
        (Filter { severities: vec![Severity::Low, Severity::Critical], ..none() }, "c b"),
        (Filter { kinds: texts(&["root"]), ..none() }, "b"),
        (Filter { alert: Some(false), ..none() }, "c"),
        (Filter { verdicts: vec![VerdictWord::Theft], ..none() }, "b"),
        (Filter { accounts: texts(&["444455556666"]), ..none() }, "b"),
        (Filter { accounts: texts(&["444455556666", "111122223333"]), ..none() }, "B a d c b"),
        (Filter { keys: texts(&["ASIAOTHER"]), ..none() }, "c"),
        (Filter { keys: texts(&["asiaother"]), ..none() }, ""),
        (Filter { principals: texts(&["arn:aws:iam::111122223333:user/a"]), ..none() }, "a"),
        (Filter { addresses: texts(&["2001:db8::1"]), ..none() }, "d"),
        // An account is no key, whatever it is called.
        (Filter { keys: texts(&["111122223333"]), ..none() }, ""),
        (Filter { assignee: Some(Assignee::User("anna".into())), ..none() }, "a"),
        (Filter { assignee: Some(Assignee::Nobody), ..none() }, "B d c b"),
        (Filter { text: Some("root OF grÜsse".into()), ..none() }, ""),
        (Filter { text: Some("root OF grÜße".into()), ..none() }, "b"),
        (Filter { text: Some("_100%".into()), ..none() }, "b"),
        (Filter { text: Some("e_1".into()), ..none() }, "b"),
        (Filter { text: Some("%u%".into()), ..none() }, ""),
        (Filter { text: Some("key_".into()), ..none() }, ""),
        (Filter { text: Some(r"\".into()), ..none() }, ""),
        (Filter { from: Some(minute(60)), ..none() }, "a d b"),
        (Filter { until: Some(minute(10)), ..none() }, "B a d"),
        (Filter { from: Some(minute(55)), until: Some(minute(100)), ..none() }, "a d"),
        (
            Filter {
                statuses: vec![Status::Open],
                keys: texts(&["AKIAEXAMPLE"]),
                alert: Some(true),
                ..none()
            },
            "B d",
        ),
    ] {
        assert_eq!(ids(&store, &filter, by_id).await, expected, "{filter:?}");
    }
}

async fn sorts_sort(site: Site) {
    let store = site.open().await;
    fill(&store).await;
    for (sort, expected) in [
        (Sort::LastSeen, "c B a b d"),
        (Sort::FirstSeen, "B a d c b"),
        (Sort::UpdatedAt, "c d B a b"),
        (Sort::Score, "c B a d b"),
        (Sort::Severity, "c B a d b"),
    ] {
        let ascending = ids(&store, &Filter::default(), Order { sort, descending: false }).await;
        assert_eq!(ascending, expected, "{sort}");
        let descending = ids(&store, &Filter::default(), Order { sort, descending: true }).await;
        let turned: Vec<_> = expected.split(' ').rev().collect();
        assert_eq!(descending, turned.join(" "), "{sort}");
    }
}

async fn a_cursor_of_another_list_is_refused(site: Site) {
    let store = site.open().await;
    fill(&store).await;
    let all = Filter::default();
    let page = store.incidents(&all, Order::default(), None, Limit::new(2)).await.expect("list");
    let next = page.next.expect("there is more");
    let other = Order { sort: Sort::Score, descending: true };
    for (order, cursor) in [
        (other, next.as_str()),
        (Order { descending: false, ..Order::default() }, next.as_str()),
        (Order::default(), "nonsense"),
        (Order::default(), ""),
        (Order::default(), "aW5jaWRlbnRzOmxhc3Rfc2VlbjpkZXNjIHggYQ"),
    ] {
        let error =
            store.incidents(&all, order, Some(cursor), Limit::new(2)).await.expect_err("refused");
        assert_eq!(
            error.to_string(),
            "the cursor is none of this list: ask for its first page again"
        );
    }
    assert!(store.incidents(&all, Order::default(), Some(&next), Limit::new(2)).await.is_ok());
}

async fn tallies_add_up(site: Site) {
    let store = site.open().await;
    assert_eq!(store.tally(&Filter::default()).await.expect("tally"), []);
    fill(&store).await;
    let tally = async |filter: &Filter| {
        let tally = store.tally(filter).await.expect("tally");
        tally
            .iter()
            .map(|tally| format!("{} {} {}", tally.status, tally.severity, tally.incidents))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        tally(&Filter::default()).await,
        ["closed critical 1", "in-progress medium 1", "open low 1", "open medium 2"]
    );
    let filter = Filter { severities: vec![Severity::Medium], ..Filter::default() };
    assert_eq!(tally(&filter).await, ["in-progress medium 1", "open medium 2"]);
}
