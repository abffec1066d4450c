//! The thief: where from, with what, how fast.

use std::collections::BTreeMap;

use crate::attack::Victim;
use crate::client::{Client, Clients};
use crate::error::Result;
use crate::network::{NetworkKind, Networks};
use crate::seed::Dice;

/// Who has the credential now.
#[derive(Debug, Clone)]
pub struct Thief {
    /// The address at the moment.
    pub address: String,
    /// Whether the address changes on the way.
    pub rotating: bool,
    /// The program.
    pub client: Client,
    /// How slow, against the published case: 1 is as published.
    pub pace: f64,
    /// The networks to choose from, with weights.
    networks: BTreeMap<String, f64>,
}

impl Thief {
    /// A thief on one of these networks, with an ordinary program.
    pub fn new(networks: &BTreeMap<String, f64>, rotating: bool, dice: &mut Dice) -> Result<Self> {
        let programs = [
            ("boto3", 0.35),
            ("aws-cli", 0.3),
            ("sdk-go", 0.12),
            ("aws-cli-1", 0.08),
            ("boto3-windows", 0.08),
            ("aws-cli-kali", 0.04),
            ("python-requests", 0.03),
        ];
        let family =
            dice.weighted(&programs, |(_, weight)| *weight).map_or("boto3", |(name, _)| *name);
        let client = Clients::shipped()?.make(family, dice)?;
        let pace = 0.5 + 1.5 * dice.fraction();
        let networks = networks.clone();
        let mut thief = Self { address: String::new(), rotating, client, pace, networks };
        thief.move_on(dice)?;
        Ok(thief)
    }

    /// Takes another address, of another network as often as not.
    pub fn move_on(&mut self, dice: &mut Dice) -> Result<()> {
        let choice: Vec<(&String, &f64)> = self.networks.iter().collect();
        let name =
            dice.weighted(&choice, |(_, weight)| **weight).map_or("digitalocean", |(name, _)| name);
        self.address = Networks::shipped()?.named(name)?.address(dice).to_string();
        Ok(())
    }

    /// Takes an address of this kind of network in the victim's country, as a careful thief does.
    pub fn settle_near(
        &mut self,
        victim: &Victim,
        kind: NetworkKind,
        dice: &mut Dice,
    ) -> Result<()> {
        let networks = Networks::shipped()?;
        let known = victim.network.as_deref().and_then(|name| networks.named(name).ok());
        let country = known.map(|network| network.country.as_str());
        let mut near = networks.of(kind, country);
        if near.is_empty() {
            near = networks.of(kind, None);
        }
        if let Some(network) = dice.pick(&near) {
            self.address = network.address(dice).to_string();
        }
        Ok(())
    }
}
