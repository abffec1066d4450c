//! Every value of every dimension in eight bytes.

use std::hash::BuildHasher;

use cloudtrail::{AccountId, Outcome};
use compact_str::CompactString;
use intel::action::ResourceClass;
use intel::address::{Country, NetworkClass};
use serde::{Deserialize, Serialize};

use crate::network::{Place, Prefix, System};

/// A value of a dimension: the dimension in the upper four bits, then the value itself where it is
/// small, or a hash of its text. Codes stand in snapshots, so a text must have the same code in
/// every version; a test holds them to that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Code(u64);

const PAYLOAD_BITS: u32 = 60;
/// Networks have a form within their dimension: a number, a name, a range.
const FORM_BITS: u32 = 56;

impl Code {
    const fn new(dimension: u8, payload: u64) -> Self {
        Self((dimension as u64) << PAYLOAD_BITS | payload & ((1 << PAYLOAD_BITS) - 1))
    }

    /// The number of the dimension.
    pub(crate) const fn dimension(self) -> u8 {
        (self.0 >> PAYLOAD_BITS) as u8
    }

    const fn payload(self) -> u64 {
        self.0 & ((1 << PAYLOAD_BITS) - 1)
    }

    const fn form(self) -> (u64, u64) {
        let payload = self.payload();
        (payload >> FORM_BITS, payload & ((1 << FORM_BITS) - 1))
    }

    /// Whether a text is needed to put it into words again.
    pub(crate) const fn needs_name(self) -> bool {
        match self.dimension() {
            Clients::NUMBER | Regions::NUMBER => true,
            Systems::NUMBER => matches!(self.form().0, 2 | 3 | 5),
            _ => false,
        }
    }

    /// The code as a number, for compact encodings.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The code with this number.
    pub const fn of_number(number: u64) -> Self {
        Self(number)
    }
}

const fn formed(form: u64, value: u64) -> u64 {
    form << FORM_BITS | value & ((1 << FORM_BITS) - 1)
}

fn hash(text: &str) -> u64 {
    foldhash::quality::FixedState::with_seed(0).hash_one(text)
}

fn letters(country: Country) -> [u8; 2] {
    country.as_str().as_bytes().try_into().unwrap_or_default()
}

/// One side of what a call shows.
pub trait Dimension {
    /// Its number, in the order of the codes.
    const NUMBER: u8;
    /// So many values are kept (shared/detection.md, section 3).
    const ROOM: usize;
    /// What values are looked up by.
    type Value: ?Sized;

    /// What stands in the lower bits of the code.
    fn payload(value: &Self::Value) -> u64;

    /// The code of a value.
    fn code(value: &Self::Value) -> Code {
        Code::new(Self::NUMBER, Self::payload(value))
    }

    /// The text without which a code could not be put into words again; `None` when it can.
    fn name(_value: &Self::Value) -> Option<&str> {
        None
    }
}

/// A dimension whose values can be told from their codes and names.
pub trait Legible: Dimension {
    /// A value by itself.
    type Owned: Ord;

    /// The value of a code, and of its name if it has one.
    fn value(code: Code, name: &str) -> Self::Owned;
}

/// Address ranges.
#[derive(Debug, Clone, Copy)]
pub struct Prefixes;
/// Autonomous systems and providers.
#[derive(Debug, Clone, Copy)]
pub struct Systems;
/// Kinds of network and countries.
#[derive(Debug, Clone, Copy)]
pub struct Places;
/// Client families.
#[derive(Debug, Clone, Copy)]
pub struct Clients;
/// What clients run on.
#[derive(Debug, Clone, Copy)]
pub struct Platforms;
/// Regions.
#[derive(Debug, Clone, Copy)]
pub struct Regions;
/// Accounts.
#[derive(Debug, Clone, Copy)]
pub struct Accounts;
/// Actions.
#[derive(Debug, Clone, Copy)]
pub struct Actions;
/// Hours of the day, weekends apart.
#[derive(Debug, Clone, Copy)]
pub struct TimeBins;
/// Rules of the user's that matched, by their ids.
#[derive(Debug, Clone, Copy)]
pub struct Rules;
/// Kinds of resource that were asked for, and how that ended.
#[derive(Debug, Clone, Copy)]
pub struct Classes;

impl Dimension for Prefixes {
    const NUMBER: u8 = 0;
    const ROOM: usize = 64;
    type Value = Prefix;

    fn payload(value: &Prefix) -> u64 {
        match value {
            Prefix::V4(bits) => formed(0, u64::from(*bits)),
            Prefix::V6(bits) => formed(1, *bits),
            Prefix::Endpoint(text) => formed(2, hash(text)),
            Prefix::Text(text) => formed(3, hash(text)),
        }
    }
}

impl Dimension for Systems {
    const NUMBER: u8 = 1;
    const ROOM: usize = 32;
    type Value = System;

    fn payload(value: &System) -> u64 {
        match value {
            System::Number(number) => formed(4, u64::from(*number)),
            System::Provider(name) => formed(5, hash(name)),
            System::Unlisted(prefix) => Prefixes::payload(prefix),
        }
    }

    fn name(value: &System) -> Option<&str> {
        match value {
            System::Provider(name) => Some(name),
            System::Unlisted(Prefix::Endpoint(text) | Prefix::Text(text)) => Some(text),
            _ => None,
        }
    }
}

impl Legible for Systems {
    type Owned = System;

    fn value(code: Code, name: &str) -> System {
        let (form, value) = code.form();
        System::Unlisted(match form {
            4 => return System::Number(value as u32),
            5 => return System::Provider(CompactString::new(name)),
            0 => Prefix::V4(value as u32),
            1 => Prefix::V6(value),
            2 => Prefix::Endpoint(CompactString::new(name)),
            _ => Prefix::Text(CompactString::new(name)),
        })
    }
}

impl Dimension for Places {
    const NUMBER: u8 = 2;
    const ROOM: usize = 32;
    type Value = Place;

    fn payload(value: &Place) -> u64 {
        let country = value.country.map_or([0; 2], letters);
        u64::from(value.class.code()) << 16 | u64::from(u16::from_be_bytes(country))
    }
}

impl Legible for Places {
    type Owned = Place;

    fn value(code: Code, _name: &str) -> Place {
        let letters = (code.payload() as u16).to_be_bytes();
        let class = NetworkClass::from_code((code.payload() >> 16) as u8);
        let country = std::str::from_utf8(&letters).ok().and_then(Country::parse);
        Place { class: class.unwrap_or(NetworkClass::Other), country }
    }
}

impl Dimension for Accounts {
    const NUMBER: u8 = 6;
    const ROOM: usize = 16;
    type Value = AccountId;

    fn payload(value: &AccountId) -> u64 {
        value.number()
    }
}

impl Legible for Accounts {
    type Owned = Option<AccountId>;

    fn value(code: Code, _name: &str) -> Option<AccountId> {
        AccountId::new(code.payload())
    }
}

impl Dimension for TimeBins {
    const NUMBER: u8 = 8;
    const ROOM: usize = 48;
    type Value = u8;

    fn payload(value: &u8) -> u64 {
        u64::from(*value)
    }
}

impl Dimension for Classes {
    const NUMBER: u8 = 10;
    const ROOM: usize = 24;
    type Value = (ResourceClass, Outcome);

    fn payload((class, outcome): &Self::Value) -> u64 {
        let ended = match outcome {
            Outcome::Success => 0,
            Outcome::Denied => 1,
            Outcome::Failed => 2,
        };
        u64::from(class.code()) << 8 | ended
    }
}

/// Dimensions of texts, of which only the hash is kept, or the text beside it.
macro_rules! texts {
    ($($dimension:ident $number:literal $room:literal $named:literal)*) => {$(
        impl Dimension for $dimension {
            const NUMBER: u8 = $number;
            const ROOM: usize = $room;
            type Value = str;

            fn payload(value: &str) -> u64 {
                hash(value)
            }

            fn name(value: &str) -> Option<&str> {
                $named.then_some(value)
            }
        }
    )*};
}

texts! {
    Clients 3 16 true
    Platforms 4 16 false
    Regions 5 24 true
    Actions 7 256 false
    Rules 9 64 false
}

impl Legible for Clients {
    type Owned = CompactString;

    fn value(_code: Code, name: &str) -> CompactString {
        CompactString::new(name)
    }
}

impl Legible for Regions {
    type Owned = CompactString;

    fn value(_code: Code, name: &str) -> CompactString {
        CompactString::new(name)
    }
}

/// The room of each dimension, by its number.
pub(crate) const ROOM: [usize; 11] = [
    Prefixes::ROOM,
    Systems::ROOM,
    Places::ROOM,
    Clients::ROOM,
    Platforms::ROOM,
    Regions::ROOM,
    Accounts::ROOM,
    Actions::ROOM,
    TimeBins::ROOM,
    Rules::ROOM,
    Classes::ROOM,
];
