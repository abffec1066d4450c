//! Closed lists of words, as they stand in the database, in the API and in messages.

/// Defines an enum whose variants are words.
macro_rules! words {
    ($(#[$about:meta])* $name:ident, $what:literal: $($(#[$meaning:meta])* $variant:ident = $word:literal),+ $(,)?) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$meaning])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them, in the order of their definition.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::Error;

            fn from_str(word: &str) -> Result<Self, crate::Error> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|known| known.word() == word)
                    .ok_or_else(|| crate::Error::Invalid {
                        what: $what,
                        why: concat!("must be one of: ", $($word, " "),+).trim_end().to_owned(),
                    })
            }
        }

        impl crate::sql::Value for $name {
            fn bind(self, query: crate::sql::Bound) -> crate::sql::Bound {
                query.bind(self.word())
            }
        }

        impl crate::sql::Value for Option<$name> {
            fn bind(self, query: crate::sql::Bound) -> crate::sql::Bound {
                query.bind(self.map($name::word))
            }
        }

        impl crate::sql::Column for $name {
            fn read(row: &sqlx::any::AnyRow, name: &str) -> Result<Self, crate::Error> {
                let word: String = crate::sql::Column::read(row, name)?;
                word.parse().map_err(|_| crate::Error::damaged(name, "is none of the words that are known"))
            }
        }

        impl crate::sql::Column for Option<$name> {
            fn read(row: &sqlx::any::AnyRow, name: &str) -> Result<Self, crate::Error> {
                let word: Option<String> = crate::sql::Column::read(row, name)?;
                word.map(|word| word.parse())
                    .transpose()
                    .map_err(|_| crate::Error::damaged(name, "is none of the words that are known"))
            }
        }
    };
}

pub(crate) use words;
