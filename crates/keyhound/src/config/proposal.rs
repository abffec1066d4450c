//! Exceptions that a benign verdict proposes: as narrow as what was seen, and with an end.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::net::IpAddr;

use cloudtrail::Time;
use incident::Incident;
use ipnet::IpNet;

use super::setting::quoted;
use super::{Exception, Pattern, time};

/// More places than that are no exception but a rule.
const MOST: usize = 10;

/// Exceptions for all that an incident shows, one for each caller, address and client; or why there
/// are none. They end with the day on which they expire.
pub(crate) fn exceptions(
    incident: &Incident,
    reason: &str,
    expires: Time,
) -> Result<Vec<Exception>, String> {
    let seen: BTreeSet<(&str, &str, &str)> = incident
        .timeline
        .iter()
        .map(|act| (act.principal.as_str(), act.source.as_str(), act.client.as_str()))
        .collect();
    if seen.len() > MOST || incident.further_events > 0 {
        return Err("there is too much of it for exceptions".to_owned());
    }
    seen.into_iter()
        .map(|(principal, source, client)| {
            let network: IpAddr =
                source.parse().map_err(|_| format!("AWS took part: {source} has no address"))?;
            Ok(Exception {
                reason: reason.to_owned(),
                expires: Some(expires),
                principal: Some(exactly(principal)?),
                network: Some(IpNet::from(network)),
                client: Some(exactly(client)?),
                action: None,
            })
        })
        .collect()
}

/// A pattern that matches one text. What a caller is called must not widen what it is excused for.
fn exactly(text: &str) -> Result<Pattern, String> {
    Pattern::new(text)
        .filter(|_| !text.contains(['*', '?']))
        .ok_or_else(|| "a name in it would match others, too".to_owned())
}

/// Exceptions as they stand in the configuration.
pub(crate) fn toml(exceptions: &[Exception]) -> String {
    let mut text = String::new();
    for exception in exceptions {
        let expires = exception.expires.map(time::last_day);
        let pattern = |pattern: &Option<Pattern>| pattern.as_ref().map(|it| quoted(it.as_str()));
        let fields = [
            ("reason", Some(quoted(&exception.reason))),
            ("expires", expires),
            ("principal", pattern(&exception.principal)),
            ("network", exception.network.map(|net| quoted(&net.addr().to_string()))),
            ("client", pattern(&exception.client)),
        ];
        text.push_str(if text.is_empty() { "[[exceptions]]\n" } else { "\n[[exceptions]]\n" });
        for (name, value) in fields {
            if let Some(value) = value {
                let _ = writeln!(text, "{name} = {value}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use cloudtrail::Time;
    use incident::Act;

    use super::{Incident, exceptions, toml};
    use crate::config::{Configuration, Flags};
    use crate::render::sample;

    fn expires() -> Time {
        "2027-01-01T00:00:00Z".parse().unwrap()
    }

    /// An incident with two addresses and clients in it.
    fn seen() -> Incident {
        let mut incident = Incident { further_events: 0, ..sample::theft() };
        for (index, act) in incident.timeline.iter_mut().enumerate() {
            let (source, client) =
                [("198.51.100.7", "aws-cli"), ("2001:db8::7", "Boto3")][index % 2];
            (act.source, act.client) = (source.to_owned(), client.to_owned());
        }
        incident
    }

    #[test]
    fn the_configuration_takes_what_is_proposed() {
        let incident = seen();
        let reason = "the \"new\" office\nticket = 4711";
        let proposed = exceptions(&incident, reason, expires()).unwrap();
        assert_eq!(proposed.len(), 2);
        for act in &incident.timeline {
            let covered = |time| {
                proposed.iter().any(|exception| {
                    let address = act.source.parse().ok();
                    exception.covers(time, &act.principal, address, &act.client, &act.action)
                })
            };
            assert!(covered(act.time) && !covered(expires()), "{act:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keyhound.toml");
        let text = toml(&proposed);
        assert!(text.contains("expires = 2026-12-31\n"), "{text}");
        std::fs::write(&file, text).unwrap();
        let flags = Flags { file: Some(file), assignments: Vec::new() };
        let read = Configuration::load(&flags, &[]).unwrap().settings.exceptions;
        assert_eq!(read, proposed);
    }

    #[test]
    fn nothing_is_proposed_that_would_cover_more() {
        let mut incident = seen();
        let act = incident.timeline[0].clone();
        let with = |act: Act| vec![act];
        for (acts, told) in [
            (with(Act { principal: "arn:*".into(), ..act.clone() }), "match others"),
            (with(Act { source: "ec2.amazonaws.com".into(), ..act.clone() }), "AWS took part"),
            ((0..20).map(|n| Act { client: format!("c{n}"), ..act.clone() }).collect(), "too much"),
        ] {
            incident.timeline = acts;
            let told_so = exceptions(&incident, "why", expires()).unwrap_err();
            assert!(told_so.contains(told), "{told_so}");
        }
    }
}
