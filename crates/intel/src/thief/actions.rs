//! Which actions thieves call, from the incidents that were published.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::FixedState;

use crate::action::{self, ResourceClass};

/// Incidents and what was called in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Actions {
    /// Names of the incidents, in order.
    incidents: Vec<String>,
    /// In how many different actions each incident counts.
    sizes: Vec<u32>,
    /// For each listed service and action, the incidents it was called in.
    seen: HashMap<String, HashMap<String, Vec<u16>, FixedState>, FixedState>,
    /// Number of listed actions.
    listed: u32,
    /// Number of all pairs of an incident and an action.
    sightings: u32,
    smoothing: f64,
    unlisted: f64,
    /// Popularity of all actions that are not listed.
    unlisted_popularity: f64,
    /// Probability of all listed actions that touch a kind of resource.
    classes: BTreeMap<ResourceClass, f64>,
}

impl Actions {
    /// The incidents of `TrailDiscover`.
    pub(super) fn shipped(smoothing: f64, unlisted: f64) -> Self {
        let mut actions = Self { smoothing, unlisted, ..Self::default() };
        for ((service, name), _, _, incidents) in action::observed_incidents() {
            actions.insert(service, name, incidents.split_ascii_whitespace());
        }
        actions.settled()
    }

    /// Incidents of one's own: name → `service:Action` list.
    pub(super) fn of(
        incidents: BTreeMap<String, Vec<String>>,
        smoothing: f64,
        unlisted: f64,
    ) -> Result<Self, String> {
        let mut actions = Self { smoothing, unlisted, ..Self::default() };
        for (incident, called) in incidents {
            for action in called.into_iter().collect::<BTreeSet<_>>() {
                let (service, name) = action.split_once(':').ok_or_else(|| {
                    format!("incidents: `{}` is no service:Action", action.escape_debug())
                })?;
                actions.insert(service, name, std::iter::once(incident.as_str()));
            }
        }
        Ok(actions.settled())
    }

    pub(super) fn incidents(&self) -> impl Iterator<Item = &str> {
        self.incidents.iter().map(String::as_str)
    }

    /// Probability of an action, as if one incident were unknown.
    pub(super) fn get(&self, service: &str, name: &str, without: Option<&str>) -> f64 {
        let seen = self.seen.get(action::service(service));
        let Some(incidents) = seen.and_then(|names| names.get(action::base_name(name))) else {
            let popularity = action::lookup(service, name, None).popularity;
            return self.unlisted * popularity / self.unlisted_popularity;
        };
        let left_out =
            without.and_then(|name| self.incidents.iter().position(|known| known == name));
        let gone = left_out.and_then(|at| self.sizes.get(at)).copied().unwrap_or_default();
        let count = incidents.iter().filter(|&&at| Some(usize::from(at)) != left_out).count();
        let total = f64::from(self.sightings - gone) + self.smoothing * f64::from(self.listed);
        (1.0 - self.unlisted) * (count as f64 + self.smoothing) / total
    }

    /// Probability that an action touches a kind of resource.
    pub(super) fn class(&self, class: ResourceClass) -> f64 {
        self.classes.get(&class).copied().unwrap_or_default()
    }

    fn insert<'a>(&mut self, service: &str, name: &str, incidents: impl Iterator<Item = &'a str>) {
        let mut new: Vec<u16> = incidents.map(|incident| self.incident(incident)).collect();
        let names = self.seen.entry(action::service(service).to_owned()).or_default();
        let seen = names.entry(action::base_name(name).to_owned()).or_default();
        new.retain(|at| !seen.contains(at));
        for &at in &new {
            self.sizes[usize::from(at)] += 1;
            self.sightings += 1;
        }
        seen.extend(new);
    }

    fn incident(&mut self, name: &str) -> u16 {
        let at = self.incidents.iter().position(|known| known == name).unwrap_or_else(|| {
            self.incidents.push(name.to_owned());
            self.sizes.push(0);
            self.incidents.len() - 1
        });
        at as u16
    }

    fn settled(mut self) -> Self {
        self.listed = self.seen.values().map(|names| names.len() as u32).sum();
        // Added up in the order of the names: the sum of floats depends on it.
        let sorted: BTreeSet<(&str, &str)> = self
            .seen
            .iter()
            .flat_map(|(service, names)| names.keys().map(|name| (service.as_str(), name.as_str())))
            .collect();
        let popularity = |(service, name)| action::lookup(service, name, None).popularity;
        self.unlisted_popularity = 1.0 - sorted.iter().copied().map(popularity).sum::<f64>();
        let mut classes = BTreeMap::new();
        for (service, name) in sorted {
            if let Some(class) = action::lookup(service, name, None).resource_class {
                *classes.entry(class).or_default() += self.get(service, name, None);
            }
        }
        self.classes = classes;
        self
    }
}
