//! Where events come from: sources, order, duplicates, books.
