//! ATT&CK tactics.

use serde::{Deserialize, Serialize};

/// A tactic of MITRE ATT&CK: what an attacker is after with an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Tactic {
    /// Getting ready: accounts, domains, tools.
    ResourceDevelopment = 0,
    /// Getting in.
    InitialAccess = 1,
    /// Running code.
    Execution = 2,
    /// Staying in.
    Persistence = 3,
    /// Getting more rights.
    PrivilegeEscalation = 4,
    /// Staying unseen.
    DefenseEvasion = 5,
    /// Stealing credentials.
    CredentialAccess = 6,
    /// Looking around.
    Discovery = 7,
    /// Moving on to other systems.
    LateralMovement = 8,
    /// Gathering what is worth taking.
    Collection = 9,
    /// Talking home.
    CommandAndControl = 10,
    /// Taking data out.
    Exfiltration = 11,
    /// Destroying, encrypting, using up.
    Impact = 12,
}

impl Tactic {
    /// All tactics in the order of an attack.
    pub const ALL: [Self; 13] = [
        Self::ResourceDevelopment,
        Self::InitialAccess,
        Self::Execution,
        Self::Persistence,
        Self::PrivilegeEscalation,
        Self::DefenseEvasion,
        Self::CredentialAccess,
        Self::Discovery,
        Self::LateralMovement,
        Self::Collection,
        Self::CommandAndControl,
        Self::Exfiltration,
        Self::Impact,
    ];

    /// ATT&CK id, such as `TA0007`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::ResourceDevelopment => "TA0042",
            Self::InitialAccess => "TA0001",
            Self::Execution => "TA0002",
            Self::Persistence => "TA0003",
            Self::PrivilegeEscalation => "TA0004",
            Self::DefenseEvasion => "TA0005",
            Self::CredentialAccess => "TA0006",
            Self::Discovery => "TA0007",
            Self::LateralMovement => "TA0008",
            Self::Collection => "TA0009",
            Self::CommandAndControl => "TA0011",
            Self::Exfiltration => "TA0010",
            Self::Impact => "TA0040",
        }
    }

    /// ATT&CK's name of the tactic.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResourceDevelopment => "Resource Development",
            Self::InitialAccess => "Initial Access",
            Self::Execution => "Execution",
            Self::Persistence => "Persistence",
            Self::PrivilegeEscalation => "Privilege Escalation",
            Self::DefenseEvasion => "Defense Evasion",
            Self::CredentialAccess => "Credential Access",
            Self::Discovery => "Discovery",
            Self::LateralMovement => "Lateral Movement",
            Self::Collection => "Collection",
            Self::CommandAndControl => "Command and Control",
            Self::Exfiltration => "Exfiltration",
            Self::Impact => "Impact",
        }
    }

    /// The tactic with this ATT&CK id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tactic| tactic.id() == id)
    }
}

/// A set of tactics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TacticSet(u16);

impl TacticSet {
    /// Whether the set holds a tactic.
    pub const fn contains(self, tactic: Tactic) -> bool {
        self.0 & (1 << tactic as u16) != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The tactics, in the order of an attack.
    pub fn iter(self) -> impl Iterator<Item = Tactic> {
        Tactic::ALL.into_iter().filter(move |&tactic| self.contains(tactic))
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl FromIterator<Tactic> for TacticSet {
    fn from_iter<I: IntoIterator<Item = Tactic>>(tactics: I) -> Self {
        Self(tactics.into_iter().fold(0, |set, tactic| set | 1 << tactic as u16))
    }
}
